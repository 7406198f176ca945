# Copyright: the authors of ftpwall
# GNU General Public License v3.0+ (see https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import absolute_import, division, print_function

__metaclass__ = type

from ansible_collections.ftpwall.ftpwall.plugins.plugin_utils.controller import CONFIGURATION_SPEC, Controller
from ansible_collections.ftpwall.ftpwall.plugins.plugin_utils.host import Host
from ansible_collections.ftpwall.ftpwall.plugins.plugin_utils.task import FirewallAction


class ActionModule(FirewallAction):
    """Compares what a host has loaded with its configuration."""

    ARGUMENT_SPEC = CONFIGURATION_SPEC

    def work(self, args):
        facts = Host(self).facts()
        with Controller(args) as controller:
            plan = controller.plan(facts["listing"])
            text = controller.plan_text(facts["listing"])
        return {"changed": False, "equal": plan["equal"], "plan": plan, "plan_text": text}
