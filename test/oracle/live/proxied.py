"""A transparent proxy on the machine: whose connections it gets, and whether it hears the answers to its own."""

import os
import socket
import sys

sys.path.insert(0, os.path.dirname(__file__))
from wires import PORT, collect, packet, send

IP_TRANSPARENT = 19
phase = (PORT - 20000) // 1000


def seen(what, found):
    print(f"{what}: {', '.join(f'{name} as {source}:{sport} to {dest}:{dport}' for name, source, dest, sport, dport in found) or 'nowhere'}")


proxies = []
for listens in [("127.0.0.1", 3129), ("0.0.0.0", 80)]:
    proxy = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    proxy.setsockopt(socket.SOL_IP, IP_TRANSPARENT, 1)
    proxy.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    proxy.bind(listens)
    proxy.listen()
    proxies.append(proxy)
for number, (dest, port) in enumerate([("203.0.113.9", 80), ("203.0.114.7", 80), ("203.0.113.9", 81)]):
    send("peer2", packet(6, "10.0.0.5", dest, PORT + number, port))
    seen(f"the client asks {dest}:{port}", collect())
own = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
own.setsockopt(socket.SOL_IP, IP_TRANSPARENT, 1)
own.bind(("10.0.0.77", PORT + 10))
own.setblocking(False)
try:
    own.connect(("203.0.113.9", 80))
except BlockingIOError:
    pass
except OSError as error:
    print(error.strerror)
seen("the proxy asks as the client", collect())
send("peer0", packet(6, "203.0.113.9", "10.0.0.77", 80, PORT + 10, 18))
seen("the server answers", collect())
for proxy in proxies:
    proxy.close()
own.close()
