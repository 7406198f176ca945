"""The packets and bytes of each rule of each chain of accounting, in order; chains are named as in `accounting`."""

import json
import subprocess

OURS = "accounting-chain-"
own = ("accounting", "accountin", "accountout", "accountfwd", "accountpre", "accountpost", "web", "lan", "mail")
counted = {}
parts = {}
listed = json.loads(subprocess.run(["nft", "-j", "list", "ruleset"], capture_output=True, text=True, check=True).stdout)
rules = [part["rule"] for part in listed["nftables"] if "rule" in part]
for rule in rules:
    for each in rule["expr"]:
        if "counter" in each:
            parts[rule["chain"]] = (each["counter"]["packets"], each["counter"]["bytes"])
for rule in rules:
    chain = rule["chain"].removeprefix(OURS)
    if chain not in own or (rule["table"] == "ftpwall") != rule["chain"].startswith(OURS):
        continue
    for each in rule["expr"]:
        if "counter" in each:
            counted.setdefault(chain, []).append((each["counter"]["packets"], each["counter"]["bytes"]))
        # What takes several rules to ask has a chain of its own, whose last rule counts.
        elif each.get("jump", {}).get("target", "").startswith(rule["chain"] + "."):
            counted.setdefault(chain, []).append(parts[each["jump"]["target"]])
for chain, counters in sorted(counted.items()):
    for number, (packets, size) in enumerate(counters, 1):
        print(f"{chain} {number}: {packets} packets, {size} bytes")
