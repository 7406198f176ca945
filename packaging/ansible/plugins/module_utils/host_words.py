# Copyright: the authors of ftpwall
# GNU General Public License v3.0+ (see https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a host says, as data: the facts of host.sh, and the status of a stand-alone script."""

from __future__ import absolute_import, division, print_function

__metaclass__ = type

import re

MARK = "\nlisting:\n"


class StrangeAnswer(Exception):
    """The host answered something else than was asked for."""


def read_facts(output):
    """The facts as a dict; C(listing) is what nft has loaded, C(status) what read_status makes of it, or None."""
    # Words of a login shell may stand in front.
    begin = re.search(r"^ftpwall-host: 1$", output, re.MULTILINE)
    at = output.find(MARK)
    if begin is None or at == -1:
        raise StrangeAnswer(output.strip() or "nothing")
    facts = {"says": []}
    for line in output[begin.start():at].split("\n"):
        name, _colon, value = line.partition(": ")
        if name == "says":
            facts["says"].append(value)
        else:
            facts[name] = value
    exit_status = int(facts["status"]) if "status" in facts else None
    return {
        "root": facts.get("root") == "yes",
        "nft": facts.get("nft") == "yes",
        "managed": facts.get("managed") == "yes",
        "lite": facts.get("lite") == "yes",
        "signers": facts.get("signers") == "yes",
        "script": none_if_absent(facts.get("script")),
        "signature": none_if_absent(facts.get("signature")),
        "exit": exit_status,
        "status": None if exit_status in (None, 3) else read_status(facts["says"]),
        "listing": output[at + len(MARK):],
    }


def none_if_absent(text):
    """host.sh says C(none) of a file that is not there."""
    return None if text in (None, "none") else text


def read_status(lines):
    """The lines of C(status), as C(ftpwall status --json) has them."""
    first = lines[0] if lines else ""
    named = {}
    for line in lines[1:]:
        name, _colon, value = line.partition(": ")
        named.setdefault(name, value)
    status = {"state": first.split(":")[0], "pending": None, "drift": None, "generation": None, "last_failure": None}
    if "generation" in named:
        status["generation"] = int(named["generation"])
    if "drift" in named and not named["drift"].startswith("unknown"):
        status["drift"] = named["drift"] != "none"
    if "confirmation" in named:
        left = re.search(r"(\d+) seconds", named["confirmation"])
        status["pending"] = {
            "seconds_left": int(left.group(1)) if left else 0,
            "watched": named["confirmation"].endswith(", watched"),
        }
    if "last failure" in named:
        status["last_failure"] = named["last failure"]
    return status


def told_words(output):
    """The lines of a program without its name in front."""
    lines = [re.sub(r"^ftpwall: ", "", line.rstrip()) for line in output.split("\n")]
    return [line for line in lines if line]
