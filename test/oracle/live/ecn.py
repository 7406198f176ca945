"""What TCP packets that leave by peer0 say of explicit congestion notification, by their flags. In the machine's namespace."""

import os
import socket
import struct
import sys

sys.path.insert(0, os.path.dirname(__file__))
from wires import OUTSIDE, PORT, arrivals, checksum, collect, packet, peers, send

NAMES = ["fin", "syn", "rst", "psh", "ack", "urg", "ece", "cwr"]


def told(flags):
    return " ".join(name for bit, name in enumerate(NAMES) if flags >> bit & 1)


def left(sums=True):
    """The flags of the first TCP packet that comes out, and whether its checksum is right."""
    for frame in arrivals([peers["peer0"]]):
        if frame[12:14] != b"\x08\x00" or frame[23] != 6:
            continue
        (size,) = struct.unpack_from("!H", frame, 16)
        body = frame[34 : 14 + size]
        right = checksum(frame[26:34] + struct.pack("!BBH", 0, 6, len(body)) + body) == 0
        return f"{told(body[13])}{'' if right or not sums else ', with a wrong checksum'}"
    return "nothing"


port = PORT
for dest in OUTSIDE:
    for flags in [0xC2, 0x02]:
        port += 1
        send("peer2", packet(6, "10.0.0.5", dest, port, 80, flags))
        print(f"to {dest}, {told(flags)}: {left()}")
for source in OUTSIDE:
    for flags, answer in [(0xC2, 0x52), (0x02, 0x12)]:
        port += 1
        send("peer0", packet(6, source, "192.0.2.1", port, 53, flags))
        collect()
        send("peer2", packet(6, "10.0.0.5", source, 53, port, answer))
        print(f"answer to {source}, {told(answer)}: {left()}")
for dest in OUTSIDE:
    own = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    own.setblocking(False)
    try:
        own.connect((dest, 80))
    except BlockingIOError:
        pass
    # The kernel leaves the checksum of its own packets to the card.
    print(f"own connection to {dest}: {left(sums=False)}")
    own.close()
