"""By which network packets come out of the machine, as whose, and with which marks. In the machine's namespace."""

import json
import os
import socket
import subprocess
import sys

sys.path.insert(0, os.path.dirname(__file__))
from wires import CLIENTS, FAMILY, OUTSIDE, OWN, PORT, SIX, STRANGER, collect, packet, send

TABLE = "ip6" if SIX else "ip"


def told(what, found):
    ways = [f"{name} as {source} to {dest}" for name, source, dest, _, _ in found]
    print(f"{what}: {', '.join(ways) or 'nowhere'}")


def tell_marks():
    """What the rules left on packets: their mark, and that of their connection without the bit that is no mark of users."""
    listed = subprocess.run(["nft", "-j", "list", "set", TABLE, "seen", "marks"], capture_output=True, text=True).stdout
    subprocess.run(["nft", "flush", "set", TABLE, "seen", "marks"], check=True)
    found = [each["concat"] for part in json.loads(listed)["nftables"] for each in part.get("set", {}).get("elem", [])]
    for source, dest, packet_mark, connection in sorted(found):
        print(f"marks of {source} to {dest}: {packet_mark:#x}, connection {connection & 0x7FFFFFFF:#x}")


port = PORT
for source in CLIENTS:
    for dest in OUTSIDE:
        for protocol, dport in [(17, 19), (6, 80)]:
            port += 1
            send("peer2", packet(protocol, source, dest, port, dport))
            out = collect()
            told(f"from {source} to {dest} {protocol}/{dport}", out)
            if not out:
                continue
            name, seen, _, sport, _ = out[0]
            send(name, packet(protocol, dest, seen, dport, sport, 18))
            told("  and back", collect())
            send("peer2", packet(protocol, source, dest, port, dport, 16))
            told("  and again", collect())
for name, own in OWN.items():
    # IPv6 knows no translation here: who asks for the client is let through to it.
    for protocol in [17, 6]:
        port += 1
        send(name, packet(protocol, STRANGER, CLIENTS[0] if SIX else own, port, 53))
        inside = collect()
        told(f"in by {name} {protocol}", inside)
        if inside:
            send("peer2", packet(protocol, CLIENTS[0], STRANGER, 53, port, 18))
            told("  and back", collect())
for dest in OUTSIDE:
    for bound in ["", *OWN.values()]:
        with socket.socket(FAMILY, socket.SOCK_DGRAM) as own:
            port += 1
            own.bind((bound, port))
            try:
                own.sendto(b"path", (dest, 19))
            except OSError as error:
                print(f"local {bound} to {dest}: {'nowhere' if error.errno in (101, 113) else error.strerror}")
                continue
            told(f"local {bound} to {dest}", collect())
tell_marks()
