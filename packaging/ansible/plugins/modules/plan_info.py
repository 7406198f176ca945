# Copyright: the authors of ftpwall
# GNU General Public License v3.0+ (see https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import absolute_import, division, print_function

__metaclass__ = type

DOCUMENTATION = r"""
---
module: plan_info
short_description: What the next deployment opens and closes
version_added: 1.0.0
description:
  - Compares what a host has loaded now, whoever loaded it, with its configuration, by what both do to all packets.
  - The configuration is compiled on the controller. The host only lists its rules and needs nothing of ftpwall. A host that
    has no rules, or no nft, lets everything through.
extends_documentation_fragment:
  - ftpwall.ftpwall.configuration
attributes:
  check_mode:
    description: Nothing is changed, so it does the same in check mode.
    support: full
  diff_mode:
    description: Nothing is changed, so there is no difference to show.
    support: none
notes:
  - Only root may list rules. Use C(become), or log in as root.
seealso:
  - module: ftpwall.ftpwall.apply
"""

EXAMPLES = r"""
- name: What would change
  ftpwall.ftpwall.plan_info:
    config: "{{ inventory_dir }}/firewalls/{{ inventory_hostname }}"
  register: planned

- name: Nothing opens by surprise
  ansible.builtin.assert:
    that: planned.equal
    fail_msg: "{{ planned.plan_text }}"
"""

RETURN = r"""
equal:
  description: Whether no packet fares otherwise.
  returned: success
  type: bool
plan:
  description: What changes for packets, as C(ftpwall plan --json) prints it; see ftpwall-json(5).
  returned: success
  type: dict
plan_text:
  description: The same for people.
  returned: success
  type: str
"""
