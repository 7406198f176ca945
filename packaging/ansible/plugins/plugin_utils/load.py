# Copyright: the authors of ftpwall
# GNU General Public License v3.0+ (see https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Loads a firewall on a host: arm the rollback, come again by a new connection, probe, confirm."""

from __future__ import absolute_import, division, print_function

__metaclass__ = type

import time
import uuid

from ansible.errors import AnsibleConnectionFailure
from ansible.module_utils.common.text.converters import to_text

from ansible_collections.ftpwall.ftpwall.plugins.module_utils.host_words import told_words
from ansible_collections.ftpwall.ftpwall.plugins.plugin_utils.host import HostRefused

# Seconds that the host may take to go back, once the time is over.
GRACE = 30


class RolledBack(Exception):
    """The host runs what it ran before; the reason is ours, the words are the host's."""

    def __init__(self, reason, words):
        super(RolledBack, self).__init__(reason)
        self.reason = reason
        self.words = words


def load(host, firewall, confirm_within, probe):
    """
    Loads and keeps it; the words of the host. HostRefused: nothing was changed. RolledBack: it was changed, and is not
    any more. C(probe) gives a reason when something that should work does not.
    """
    token = uuid.uuid4().hex
    stage(host, firewall, token, confirm_within)
    deadline = time.time() + confirm_within
    try:
        # That connection may have begun before the rules were loaded.
        exit_status, words = read_result(come_again(host, deadline, "result", token))
        if exit_status != "0":
            host.ask("discard", token)
            raise HostRefused(words)
        reason = probe()
        if reason:
            raise RolledBack(reason, take_back(host, token, deadline))
        return confirm(host, token, deadline)
    except AnsibleConnectionFailure as error:
        reason = "no new connection can be made: %s" % connection_words(error)
        raise RolledBack(reason, wait_for_rollback(host, deadline))


def stage(host, firewall, token, confirm_within):
    """Copies and arms; what arrives is verified there, by its hash and by the signers of the host."""
    host.ask("stage", token)
    try:
        host.put(token, "firewall", firewall["script"])
        if firewall["signature"] is not None:
            host.put(token, "firewall.sig", firewall["signature"])
    except HostRefused:
        host.ask("discard", token)
        raise
    hashes = firewall["script_hash"], firewall["signature_hash"] or "none"
    try:
        host.ask("arm", token, str(confirm_within), *hashes)
    except AnsibleConnectionFailure:
        # It may have been armed: that is told by the next connection.
        pass


def read_result(output):
    """The exit status of the load on the first line, then what it said."""
    lines = told_words(output)
    return (lines[0] if lines else ""), lines[1:]


def confirm(host, token, deadline):
    """Tells the host to keep it. One that does not has gone back, or does so now."""
    try:
        return told_words(come_again(host, deadline, "confirm", token))
    except HostRefused as error:
        raise RolledBack("it could not be confirmed: %s" % error, wait_for_rollback(host, deadline))


def come_again(host, deadline, *words):
    """
    Asks by a new connection, again and again while the host waits for its confirmation. Who gets in only when the host has
    gone back was kept out: that is the reason, not what the host says then.
    """
    missed = None
    while True:
        host.reset()
        try:
            return host.ask(*words)
        except AnsibleConnectionFailure as error:
            missed = error
            if time.time() > deadline:
                raise
        except HostRefused:
            if missed:
                raise missed
            raise
        time.sleep(1)


def take_back(host, token, deadline):
    """The host can be reached, and what it runs is not good: it goes back at once, or else by itself."""
    try:
        return told_words(host.ask("rollback", token))
    except (HostRefused, AnsibleConnectionFailure):
        return wait_for_rollback(host, deadline)


def wait_for_rollback(host, deadline):
    """The host goes back by itself; when it can be reached again it says so."""
    while True:
        host.reset()
        try:
            words = told_words(host.ask("status"))
            if not any(line.startswith("confirmation: ") for line in words):
                return status_words(words)
        except HostRefused as error:
            return error.words
        except AnsibleConnectionFailure:
            if time.time() > deadline + GRACE:
                return ["it cannot be reached since: look at it"]
        if time.time() > deadline + GRACE:
            return ["IT STILL WAITS FOR A CONFIRMATION: look at it"]
        time.sleep(1)


def status_words(words):
    """What of a status tells how the host fared: its state, its generation, and what went wrong."""
    kept = ("running", "stopped", "cleared", "generation", "confirmation", "drift", "last failure")
    return [line for line in words if line.startswith(kept)]


def connection_words(error):
    """The words of ssh, in one line."""
    return " ".join(to_text(error).split())
