# Copyright: the authors of ftpwall
# GNU General Public License v3.0+ (see https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import absolute_import, division, print_function

__metaclass__ = type

DOCUMENTATION = r"""
---
module: why_info
short_description: Which line of a configuration decides about a packet
version_added: 1.0.0
description:
  - Asks a configuration, for all packets that the question leaves open, which line accepts or refuses them. It is for
    assertions over an inventory, such as that no host lets C(net) reach C(tcp 22).
  - All of it happens on the controller. The host need not be there.
options:
  source:
    description: The zone, or C(zone:ADDRESS), that packets come from.
    type: str
    required: true
  dest:
    description: The zones, or C(zone:ADDRESS), that they are sent to. All zones when it is left out, the firewall too.
    type: list
    elements: str
  protocol:
    description: A protocol by name or number. Any when it is left out.
    type: str
  port:
    description: The destination port, a range of ports, or the ICMP type. Any when it is left out.
    type: str
  state:
    description: The state of the connection. NEW when it is left out.
    type: str
    choices: [NEW, ESTABLISHED, RELATED, INVALID, UNTRACKED]
extends_documentation_fragment:
  - ftpwall.ftpwall.configuration
attributes:
  check_mode:
    description: Nothing is changed, so it does the same in check mode.
    support: full
  diff_mode:
    description: Nothing is changed, so there is no difference to show.
    support: none
seealso:
  - module: ftpwall.ftpwall.plan_info
"""

EXAMPLES = r"""
- name: Ask who lets the internet in
  ftpwall.ftpwall.why_info:
    config: "{{ inventory_dir }}/firewalls/{{ inventory_hostname }}"
    source: net
    protocol: tcp
    port: "22"
  register: ssh

- name: No host lets net reach tcp 22
  ansible.builtin.assert:
    that: not ssh.accepted
    fail_msg: "net reaches tcp 22 by {{ ssh.lines | join(', ') }}"
"""

RETURN = r"""
accepted:
  description: Whether some of the packets are accepted, or may be, by a rate, a set or a time.
  returned: success
  type: bool
lines:
  description: The lines that accept them.
  returned: success
  type: list
  elements: str
  sample: ["rules:12 (to fw)"]
answers:
  description: The answers, as C(ftpwall why --json) prints them, each with the C(dest) that was asked about; see ftpwall-json(5).
  returned: success
  type: list
  elements: dict
"""
