/** ftpwall-tutorial(7): four firewalls, step by step. */
import { example, type Page, text } from '../document.ts';
import { twoLines } from './two-lines.ts';

export const tutorial: Page = {
  name: 'ftpwall-tutorial',
  section: 7,
  summary: 'four firewalls, step by step',
  sections: [
    {
      title: 'The first minutes',
      blocks: [
        text(
          'A firewall is made of files in `/etc/ftpwall`. `ftpwall init` looks at the machine, asks what kind of machine it is, and writes them, with comments: the interface of the default route leads to the zone `net`, and the ssh connection by which you work stays open. It starts nothing and never replaces a file that says something.',
        ),
        example('ftpwall init\nftpwall check\nftpwall safe-start\n'),
        text(
          '`--server`, `--gateway` and `--three-zone` are the three kinds below, and ask nothing. `check` says what is wrong, with its place and its cure, and changes nothing. `safe-start` loads the firewall and takes it back unless you say that you can still get in. When all is well, let it be loaded whenever the machine starts:',
        ),
        example('systemctl enable --now ftpwall\n'),
        text('From then on: edit, `ftpwall check`, `ftpwall safe-restart`.'),
      ],
    },
    {
      title: 'A server alone',
      blocks: [
        text(
          'One interface, and everybody is in the zone `net`. What the server serves is a line in `rules`; all else is dropped.',
        ),
        example('fw    firewall\nnet   ip\n', 'zones'),
        example('?FORMAT 2\nnet   eth0   tcpflags,nosmurfs,dhcp\n', 'interfaces'),
        example('$FW   net   ACCEPT\nnet   all   DROP     info\nall   all   REJECT   info\n', 'policy'),
        example(
          '?SECTION NEW\nPing(ACCEPT)   net   $FW\nSSH(ACCEPT)    net   $FW   -   -   -   -   s:6/min:6\nWeb(ACCEPT)    net   $FW\nFTP(ACCEPT)    net   $FW\n',
          'rules',
        ),
        example('ACCEPT   eth0   $FW   tcp   22\n', 'stoppedrules'),
        text(
          'Each address may begin six ssh sessions a minute. `FTP` opens port 21 and, for each transfer, the port that client and server agree on. `stoppedrules` keeps ssh open when the firewall is stopped.',
        ),
        text(
          'To serve something else, look for its name in `ftpwall-macros`(5), or write the protocol and the port: `ACCEPT net $FW tcp 8443`.',
        ),
      ],
    },
    {
      title: 'A router with a private network',
      blocks: [
        text('Two interfaces: `net` and `loc`. The private network may go out, and nobody in.'),
        example('fw    firewall\nnet   ip\nloc   ip\n', 'zones'),
        example('?FORMAT 2\nnet   eth0   tcpflags,nosmurfs,dhcp\nloc   eth1   tcpflags,nosmurfs\n', 'interfaces'),
        example(
          'loc   net   ACCEPT\n$FW   net   ACCEPT\nnet   all   DROP     info\nall   all   REJECT   info\n',
          'policy',
        ),
        example(
          '?SECTION NEW\nPing(ACCEPT)   all   $FW\nSSH(ACCEPT)    loc   $FW\nDNS(ACCEPT)    loc   $FW\n',
          'rules',
        ),
        example('MASQUERADE   10.0.1.0/24   eth0\n', 'snat'),
        example('IP_FORWARDING=On\n', 'ftpwall.conf'),
        example('ACCEPT   eth1   $FW   tcp   22\n', 'stoppedrules'),
        text(
          '`IP_FORWARDING` lets packets through the machine, `snat` gives the private network the address of the firewall, and the policy `loc net ACCEPT` is the way out, FTP included. If clients get their addresses from this machine, add the option `dhcp` to `eth1`.',
        ),
      ],
    },
    {
      title: 'A router with a dmz and an FTP server',
      blocks: [
        text(
          'Three interfaces. The servers stand in a zone of their own, the `dmz`: the internet reaches what the rules say, and a server that is broken into does not reach the private network.',
        ),
        example('fw    firewall\nnet   ip\nloc   ip\ndmz   ip\n', 'zones'),
        example(
          '?FORMAT 2\nnet   eth0   tcpflags,nosmurfs\nloc   eth1   tcpflags,nosmurfs\ndmz   eth2   tcpflags,nosmurfs\n',
          'interfaces',
        ),
        example(
          'loc   net   ACCEPT\n$FW   net   ACCEPT\nnet   all   DROP     info\nall   all   REJECT   info\n',
          'policy',
        ),
        example('PUBLIC=203.0.113.2\nFTP_SERVER=10.0.2.10\n', 'params'),
        example(
          '?SECTION NEW\nPing(ACCEPT)   all   $FW\nSSH(ACCEPT)    loc   $FW\nSSH(ACCEPT)    loc   dmz\nDNS(ACCEPT)    loc   $FW\nDNS(ACCEPT)    dmz   net\nFTP(DNAT)      net   dmz:$FTP_SERVER   -   -   -   $PUBLIC\nFTP(ACCEPT)    loc   dmz:$FTP_SERVER\n',
          'rules',
        ),
        example('loadmodule nf_conntrack_ftp\n', 'modules'),
        example('MASQUERADE   10.0.1.0/24,10.0.2.0/24   eth0\n', 'snat'),
        example('IP_FORWARDING=On\n', 'ftpwall.conf'),
        example('ACCEPT   eth1   $FW   tcp   22\n', 'stoppedrules'),
        text(
          'The internet knows the server by the public address of the firewall. `FTP(DNAT)` translates the control connection, and the helper of the kernel translates the addresses inside it and lets the transfers through that it announces, active and passive: no range of ports has to be open. See `ftpwall-ftp`(7) for other ports and for TLS.',
        ),
        text('The whole, with more comments, lies in `/usr/share/doc/ftpwall/examples/three-interfaces`.'),
      ],
    },
    twoLines,
    {
      title: 'When something does not work',
      blocks: [
        text(
          'A message names its line and its cure; `ftpwall explain CODE` tells more. Connections that are refused are in the log when the policy has a level: the line names the two zones and the decision. `ftpwall hits` shows which lines decide. `ftpwall status` says whether the firewall runs, whether somebody has changed it, and who else filters.',
        ),
      ],
    },
  ],
  seeAlso: ['ftpwall(8)', 'ftpwall-policies(7)', 'ftpwall-translation(7)', 'ftpwall-ftp(7)', 'ftpwall-rollback(7)'],
};
