"""Asks each network for the hardware address of each of some addresses, and says who answers. In the machine's namespace."""

import os
import socket
import struct
import sys

sys.path.insert(0, os.path.dirname(__file__))
from wires import HARDWARE, MACHINE, arrivals, checksum, peers

OWN = {"peer0": ("192.0.2.254", "2001:db8:1::fe"), "peer1": ("198.51.100.254", "2001:db8:2::fe"), "peer2": ("10.0.0.5", "2001:db8:3::5")}


def request(name, address):
    """Who has it, by ARP (RFC 826)."""
    own = socket.inet_aton(OWN[name][0])
    frame = b"\xff" * 6 + HARDWARE[name] + b"\x08\x06"
    return frame + struct.pack("!HHBBH", 1, 0x0800, 6, 4, 1) + HARDWARE[name] + own + b"\x00" * 6 + socket.inet_aton(address)


def solicitation(name, address):
    """The same by neighbour discovery (RFC 4861 section 4.3)."""
    own, target = (socket.inet_pton(socket.AF_INET6, each) for each in (OWN[name][1], address))
    group = socket.inet_pton(socket.AF_INET6, "ff02::1:ff00:0")[:13] + target[13:]
    body = struct.pack("!BBHI", 135, 0, 0, 0) + target + b"\x01\x01" + HARDWARE[name]
    summed = checksum(own + group + struct.pack("!II", len(body), 58) + body)
    body = body[:2] + struct.pack("!H", summed) + body[4:]
    frame = b"\x33\x33" + group[12:] + HARDWARE[name] + b"\x86\xdd"
    return frame + struct.pack("!IHBB", 0x60000000, len(body), 58, 255) + own + group + body


def answers(name):
    """The hardware addresses that are told, by address."""
    found = {}
    for frame in arrivals([peers[name]], 0.05):
        if frame[12:14] == b"\x08\x06" and frame[20:22] == b"\x00\x02":
            found[socket.inet_ntoa(frame[28:32])] = frame[22:28]
        if frame[12:14] == b"\x86\xdd" and frame[20] == 58 and frame[54] == 136:
            address = socket.inet_ntop(socket.AF_INET6, frame[62:78])
            found[address] = frame[80:86] if len(frame) >= 86 else frame[6:12]
    return found


for name, peer in peers.items():
    for address in sys.argv[2:]:
        peer.send((solicitation if ":" in address else request)(name, address))
    found = answers(name)
    for address in sys.argv[2:]:
        whose = next((each for each, hardware in MACHINE.items() if hardware == found.get(address)), found.get(address))
        print(f"{name} asks for {address}: {f'it is at {whose}' if whose else 'nobody answers'}")
