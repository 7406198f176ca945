/** Questions about starting, stopping and changing the firewall. */
import { asks, file, question, type Subject, shell } from './question.ts';

export const running: Subject = {
  title: 'Starting, stopping, changing',
  questions: [
    question(
      'first-steps',
      'Where do I begin, step by step?',
      'With `ftpwall init`: it looks at the machine, asks what it cannot see, and writes a configuration that keeps your ssh connection open. ftpwall-tutorial(7) explains four firewalls line by line, and the samples below /usr/share/doc/ftpwall/examples are to be copied.',
      shell('ftpwall init', 'ftpwall check', 'ftpwall safe-start', 'systemctl enable --now ftpwall'),
    ),
    question(
      'which-package',
      'There are two packages. Which one do I need?',
      '`ftpwall` compiles and needs Node.js. `ftpwall-lite` runs a script that was compiled elsewhere, and needs `sh` and `nft` alone: for small routers, and for machines that get their rules from one place. A machine with `ftpwall` needs no `ftpwall-lite`.',
      shell('ftpwall compile /etc/gate --script gate.sh', 'sh gate.sh start'),
    ),
    question(
      'locked-out',
      'How do I keep from locking myself out?',
      '`safe-start`, `safe-restart` and `try` take the new rules back unless you say in time that you can still get in, even when the connection, the terminal or ftpwall itself has died. `start` and `restart` refuse to load rules that would not admit the ssh connection by which you work. Before all that, `plan` says what a restart changes, and a line of `assertions` keeps the way in:',
      file('assertions', 'ACCEPT   loc   $FW   tcp   22'),
      file('rules', 'SSH(ACCEPT)   loc   $FW'),
      file('stoppedrules', 'ACCEPT   eth1   $FW   tcp   22'),
      shell('ftpwall plan', 'ftpwall safe-restart'),
      'Should it have happened: restart the machine before you confirm, and it comes up with the old rules; or `ftpwall rollback` at its console.',
      asks('loc fw tcp 22', 'ACCEPT'),
    ),
    question(
      'no-daemon',
      'After the start no process of ftpwall runs. Is that right?',
      'Yes. The rules are in the kernel, and nothing of ftpwall needs to run. `ftpwall status` says what is loaded.',
      shell('ftpwall status'),
    ),
    question(
      'stop-closes',
      'I stopped the firewall, and now nothing connects. Why?',
      '`stop` closes the machine but for what `stoppedrules` lets in and for connections that stand. `clear` removes the firewall and opens the machine. Have a way in for yourself in `stoppedrules`.',
      file('stoppedrules', 'ACCEPT   eth1            $FW   tcp   22', 'ACCEPT   eth0:192.0.2.7   $FW   tcp   22'),
      shell('ftpwall stop', 'ftpwall clear'),
    ),
    question(
      'open-when-stopped',
      'Is the machine open when the unit is stopped, or the package removed?',
      'No. Stopping the unit leaves the rules as they are, and so do installing, upgrading and removing the package: none of them loads, closes or opens anything. `ftpwall stop` closes, and only `ftpwall clear` opens.',
      shell('systemctl stop ftpwall', 'ftpwall status'),
    ),
    question(
      'not-started-at-boot',
      'The firewall is not there after a restart of the machine.',
      'The unit must be enabled, and something must have been confirmed: what is loaded at the start is the last firewall that was confirmed. It is loaded before the network is up, by a script that needs neither Node.js nor the files in /etc/ftpwall. Whether a second firewall is loaded beside it says `ftpwall status`.',
      shell('systemctl enable ftpwall', 'ftpwall generations', 'journalctl -b -u ftpwall'),
      file('ftpwall.conf', 'STARTUP_ENABLED=Yes'),
    ),
    question(
      'interface-missing-at-boot',
      'An interface is not there when the firewall starts.',
      'That does no harm: rules name interfaces, and hold as soon as one comes. Addresses that are read from an interface (`&eth0`) and providers are filled when it comes up, by the hooks of NetworkManager, networkd, ifupdown, ppp and dhclient that the package brings. `optional` says that an interface may be missing, `required` that nothing is loaded without it, `wait=` that it is waited for.',
      file('interfaces', '?FORMAT 2', 'net   ppp0   optional', 'loc   eth1', 'dmz   eth2   wait=10'),
    ),
    question(
      'changes-have-no-effect',
      'I changed a file, and nothing is different.',
      'Files are read by `restart`, not by themselves. `status` says when the files have changed since, and `check` whether they can be read. What is changed in the state folder or by `nft` by hand is gone with the next restart; `status` says that, too.',
      shell('ftpwall check', 'ftpwall plan', 'ftpwall restart', 'ftpwall status'),
    ),
    question(
      'own-nft-commands',
      'Where do I put nft commands of my own?',
      'Words that belong into one rule stand in the rule, as `NFT(…)` or behind `;; nft`. A whole table of your own is a file that the script `started` loads: ftpwall touches no table but its own. Remember that in nftables a packet goes through only when every table lets it.',
      shell('# /etc/ftpwall/started', 'nft -f /etc/my-table.nft'),
      file('rules', 'ACCEPT   net   $FW   tcp   443   ;; nft ct count over 100 drop'),
    ),
    question(
      'modules',
      'Which kernel modules are loaded? Can I leave some out?',
      'Those that the rules use, and the helpers that the rules ask for. DONT_LOAD names modules that are never loaded, HELPERS the helpers that may be used.',
      file('ftpwall.conf', 'HELPERS=ftp', 'DONT_LOAD=nf_conntrack_sip'),
      shell('ftpwall show modprobe', 'lsmod'),
    ),
    question(
      'slow-start',
      'Starting takes long on my small machine. What can I do?',
      'Compile elsewhere: the script loads in the time that `nft` needs. Names in rules are looked up at each compilation, so addresses are faster. Lists of addresses belong into a set, not into rules.',
      shell('ftpwall compile --script firewall.sh', 'sh firewall.sh start'),
    ),
    question(
      'version',
      'Which version do I run, and does my kernel suffice?',
      '`ftpwall version`. What Debian 12 has is enough: Linux 6.1 and nft 1.0.6. What this machine cannot do, `doctor` says, and `start` refuses with the old rules in place.',
      shell('ftpwall version', 'ftpwall doctor', 'nft --version'),
    ),
    question(
      'gui',
      'Is there a graphical interface?',
      'None that changes rules. `ftpwall report` writes a page that shows a firewall, with a map of the zones and a box that answers questions; editors mark mistakes and dead lines while you type, see ftpwall-editors(7); and `ftpwall metrics` feeds dashboards.',
      shell('ftpwall report --output firewall.html'),
    ),
    question(
      'fw-variable',
      'What is $FW?',
      'The zone of this machine: the one with the type `firewall` in `zones`, usually `fw`. All addresses of the machine are in it, on whatever interface they are; so the address of its inner interface is `$FW:10.0.1.1`, never `loc:10.0.1.1`.',
      file('rules', 'Web(ACCEPT)   loc   $FW:10.0.1.1'),
      asks('loc fw:10.0.1.1 tcp 80', 'ACCEPT'),
      asks('loc fw:203.0.113.2 tcp 80', 'DROP'),
    ),
  ],
};
