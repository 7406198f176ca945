"""Runs a program at a terminal and prints what it showed there: terminal.py QUESTION ANSWER PROGRAM WORD...

Where the QUESTION shows, the ANSWER is typed; an empty QUESTION never shows. Ends as the program did.
"""
import os
import pty
import sys

question, answer, *words = sys.argv[1:]
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
    if question and question.encode() in shown:
        os.write(terminal, answer.encode() + b"\r")
        question = ""
_, ended = os.waitpid(pid, 0)
sys.stdout.buffer.write(shown)
sys.exit(os.waitstatus_to_exitcode(ended))
