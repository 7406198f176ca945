# Copyright: the authors of ftpwall
# GNU General Public License v3.0+ (see https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import absolute_import, division, print_function

__metaclass__ = type

from ansible_collections.ftpwall.ftpwall.plugins.plugin_utils.host import Host
from ansible_collections.ftpwall.ftpwall.plugins.plugin_utils.task import FirewallAction


class ActionModule(FirewallAction):
    """What a host has loaded."""

    def work(self, args):
        facts = Host(self).facts()
        told = ("script", "signature", "managed", "lite", "signers")
        return dict(((name, facts[name]) for name in told), changed=False, firewall=facts["status"])
