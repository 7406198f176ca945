"""Sends packets through a machine between three networks, and says by which network each comes out, as whose, and with
which marks. Names no firewall. The networks are the interfaces peer0, peer1 and peer2 of the namespace `out`.

paths.py PHASE, in the namespace of the machine: PHASE numbers the ports, so that connections of another phase are none.
"""

import ctypes
import json
import os
import select
import socket
import struct
import subprocess
import sys
import time

phase = int(sys.argv[1])
HARDWARE = {f"peer{n}": bytes.fromhex(f"0200000000{n + 16:02x}") for n in range(3)}
MACHINE = {f"peer{n}": bytes.fromhex(f"0200000000{n:02x}") for n in range(3)}
OUTSIDE = ["203.0.113.9", "203.0.114.7", "172.20.1.1"]
OWN = {"peer0": "192.0.2.1", "peer1": "198.51.100.1"}


def enter(path):
    descriptor = os.open(path, os.O_RDONLY)
    if ctypes.CDLL(None, use_errno=True).setns(descriptor, 0x40000000) != 0:
        raise OSError(ctypes.get_errno(), path)
    os.close(descriptor)


def checksum(data):
    data += b"\x00" * (len(data) % 2)
    total = sum(struct.unpack(f"!{len(data) // 2}H", data))
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return ~total & 0xFFFF


def packet(protocol, source, dest, sport, dport, flags=2):
    """A whole packet of IPv4 with TCP or UDP."""
    if protocol == 17:
        body = struct.pack("!HHHH", sport, dport, 12, 0) + b"path"
    else:
        body = struct.pack("!HHIIBBHHH", sport, dport, 1, 1 if flags & 16 else 0, 5 << 4, flags, 1000, 0, 0)
    ends = socket.inet_aton(source) + socket.inet_aton(dest)
    summed = checksum(ends + struct.pack("!BBH", 0, protocol, len(body)) + body)
    at = 6 if protocol == 17 else 16
    body = body[:at] + struct.pack("!H", summed) + body[at + 2 :]
    head = struct.pack("!BBHHHBBH", 0x45, 0, 20 + len(body), 1, 0, 64, protocol, 0) + ends
    return head[:10] + struct.pack("!H", checksum(head)) + head[12:] + body


home = "/proc/self/ns/net"
machine = os.open(home, os.O_RDONLY)
enter("/run/netns/out")
peers = {}
for name in HARDWARE:
    peers[name] = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(0x0800))
    peers[name].bind((name, 0x0800))
    peers[name].setblocking(False)
ctypes.CDLL(None).setns(machine, 0x40000000)


def collect(wait=0.15):
    """What came out: network, protocol, ends."""
    found = []
    end = time.monotonic() + wait
    while (left := end - time.monotonic()) > 0:
        ready, _, _ = select.select(list(peers.values()), [], [], left)
        for name, peer in peers.items():
            if peer not in ready:
                continue
            frame, (_, _, kind, _, _) = peer.recvfrom(2048)
            if kind == 4 or frame[23] not in (6, 17):
                continue
            found.append(
                (
                    name,
                    socket.inet_ntoa(frame[26:30]),
                    socket.inet_ntoa(frame[30:34]),
                    *struct.unpack_from("!HH", frame, 34),
                )
            )
            end = time.monotonic() + 0.03
    return found


def send(name, data):
    peers[name].send(MACHINE[name] + HARDWARE[name] + b"\x08\x00" + data)


def told(what, found):
    ways = [f"{name} as {source} to {dest}" for name, source, dest, _, _ in found]
    print(f"{what}: {', '.join(ways) or 'nowhere'}")


def tell_marks():
    """What the rules left on packets: their mark, and that of their connection without the bit that is no mark of users."""
    listed = subprocess.run(["nft", "-j", "list", "set", "ip", "seen", "marks"], capture_output=True, text=True).stdout
    subprocess.run(["nft", "flush", "set", "ip", "seen", "marks"], check=True)
    found = [each["concat"] for part in json.loads(listed)["nftables"] for each in part.get("set", {}).get("elem", [])]
    for source, dest, packet_mark, connection in sorted(found):
        print(f"marks of {source} to {dest}: {packet_mark:#x}, connection {connection & 0x7FFFFFFF:#x}")


port = 20000 + phase * 1000
for source in ["10.0.0.5", "10.1.0.5"]:
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
    for protocol in [17, 6]:
        port += 1
        send(name, packet(protocol, "203.0.115.5", own, port, 53))
        inside = collect()
        told(f"in by {name} {protocol}", inside)
        if inside:
            send("peer2", packet(protocol, "10.0.0.5", "203.0.115.5", 53, port, 18))
            told("  and back", collect())
for dest in OUTSIDE:
    for bound in ["", "192.0.2.1", "198.51.100.1"]:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as own:
            port += 1
            own.bind((bound, port))
            try:
                own.sendto(b"path", (dest, 19))
            except OSError as error:
                print(f"local {bound} to {dest}: {'nowhere' if error.errno in (101, 113) else error.strerror}")
                continue
            told(f"local {bound} to {dest}", collect())
tell_marks()
