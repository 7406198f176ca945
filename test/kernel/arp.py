"""Says and hears ARP (RFC 826) on an interface, and prints what it heard: operation, sender and target of each message.

arp.py INTERFACE [OPERATION SENDER TARGET [SENDER-HARDWARE]]
It hears until its standard input ends, and nothing more comes for a moment.
"""

import select
import socket
import struct
import sys


def hardware(text):
    return bytes.fromhex(text.replace(":", ""))


def shown(address):
    return ":".join(f"{byte:02x}" for byte in address)


interface, *message = sys.argv[1:]
opened = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(0x0806))
opened.bind((interface, 0x0806))
own = opened.getsockname()[4]
if message:
    operation, sender, target, *other = message
    says = hardware(other[0]) if other else own
    arp = struct.pack("!HHBBH", 1, 0x0800, 6, 4, int(operation)) + says + socket.inet_aton(sender)
    opened.send(b"\xff" * 6 + own + b"\x08\x06" + arp + b"\x00" * 6 + socket.inet_aton(target))
print("ready", flush=True)
quiet = None
while ready := select.select([opened] if quiet else [opened, sys.stdin], [], [], quiet)[0]:
    if sys.stdin in ready and not sys.stdin.read():
        quiet = 0.3
    if opened not in ready:
        continue
    frame, (_, _, kind, _, _) = opened.recvfrom(2048)
    if kind == 4:  # PACKET_OUTGOING
        continue
    (operation,) = struct.unpack_from("!H", frame, 20)
    sender, target = socket.inet_ntoa(frame[28:32]), socket.inet_ntoa(frame[38:42])
    print(operation, shown(frame[22:28]), sender, target, flush=True)
