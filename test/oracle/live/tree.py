"""What lines for tc(8) mean: for each device its root, classes and leaves, by their numbers within the device.

Reads lines behind `tc`, and `limit DEVICE NUMBER UNIT NUMBER UNIT` for what rules drop above a rate. Handles are names and say
nothing; a leaf is `fair` whether sfq or fq_codel shares it; which packets are of which class is not asked here.
"""

import re
import sys

UNITS = {"kbit": 1000, "mbit": 10**6, "bit": 1, "kbytes": 8 * 1024, "mbytes": 8 * 1024**2, "bytes": 8, "kb": 8 * 1024, "b": 8}


def bits(text):
    number, unit = re.fullmatch(r"([\d.]+) ?([a-z]*)", text.lower()).groups()
    return int(float(number) * UNITS[unit or "bit"])


def minor(number):
    return number.split(":")[1] or "root"


def behind(word, words):
    return words[words.index(word) + 1] if word in words else ""


told = []
flows = {}
lines = [line.split() for line in sys.stdin]
leaves = {}
for words in lines:
    device = behind("dev", words)
    if words[0] == "filter" and "flow" in words:
        flows[(device, behind("parent", words))] = behind("keys", words)
for words in lines:
    device = behind("dev", words)
    parent = behind("parent", words)
    if words[0] == "limit":
        rate = bits(f"{words[2]} {words[3]}")
        told.append(f"{words[1]}: what comes in above {rate} bit/s is dropped, burst {bits(f'{words[4]} {words[5]}')}")
    elif "police" in words:
        told.append(f"{device}: what comes in above {bits(behind('rate', words))} bit/s is dropped, burst {bits(behind('burst', words))}")
    elif "mirred" in words:
        told.append(f"{device}: what comes in goes to {words[-1]}")
    elif words[0] == "qdisc" and ("sfq" in words or "fq_codel" in words):
        flow = flows.get((device, behind("handle", words)), "")
        told.append(f"{device}: leaf of {minor(parent)}: fair{f' by {flow}' if flow else ''}")
    elif words[0] == "qdisc" and "ingress" not in words:
        kind = next(each for each in words if each in ("htb", "hfsc", "tbf", "prio", "pfifo"))
        rest = words[words.index(kind) + 1 :]
        table = words[words.index("stab") : words.index("root")] if "stab" in words else []
        if kind == "tbf":
            rest = [f"{name} {bits(behind(name, rest))}" for name in ("rate", "burst")] + ["latency", behind("latency", rest)]
        told.append(f"{device}: {kind} {' '.join(rest + table)}")
    elif words[0] == "class":
        kind = next(each for each in words if each in ("htb", "hfsc"))
        rest = words[words.index(kind) + 1 :]
        # What an HTB class gives at once follows from its rate and the size of packets.
        for name in ("mtu",):
            if kind == "htb" and name in rest:
                del rest[rest.index(name) : rest.index(name) + 2]
        # The class of the device itself gives nothing of its own.
        if kind == "htb" and minor(behind("classid", words)) == "1" and "quantum" in rest:
            del rest[rest.index("quantum") : rest.index("quantum") + 2]
        told.append(f"{device}: class {minor(behind('classid', words))} below {minor(parent)}: {kind} {' '.join(rest)}")
for line in sorted(set(told)):
    print(line)
