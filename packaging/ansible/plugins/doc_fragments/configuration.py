# Copyright: the authors of ftpwall
# GNU General Public License v3.0+ (see https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import absolute_import, division, print_function

__metaclass__ = type


class ModuleDocFragment(object):
    """Options of all modules that read a configuration on the controller."""

    DOCUMENTATION = r"""
options:
  config:
    description:
      - The configuration folder on the controller, with C(zones), C(interfaces), C(policy), C(rules) and so on.
      - A folder of Shorewall is read by its own rules.
    type: path
    required: true
  program:
    description: The program C(ftpwall) on the controller.
    type: path
    default: ftpwall
  family:
    description: Compile for these addresses only; the other family is dropped.
    type: str
    choices: [ipv4, ipv6, both]
author:
  - the authors of ftpwall (!UNKNOWN)
"""
