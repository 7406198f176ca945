# Copyright: the authors of ftpwall
# GNU General Public License v3.0+ (see https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import absolute_import, division, print_function

__metaclass__ = type

import subprocess

from ansible.module_utils.common.text.converters import to_text
from ansible.module_utils.six.moves import shlex_quote

from ansible_collections.ftpwall.ftpwall.plugins.plugin_utils.controller import CONFIGURATION_SPEC, Controller
from ansible_collections.ftpwall.ftpwall.plugins.plugin_utils.host import Host, HostRefused
from ansible_collections.ftpwall.ftpwall.plugins.plugin_utils.load import RolledBack, load
from ansible_collections.ftpwall.ftpwall.plugins.plugin_utils.task import FirewallAction, Refused

SHORTEST = 10


class ActionModule(FirewallAction):
    """Compiles, proves and signs here; loads there, and keeps what a new connection has confirmed."""

    ARGUMENT_SPEC = dict(
        CONFIGURATION_SPEC,
        sign_key={"type": "path"},
        confirm_within={"type": "int", "default": 60},
        probes={
            "type": "list",
            "elements": "dict",
            "default": [],
            "options": {
                "argv": {"type": "list", "elements": "str", "required": True},
                "where": {"type": "str", "choices": ["controller", "host"], "default": "controller"},
                "timeout": {"type": "int", "default": 30},
            },
        },
    )

    def work(self, args):
        if not SHORTEST <= args["confirm_within"] <= 86400:
            raise Refused("confirm_within is from %d seconds to a day" % SHORTEST)
        host = Host(self)
        with Controller(args) as controller:
            firewall = controller.compile(args["sign_key"])
            facts = host.facts()
            runs = facts["exit"] == 0 and facts["script"] == firewall["script_hash"]
            if runs and facts["signature"] == firewall["signature_hash"]:
                return self._result(firewall, False, "equal for all packets\n")
            plan = controller.plan_text(facts["listing"])
        self._refuse_unready(facts)
        result = self._result(firewall, True, plan)
        if self._task.diff:
            result["diff"] = {"prepared": plan}
        if not self._task.check_mode:
            result["host_words"] = self._load(host, firewall, args)
        return result

    def _result(self, firewall, changed, plan):
        told = {"changed": changed, "script": firewall["script_hash"], "plan_text": plan}
        return dict(told, messages=firewall["messages"])

    def _refuse_unready(self, facts):
        if facts["managed"]:
            raise Refused(
                "the whole program manages this host (/var/lib/ftpwall): run ftpwall on it, or remove the package "
                "ftpwall first; nothing was changed"
            )
        # A play may install it first, and check mode only says so.
        if not facts["nft"] and not self._task.check_mode:
            raise Refused("nft is not installed on the host (package nftables); nothing was changed")

    def _load(self, host, firewall, args):
        try:
            return load(host, firewall, args["confirm_within"], lambda: self._failed_probe(args["probes"]))
        except HostRefused as error:
            raise Refused(
                "the host refused the firewall, and runs what it ran before: %s" % error,
                rolled_back=False,
                host_words=error.words,
            )
        except RolledBack as error:
            raise Refused(
                "the change was rolled back, because %s. The host says: %s" % (error.reason, "; ".join(error.words)),
                rolled_back=True,
                reason=error.reason,
                host_words=error.words,
            )

    def _failed_probe(self, probes):
        """Why a probe says that the change is not good; None when all succeed."""
        for probe in probes:
            runs = self._run_on_host if probe["where"] == "host" else self._run_here
            status, said = runs(probe["argv"], probe["timeout"])
            if status != 0:
                words = " ".join(said.split())
                return "the probe %s ended with %s%s" % (" ".join(probe["argv"]), status, words and ": " + words)
        return None

    def _run_here(self, argv, timeout):
        try:
            process = subprocess.run(
                argv, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=timeout, check=False
            )
        except subprocess.TimeoutExpired:
            return "no answer within %d seconds" % timeout, ""
        except OSError as error:
            return "an error", to_text(error)
        return process.returncode, to_text(process.stdout, errors="replace")

    def _run_on_host(self, argv, timeout):
        command = " ".join(shlex_quote(word) for word in ["timeout", str(timeout)] + argv)
        ended = self._low_level_execute_command(command)
        return ended["rc"], ended["stdout"] + ended["stderr"]
