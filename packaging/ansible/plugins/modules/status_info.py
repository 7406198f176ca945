# Copyright: the authors of ftpwall
# GNU General Public License v3.0+ (see https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import absolute_import, division, print_function

__metaclass__ = type

DOCUMENTATION = r"""
---
module: status_info
short_description: What a host has loaded
version_added: 1.0.0
description:
  - Says which generation of a firewall runs on a host, whether it waits for its confirmation, and whether others have changed
    its rules since they were loaded.
  - The host needs C(sh) and no Python. The controller needs nothing but this collection.
options: {}
author:
  - the authors of ftpwall (!UNKNOWN)
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
- name: Ask what is loaded
  ftpwall.ftpwall.status_info:
  register: told

- name: Nobody has changed it by hand
  ansible.builtin.assert:
    that:
      - told.firewall is not none
      - told.firewall.state == "running"
      - told.firewall.drift is false
"""

RETURN = r"""
firewall:
  description: What is loaded; null where no firewall of ftpwall ever was.
  returned: success
  type: dict
  contains:
    state:
      description: C(running), C(stopped) or C(cleared).
      type: str
    generation:
      description: The number of the generation that runs; null where it has none.
      type: int
    pending:
      description: Rules that wait for their confirmation, with C(seconds_left) and C(watched); null where none do.
      type: dict
    drift:
      description: Whether others have changed the rules since they were loaded; null where nobody can tell.
      type: bool
    last_failure:
      description: What went wrong since something last succeeded; null where nothing did.
      type: str
script:
  description: The SHA-256 of the script that was deployed last; null where none was.
  returned: success
  type: str
signature:
  description: The SHA-256 of its signature; null where it has none.
  returned: success
  type: str
managed:
  description: Whether the whole program ftpwall keeps firewalls there.
  returned: success
  type: bool
lite:
  description: Whether ftpwall-lite is there, which loads the firewall when the machine starts.
  returned: success
  type: bool
signers:
  description: Whether the host takes only what is signed.
  returned: success
  type: bool
"""
