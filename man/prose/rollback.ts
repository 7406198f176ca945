/** ftpwall-rollback(7): changing a remote firewall. */
import { example, type Page, terms, text } from '../document.ts';

export const rollback: Page = {
  name: 'ftpwall-rollback',
  section: 7,
  summary: 'changing a remote firewall: confirm and rollback',
  sections: [
    {
      title: 'Description',
      blocks: [
        text(
          'Changing rules over SSH can lock you out. These commands load new rules and roll them back unless you confirm in time that you can still log in:',
        ),
        example('ftpwall check\nftpwall safe-restart\n'),
        text(
          '`safe-restart` asks; `yes` keeps the new rules. After `no`, no answer, a lost terminal or a killed ftpwall, a second process that was started beforehand restores the previous rules. Test with a new SSH session: the current one may survive rules that block a new one.',
        ),
        text('In scripts, confirm with a separate command:'),
        example('ftpwall safe-restart --no-wait --confirm-within 5m\nftpwall confirm\n'),
        text(
          'If the machine reboots before the confirmation, it starts with the previous rules, or without rules if none were ever confirmed.',
        ),
        text(
          'Your own scripts `start` and `started` run after the new rules are loaded. After a rollback, those of the previous rules run again. A hung user script does not block the rollback.',
        ),
      ],
    },
    {
      title: 'Other safeguards',
      blocks: [
        terms([
          [
            'your own connection',
            'Before loading, ftpwall checks whether the new rules accept the SSH connection you work over, also under sudo. If they do not, nothing is loaded; `--force` loads them anyway. `rollback` and `restore` check the same.',
          ],
          [
            'one transaction',
            'All rules are replaced in one transaction. If the kernel rejects any part, the old rules stay complete.',
          ],
          [
            'established connections',
            'They are kept over a restart. `--revoke` ends those that the new rules would not accept.',
          ],
          [
            'stoppedrules',
            'What is accepted while the firewall is stopped or could not be loaded. Keep your own access in it.',
          ],
        ]),
      ],
    },
    {
      title: 'Generations',
      blocks: [
        text(
          'Each loaded firewall is kept as a numbered generation with checksums. `ftpwall generations` lists them: number, time, source folder, which one is running, which one will be loaded at boot, and which were not confirmed or were rolled back.',
        ),
        example('ftpwall generations\nftpwall rollback\nftpwall rollback 12\n'),
        text(
          '`rollback` reverts a load that waits for confirmation. Otherwise it loads the last confirmed generation before the current one. With a number it loads that generation; one that was never confirmed needs `--force`. Entries added to sets since then, for example by `ftpwall drop`, are kept. It does not read the configuration, so it also works while the files contain errors.',
        ),
        text(
          '`save` keeps the running firewall under a name, independent of how many generations are kept; `restore` loads it, `forget` deletes it.',
        ),
        example('ftpwall save before-the-move\nftpwall restore before-the-move\nftpwall forget before-the-move\n'),
      ],
    },
    {
      title: 'The script alone',
      blocks: [
        text(
          '`ftpwall compile --script FILE` writes a script that runs without ftpwall: `sh FILE start`, `stop`, `status` and more; its first lines list all. Entries of sets survive a restart, and `stop` and `start`, until the machine reboots: they are kept below /run/ftpwall. To keep them over a reboot, set the environment variable FTPWALL_KEPT to an existing folder that only root can write, like all folders above it. `ftpwall` itself and `ftpwall-lite` do not need the variable: they use their state folders.',
        ),
        example('mkdir -m 700 /var/lib/firewall\nFTPWALL_KEPT=/var/lib/firewall sh firewall.sh start\n'),
      ],
    },
    {
      title: 'Trying another folder',
      blocks: [
        text('`try` loads another folder for a limited time and returns at once:'),
        example(
          'cp -r /etc/ftpwall /root/next\nftpwall check /root/next\nftpwall try /root/next 300\nftpwall status\nftpwall confirm\n',
        ),
        text('While a load waits for confirmation, `ftpwall status` exits with 5.'),
      ],
    },
  ],
  seeAlso: ['ftpwall(8)', 'ftpwall-stoppedrules(5)', 'ftpwall-tutorial(7)'],
};
