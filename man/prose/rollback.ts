/** ftpwall-rollback(7): changing a firewall from afar. */
import { example, type Page, terms, text } from '../document.ts';

export const rollback: Page = {
  name: 'ftpwall-rollback',
  section: 7,
  summary: 'changing a firewall from afar: confirm and rollback',
  sections: [
    {
      title: 'Description',
      blocks: [
        text(
          'Changing rules over SSH can lock you out. These verbs load new rules and take them back by themselves, unless you say in time that you can still get in:',
        ),
        example('ftpwall check\nftpwall safe-restart\n'),
        text(
          '`safe-restart` asks, and `yes` keeps the rules. `no`, silence, a terminal that is gone, even a killed ftpwall bring back what was there before: a second process watches from the beginning. Answer from a new connection if you can: the old one may go on where a new one would not begin.',
        ),
        text('Where nobody can be asked, the answer is a verb of its own:'),
        example('ftpwall safe-restart --no-wait --confirm-within 5m\nftpwall confirm\n'),
        text(
          'A machine that restarts before the confirmation comes up with the old rules; where nothing was ever confirmed, without any.',
        ),
        text(
          'Your own scripts, `start` and `started`, run when the new rules are loaded, and those of the old rules run again when these come back. A script that hangs keeps nobody from going back.',
        ),
      ],
    },
    {
      title: 'What protects you besides',
      blocks: [
        terms([
          [
            'your own connection',
            'Before anything is loaded the new rules are asked whether they admit the ssh connection by which you work, also behind sudo. If they do not, nothing is loaded; `--force` loads them all the same. `rollback` and `restore` ask the rules that they load, too.',
          ],
          [
            'one step',
            'Rules are replaced in one transaction. If the system refuses a part, all of the old ones are still there.',
          ],
          [
            'established connections',
            'They go on over a restart. `--revoke` ends those that the new rules would not admit.',
          ],
          [
            'stoppedrules',
            'What gets in when the firewall is stopped, or could not be loaded: have a way for yourself in it.',
          ],
        ]),
      ],
    },
    {
      title: 'Generations',
      blocks: [
        text(
          'Each firewall that is loaded is kept, whole, with its checksums. `ftpwall generations` lists them: their number, their time, the folders they came from, which one runs, which one comes up at the next start, and which were not confirmed or were rolled back.',
        ),
        example('ftpwall generations\nftpwall rollback\nftpwall rollback 12\n'),
        text(
          '`rollback` takes back what waits for confirmation; when nothing does, it loads the last generation before the current one that was confirmed. With a number it loads that one; one that was not confirmed only with `--force`. What commands and rules have put into sets since then, as `ftpwall drop` does, stays. It needs no configuration, so it helps when the files are in disorder.',
        ),
        text(
          '`save` keeps the running firewall under a name, however many generations come and go; `restore` loads it, `forget` removes it.',
        ),
        example('ftpwall save before-the-move\nftpwall restore before-the-move\nftpwall forget before-the-move\n'),
      ],
    },
    {
      title: 'The script alone',
      blocks: [
        text(
          '`ftpwall compile --script FILE` writes a script that needs no ftpwall: `sh FILE start`, `stop`, `status` and others; its first lines list them. What sets hold stays over a restart, and over `stop` and `start`, until the machine goes down: it lies below /run/ftpwall. With the environment variable FTPWALL_KEPT the script keeps it in the folder that this names, and so over a restart of the machine, too; the folder must be there and be root’s alone, as all above it. `ftpwall` itself and `ftpwall-lite` need no such variable: they keep it in their state folders.',
        ),
        example('mkdir -m 700 /var/lib/firewall\nFTPWALL_KEPT=/var/lib/firewall sh firewall.sh start\n'),
      ],
    },
    {
      title: 'A trial',
      blocks: [
        text('`try` loads the firewall of another folder for a while and returns at once:'),
        example(
          'cp -r /etc/ftpwall /root/next\nftpwall check /root/next\nftpwall try /root/next 300\nftpwall status\nftpwall confirm\n',
        ),
        text('While rules wait, `ftpwall status` says so and ends with 5.'),
      ],
    },
  ],
  seeAlso: ['ftpwall(8)', 'ftpwall-stoppedrules(5)', 'ftpwall-tutorial(7)'],
};
