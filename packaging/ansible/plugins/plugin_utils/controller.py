# Copyright: the authors of ftpwall
# GNU General Public License v3.0+ (see https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The program ftpwall on the controller: compiles, proves, signs, plans and answers questions."""

from __future__ import absolute_import, division, print_function

__metaclass__ = type

import hashlib
import json
import os
import shutil
import subprocess
import tempfile

from ansible.module_utils.common.text.converters import to_bytes, to_text

from ansible_collections.ftpwall.ftpwall.plugins.module_utils.host_words import told_words
from ansible_collections.ftpwall.ftpwall.plugins.plugin_utils.task import Refused

# What every module that compiles is given.
CONFIGURATION_SPEC = {
    "config": {"type": "path", "required": True},
    "program": {"type": "path", "default": "ftpwall"},
    "family": {"type": "str", "choices": ["ipv4", "ipv6", "both"]},
}

DONE = 0
CHANGES = 4


class Controller(object):
    """The program with a folder for its files, which is gone when the work is done."""

    def __init__(self, args):
        self.program = args["program"]
        self.config = args["config"]
        self.family = ["--family", args["family"]] if args.get("family") else []

    def __enter__(self):
        self.folder = tempfile.mkdtemp(prefix="ftpwall-")
        return self

    def __exit__(self, *_exception):
        shutil.rmtree(self.folder, ignore_errors=True)

    def compile(self, sign_key=None):
        """Compiles, proves the assertions, and signs: the script, its signature or None, and the hashes of both."""
        script = os.path.join(self.folder, "firewall")
        sign = ["--sign", sign_key] if sign_key else []
        # Whether its interfaces are those of the controller says nothing.
        words = ["compile", self.config, "--script", script, "--allow", "interface-not-here"] + self.family + sign
        self._run(words, "compile the configuration")
        firewall = {"script": self._read(script), "signature": self._read(script + ".sig") if sign else None}
        firewall["messages"] = self.messages
        for name in ("script", "signature"):
            content = firewall[name]
            firewall[name + "_hash"] = None if content is None else hashlib.sha256(content).hexdigest()
        return firewall

    def plan(self, listing):
        """What changes for packets when the configuration takes the place of what is loaded, as data."""
        return json.loads(self._plan(listing, ["--json"]))

    def plan_text(self, listing):
        """The same for people."""
        return to_text(self._plan(listing, []))

    def _plan(self, listing, more):
        loaded = os.path.join(self.folder, "loaded")
        with open(loaded, "wb") as file:
            file.write(to_bytes(listing))
        return self._run(["plan", self.config, "--against", loaded] + self.family + more, "make a plan", also=CHANGES)

    def why(self, question, state=None):
        """The answers of C(ftpwall why), for the words of a question."""
        words = ["why", "--config", self.config, "--json"] + self.family
        if state:
            words += ["--state", state]
        return json.loads(self._run(words + ["--"] + question, "answer the question"))["answers"]

    def zones(self):
        """The zones that packets can go to."""
        cells = json.loads(self._run(["matrix", self.config, "--json"] + self.family, "list the zones"))["cells"]
        return sorted(set(cell["to"] for cell in cells))

    def _run(self, words, purpose, also=DONE):
        try:
            process = subprocess.Popen(
                [self.program] + words, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE
            )
            output, errors = process.communicate()
        except OSError as error:
            raise Refused(
                "%s cannot be run on the controller, which compiles: %s. Install the package ftpwall there, or name the "
                "program by the option program" % (self.program, to_text(error))
            )
        if process.returncode not in (DONE, also):
            said = told_words(to_text(errors)) or told_words(to_text(output))
            raise Refused(
                "ftpwall could not %s of %s; no host was changed:\n%s" % (purpose, self.config, "\n".join(said)),
                status=process.returncode,
                messages=said,
            )
        self.messages = told_words(to_text(errors))
        return output

    def _read(self, path):
        with open(path, "rb") as file:
            return file.read()
