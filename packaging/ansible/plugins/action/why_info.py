# Copyright: the authors of ftpwall
# GNU General Public License v3.0+ (see https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import absolute_import, division, print_function

__metaclass__ = type

from ansible_collections.ftpwall.ftpwall.plugins.plugin_utils.controller import CONFIGURATION_SPEC, Controller
from ansible_collections.ftpwall.ftpwall.plugins.plugin_utils.task import FirewallAction, Refused


class ActionModule(FirewallAction):
    """Asks the configuration of a host, on the controller: the host is not needed."""

    _requires_connection = False
    ARGUMENT_SPEC = dict(
        CONFIGURATION_SPEC,
        source={"type": "str", "required": True},
        dest={"type": "list", "elements": "str"},
        protocol={"type": "str"},
        port={"type": "str"},
        state={"type": "str", "choices": ["NEW", "ESTABLISHED", "RELATED", "INVALID", "UNTRACKED"]},
    )

    def work(self, args):
        if args["port"] and not args["protocol"]:
            raise Refused("a port needs its protocol: tcp or udp")
        rest = [word for word in (args["protocol"], args["port"]) if word]
        answers = []
        with Controller(args) as controller:
            for dest in args["dest"] or controller.zones():
                for answer in controller.why([args["source"], dest] + rest, args["state"]):
                    answers.append(dict(answer, dest=dest))
        # What depends on a rate, a set or a time may be accepted.
        accepting = [answer for answer in answers if answer["verdict"] in ("accept", "depends")]
        lines = set("%s (to %s)" % (answer["line"] or answer["by"], answer["dest"]) for answer in accepting)
        return {"changed": False, "answers": answers, "accepted": bool(accepting), "lines": sorted(lines)}
