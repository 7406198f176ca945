# Copyright: the authors of ftpwall
# GNU General Public License v3.0+ (see https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the action plugins have in common: arguments by their table, and failures that are told without a traceback."""

from __future__ import absolute_import, division, print_function

__metaclass__ = type

from ansible.plugins.action import ActionBase


class Refused(Exception):
    """The task fails with this message, for people, and with more of its result."""

    def __init__(self, message, **more):
        super(Refused, self).__init__(message)
        self.message = message
        self.more = more


class FirewallAction(ActionBase):
    """A task of this collection; subclasses have ARGUMENT_SPEC and work."""

    ARGUMENT_SPEC = {}
    _supports_async = False

    def run(self, tmp=None, task_vars=None):
        result = super(FirewallAction, self).run(tmp, task_vars)
        _valid, args = self.validate_argument_spec(argument_spec=self.ARGUMENT_SPEC)
        try:
            result.update(self.work(args))
        except Refused as error:
            result.update(error.more, failed=True, changed=False, msg=error.message)
        return result

    def work(self, args):
        """Does it, and returns what the result is made of."""
        raise NotImplementedError
