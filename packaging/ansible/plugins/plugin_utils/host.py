# Copyright: the authors of ftpwall
# GNU General Public License v3.0+ (see https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A host over Ansible's connection: it needs sh, no Python and nothing of ours."""

from __future__ import absolute_import, division, print_function

__metaclass__ = type

import os
import re

from ansible.module_utils.common.text.converters import to_text

from ansible_collections.ftpwall.ftpwall.plugins.module_utils.host_words import StrangeAnswer, read_facts, told_words
from ansible_collections.ftpwall.ftpwall.plugins.plugin_utils.task import Refused

# What the shell of the host reads is plain, whatever comes from an inventory.
PLAIN = re.compile(r"^[A-Za-z0-9-]+$")


# What a host says may be anybody's words: none of them commands the terminal that shows them.
CONTROL = re.compile(u"[\x00-\x08\x0b-\x1f\x7f-\x9f]")


class HostRefused(Exception):
    """A step that the host refused; the words are its own."""

    def __init__(self, words):
        super(HostRefused, self).__init__("; ".join(words))
        self.words = words


class Host(object):
    """The part of host.sh, verb by verb. C(action) is the running action plugin."""

    def __init__(self, action):
        self.action = action
        with open(os.path.join(os.path.dirname(__file__), "host.sh"), "rb") as file:
            self.part = file.read()

    def ask(self, *words):
        """Runs a verb; what it printed, as text. A connection that fails is an AnsibleConnectionFailure."""
        if not all(PLAIN.match(word) for word in words):
            raise Refused("a word for the host is not plain: %s" % " ".join(words))
        return self._run(" ".join(("sh", "-s", "--") + words), self.part)

    def put(self, token, name, content):
        """Writes a file into the folder that was staged for the token."""
        if not PLAIN.match(token) or name not in ("firewall", "firewall.sig"):
            raise Refused("a word for the host is not plain: %s %s" % (token, name))
        self._run("cat >/var/lib/ftpwall-lite/generations/new-%s/%s" % (token, name), content)

    def facts(self):
        """What is there and what is loaded; nothing is changed."""
        try:
            facts = read_facts(self.ask("facts"))
        except HostRefused as error:
            raise Refused("the host cannot be asked: %s" % error)
        except StrangeAnswer as error:
            raise Refused("the host gives a strange answer: %s" % to_text(error))
        if not facts["root"]:
            raise Refused("only root sees and changes what is loaded: use become, or log in as root")
        return facts

    def reset(self):
        """The next step comes by a new connection."""
        self.action._connection.reset()

    def _run(self, command, content):
        ended = self.action._low_level_execute_command(command, in_data=content)
        if ended["rc"] != 0:
            words = told_words(printable(ended.get("stderr"))) or told_words(printable(ended.get("stdout")))
            raise HostRefused(words or ["it ended with %s" % ended["rc"]])
        return printable(ended["stdout"])


def printable(text):
    """The text without characters that are commands."""
    return CONTROL.sub(u"?", to_text(text or u"").replace(u"\r\n", u"\n"))
