# Copyright: the authors of ftpwall
# GNU General Public License v3.0+ (see https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import absolute_import, division, print_function

__metaclass__ = type

DOCUMENTATION = r"""
---
module: apply
short_description: Compile a firewall on the controller and load it on a host
version_added: 1.0.0
description:
  - Compiles the configuration on the controller, proves its assertions for all packets, and signs the stand-alone script.
    The host needs C(sh) and C(nft), no Python, no Node.js and nothing of ftpwall.
  - The host loads the script and rolls it back by itself unless it is confirmed in time. The connection is reset, a new one
    is opened, the probes run, and only then the firewall is confirmed. Whatever fails, the host runs what it ran before, and
    the task fails with the reason and the words of the host.
  - C(changed) is true exactly when the script or its signature is another one than the host runs, or when the host does not
    run it as it was loaded. Then the artefact or the packets change.
  - In check mode nothing is changed or installed. With C(--diff) the plan is shown, what opens and what closes for which
    packets, compared with what the host has loaded now, whoever loaded it; a host without any rules lets everything
    through.
  - Where the host has a list of signers in C(/etc/ftpwall-lite/allowed_signers), it takes nothing that none of them has
    signed with the namespace C(ftpwall). Its rules stay.
options:
  sign_key:
    description:
      - An ed25519 key of OpenSSH on the controller, without a passphrase, or a public key whose other half the agent holds.
    type: path
  confirm_within:
    description:
      - Seconds after which the host rolls back by itself. A new connection and all probes come within this time.
    type: int
    default: 60
  probes:
    description: What must succeed before the firewall is confirmed. Commands are run without a shell.
    type: list
    elements: dict
    default: []
    suboptions:
      argv:
        description: The program and its arguments.
        type: list
        elements: str
        required: true
      where:
        description: Where it is run.
        type: str
        choices: [controller, host]
        default: controller
      timeout:
        description: Seconds after which it has failed.
        type: int
        default: 30
extends_documentation_fragment:
  - ftpwall.ftpwall.configuration
attributes:
  check_mode:
    description: Can run in check_mode and return changed status prediction without modifying target.
    support: full
  diff_mode:
    description: Will return details on what has changed (or possibly needs changing in check_mode), when in diff mode.
    support: full
notes:
  - Only root may load rules. Use C(become), or log in as root.
  - A host on which the whole program ftpwall keeps its firewalls is refused.
seealso:
  - module: ftpwall.ftpwall.plan_info
  - module: ftpwall.ftpwall.status_info
"""

EXAMPLES = r"""
- name: Load the firewall
  ftpwall.ftpwall.apply:
    config: "{{ inventory_dir }}/firewalls/{{ inventory_hostname }}"
    sign_key: ~/.ssh/firewall_ed25519
    confirm_within: 60
    probes:
      - argv: [nc, -z, -w, "5", "{{ ansible_host }}", "443"]
      - argv: [ping, -c, "1", -W, "5", 192.0.2.1]
        where: host
"""

RETURN = r"""
script:
  description: The SHA-256 of the stand-alone script.
  returned: success
  type: str
  sample: ff28ab3d9ef44a8c7a7c127dccbd47bb0173ad27643f6342dc5d9d4e615c2b19
plan_text:
  description: What opens and what closes, for people; ftpwall.ftpwall.plan_info has it as data.
  returned: success
  type: str
messages:
  description: Warnings about the configuration.
  returned: success
  type: list
  elements: str
host_words:
  description: What the host says of the change.
  returned: when something was loaded, or refused
  type: list
  elements: str
  sample: ["generation 3 is confirmed: nothing rolls it back any more"]
rolled_back:
  description: Whether rules were loaded, and are not any more.
  returned: failure
  type: bool
reason:
  description: Why they were rolled back.
  returned: when they were
  type: str
"""
