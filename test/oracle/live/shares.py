"""How many of the machine's own new connections leave by each network, of SENT, in steps of a tenth. In its namespace."""

import os
import socket
import sys

sys.path.insert(0, os.path.dirname(__file__))
from wires import OWN, PORT, collect, packet, send

SENT = 600
out = {}
failed = {}
for port in range(PORT, PORT + SENT):
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as own:
        own.bind(("", port))
        try:
            own.sendto(b"share", ("203.0.113.9", 19))
        except OSError as error:
            failed[error.strerror] = failed.get(error.strerror, 0) + 1
    if port % 50 == 49:
        for name, *_ in collect():
            out[name] = out.get(name, 0) + 1
for name, *_ in collect():
    out[name] = out.get(name, 0) + 1
for name, number in sorted(out.items()):
    print(f"own connections by {name}: {number * 100 // SENT} %")
for name, number in sorted(failed.items()):
    print(f"own connections that fail: {name}, {number * 100 // SENT} %")
# What comes in is answered by the way that it came.
for port, (name, own) in enumerate(OWN.items(), PORT + SENT):
    send(name, packet(17, "203.0.115.5", own, port, 53))
    inside = collect()
    print(f"in by {name}: {[(each, source, dest) for each, source, dest, _, _ in inside]}")
    send("peer2", packet(17, "10.0.0.5", "203.0.115.5", 53, port))
    print(f"  and back: {[(each, source) for each, source, _, _, _ in collect()]}")
