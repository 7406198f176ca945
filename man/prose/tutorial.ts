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
          'The configuration is a set of files in `/etc/ftpwall`. `ftpwall init` detects the interfaces, asks what kind of machine this is, and writes the files with comments: the interface of the default route is in the zone `net`, and your current SSH connection stays allowed. It loads nothing and never overwrites a file that contains more than comments.',
        ),
        example('ftpwall init\nftpwall check\nftpwall safe-start\n'),
        text(
          '`--server`, `--gateway` and `--three-zone` select one of the three kinds below without asking. `check` reports mistakes with their place and a correction, and changes nothing. `safe-start` loads the firewall and rolls it back unless you confirm that you can still log in. When everything works, load it at every boot:',
        ),
        example('systemctl enable --now ftpwall\n'),
        text('From then on: edit, `ftpwall check`, `ftpwall safe-restart`.'),
      ],
    },
    {
      title: 'A single server',
      blocks: [
        text(
          'There is one interface, in the zone `net`. Each service of the server has a line in `rules`; everything else is dropped.',
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
          'Each address may open six SSH connections a minute. `FTP` opens port 21 and, for each transfer, the port that client and server agree on. `stoppedrules` keeps SSH open while the firewall is stopped.',
        ),
        text(
          'For other services find the macro in `ftpwall-macros`(5), or write protocol and port: `ACCEPT net $FW tcp 8443`.',
        ),
      ],
    },
    {
      title: 'A router with a private network',
      blocks: [
        text(
          'There are two interfaces, in the zones `net` and `loc`. The private network may connect to the internet, but not the reverse.',
        ),
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
          '`IP_FORWARDING` enables routing, `snat` translates the private network to the address of the firewall, and the policy `loc net ACCEPT` allows all outgoing connections, including FTP. If clients get their addresses from this machine by DHCP, add the option `dhcp` to `eth1`.',
        ),
      ],
    },
    {
      title: 'A router with a dmz and an FTP server',
      blocks: [
        text(
          'There are three interfaces. The servers are in a zone of their own, `dmz`: the internet can reach only what the rules allow, and a compromised server cannot reach the private network.',
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
          'Clients on the internet use the public address of the firewall. `FTP(DNAT)` forwards the control connection; the FTP helper of the kernel translates the addresses inside it and opens the announced ports for each transfer, active and passive. No port range has to be open. See `ftpwall-ftp`(7) for other ports and for TLS.',
        ),
        text('The complete configuration with more comments is in `/usr/share/doc/ftpwall/examples/three-interfaces`.'),
      ],
    },
    twoLines,
    {
      title: 'When something does not work',
      blocks: [
        text(
          'Every message has a place and says what to do; `ftpwall explain CODE` has the details. Blocked connections are logged if the policy has a log level: the log line shows both zones and the decision. `ftpwall why` says which line decides for a connection, `ftpwall hits` which lines match. `ftpwall status` shows whether the firewall is running, whether its rules were changed by others, and which other programs filter packets.',
        ),
      ],
    },
  ],
  seeAlso: ['ftpwall(8)', 'ftpwall-policies(7)', 'ftpwall-translation(7)', 'ftpwall-ftp(7)', 'ftpwall-rollback(7)'],
};
