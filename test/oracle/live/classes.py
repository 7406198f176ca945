"""Which class each of some packets is counted in, by what the kernel says of the classes before and after it."""

import os
import re
import subprocess
import sys

sys.path.insert(0, os.path.dirname(__file__))
from wires import PORT, collect, packet, send


def counted():
    found = {}
    for device in ("eth0", "eth1", "ifb0"):
        text = subprocess.run(["/run/real-tc", "-s", "class", "show", "dev", device], capture_output=True, text=True).stdout
        for number, packets in re.findall(r"class \S+ \w+:(\w+) .*?Sent \d+ bytes (\d+) pkt", text, re.S):
            found[(device, number)] = int(packets)
    return found


last = counted()


def ask(what, name, data):
    global last
    before = last
    send(name, data)
    # Queues have timers of their own.
    collect(0.05)
    after = last = counted()
    # Those below which there are others count for them, too, and so does a class within a queue within a class.
    grown = sorted(f"{device} {number}" for (device, number), packets in after.items() if packets > before.get((device, number), 0))
    print(f"{what}: {', '.join(each for each in grown if not each.endswith(' 1') or len(grown) == 1) or 'none'}")


def tos(data, value):
    """The packet with that type of service."""
    head = data[:1] + bytes([value]) + data[2:10] + b"\x00\x00" + data[12:20]
    from wires import checksum

    return head[:10] + checksum(head).to_bytes(2, "big") + head[12:] + data[20:]


port = PORT
for source in ("10.0.0.5", "10.0.0.6", "10.0.0.9"):
    for protocol, dport in ((6, 22), (6, 80), (17, 53), (17, 19), (17, 5060), (17, 20), (17, 21)):
        port += 1
        ask(f"{source} {protocol}/{dport}", "peer2", packet(protocol, source, "203.0.113.9", port, dport))
for value in (0x10, 0x18, 0x08, 0xB8):
    port += 1
    ask(f"type of service {value:#x}", "peer2", tos(packet(17, "10.0.0.5", "203.0.113.9", port, 19), value))
port += 1
ask("a connection", "peer2", packet(6, "10.0.0.5", "203.0.113.9", port, 8080))
send("peer0", packet(6, "203.0.113.9", "192.0.2.1", 8080, port, 18))
collect()
last = counted()
ask("and its acknowledgement", "peer2", packet(6, "10.0.0.5", "203.0.113.9", port, 8080, 16))
for protocol, sport in ((6, 443), (6, 80), (17, 443), (17, 53)):
    port += 1
    ask(f"in from {protocol}/{sport}", "peer0", packet(protocol, "203.0.113.9", "192.0.2.1", sport, port))
