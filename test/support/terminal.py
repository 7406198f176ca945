"""Runs a program at a terminal and prints what it showed there: terminal.py ANSWERS PROGRAM WORD...

ANSWERS is JSON, [[QUESTION, ANSWER], ...]: where a QUESTION shows, its ANSWER is typed. Ends as the program did.
"""
import json
import os
import pty
import sys

answers = json.loads(sys.argv[1])
words = sys.argv[2:]
pid, terminal = pty.fork()
if pid == 0:
    os.execvp(words[0], words)
shown = b""
while True:
    try:
        more = os.read(terminal, 65536)
    except OSError:  # the program has ended, and with it the terminal
        break
    if not more:
        break
    shown += more
    if answers and answers[0][0].encode() in shown:
        os.write(terminal, answers.pop(0)[1].encode() + b"\r")
_, ended = os.waitpid(pid, 0)
sys.stdout.buffer.write(shown)
sys.exit(os.waitstatus_to_exitcode(ended))
