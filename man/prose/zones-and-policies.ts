/** ftpwall-policies(7): zones, policies and rules, and how a packet meets them. */
import { packetPath } from '../../compiler/5-lower/packet-path.ts';
import { example, type Page, terms, text } from '../document.ts';

export const zonesAndPolicies: Page = {
  name: 'ftpwall-policies',
  section: 7,
  summary: 'zones, policies and rules, and how a packet meets them',
  sections: [
    {
      title: 'Description',
      blocks: [
        text(
          'ftpwall decides whether a new connection from one zone to another is allowed. The packets of an allowed connection pass in both directions, and so do the packets that belong to it, such as ICMP errors from routers on the way.',
        ),
        terms([
          ['zones', 'The parts of the network, by name. One of them is this machine, `$FW`.'],
          ['interfaces', 'Which zone is behind which interface. `hosts` divides one interface among several zones.'],
          ['policy', 'The usual answer for each pair of zones.'],
          ['rules', 'The exceptions to it.'],
        ]),
      ],
    },
    {
      title: 'Zones',
      blocks: [
        text(
          'The source zone of a packet is the zone of the interface on which it arrives; its destination zone is the zone of the interface by which it will leave, or `$FW`. So most rules need no addresses, and it does not matter when an interface gets its address or changes it.',
        ),
        text(
          'Where several zones share an interface, `hosts` lists their addresses. A zone inside another is written `part:whole`. Its rules are checked first, then its policy; the policy CONTINUE passes the packet on to the rules of the parent zone.',
        ),
        example('fw           firewall\nnet          ip\nloc          ip\nadmins:loc   ip\n', 'zones'),
        example('?FORMAT 2\nnet   eth0   tcpflags,nosmurfs\nloc   eth1   tcpflags,nosmurfs\n', 'interfaces'),
        example('admins   eth1:10.0.1.8/29\n', 'hosts'),
        example(
          'admins   all   CONTINUE\nloc      net   ACCEPT\n$FW      net   ACCEPT\nnet      all   DROP   info\nall      all   REJECT   info\n',
          'policy',
        ),
        example('?SECTION NEW\nSSH(ACCEPT)   admins   $FW\nDNS(ACCEPT)   loc      $FW\n', 'rules'),
      ],
    },
    {
      title: 'Policies',
      blocks: [
        text(
          'The first line that matches a pair of zones is its policy, so put specific lines above general ones. `all` matches every zone. Traffic within a zone is accepted unless a line names the pair or uses `all+`. The last line is usually `all all REJECT`. A pair of zones without a policy is an error.',
        ),
        text(
          'DROP sends no answer, which suits the internet. REJECT answers at once, so your own users do not wait for a timeout. With a log level in the third column each decision is logged; the default actions first drop broadcasts and similar noise without logging it.',
        ),
      ],
    },
    {
      title: 'How to read a line of the log',
      blocks: [
        example(
          'Nov 29 05:00:00 gate kernel: ftpwall net-fw DROP policy:4 IN=eth0 OUT= MAC=… SRC=198.51.100.2 DST=203.0.113.2 LEN=60 … PROTO=TCP SPT=40000 DPT=23 …\n',
        ),
        terms([
          ['ftpwall', 'The program; `LOGFORMAT` in `ftpwall.conf` changes all of this beginning.'],
          ['net-fw', 'The source zone and the destination zone, or the name of a chain.'],
          ['DROP', 'What was done with it.'],
          [
            'policy:4',
            'The line that decided: the file and its line number. It is missing where a setting decided, such as INVALID_DISPOSITION.',
          ],
          ['IN=, OUT=', 'The interfaces. OUT= is empty for packets to this machine, IN= for packets that it sends.'],
          ['SRC=, DST=', 'The addresses. After DNAT, DST= is the server.'],
          ['PROTO=, SPT=, DPT=', 'The protocol, the source port and the destination port.'],
        ]),
        text(
          'These lines are in the kernel log: find them with `journalctl -k -g ftpwall`. The sample `rsyslog.conf` writes them to /var/log/ftpwall.log. `ftpwall logs` prints each with the text of the configuration line. `ftpwall why --log LINE` explains the decision and names the smallest edit that would accept the packet. In a Shorewall folder the default `LOGFORMAT` is that of Shorewall, without the line number.',
        ),
      ],
    },
    {
      title: 'The path of a packet',
      blocks: [
        text(
          'Every packet passes these steps in this order, in the hooks named in parentheses. Steps that a configuration does not use have no rules.',
        ),
        terms(packetPath.map(({ step, hooks, when }) => [step, `${when} (${hooks.join(', ')}).`] as const)),
        text(
          '`ftpwall hits` shows how many packets each line has decided. `nft list table inet ftpwall` shows the chains; each rule has its configuration line as its comment.',
        ),
      ],
    },
    {
      title: 'Both IP versions',
      blocks: [
        text(
          'Zones of type `ip` contain IPv4 and IPv6, and a rule applies to both unless it names an address. Neighbour discovery, which IPv6 needs, is always accepted. With FAMILY in `ftpwall.conf` only one version is compiled; all packets of the other are dropped.',
        ),
      ],
    },
  ],
  seeAlso: [
    'ftpwall(8)',
    'ftpwall-zones(5)',
    'ftpwall-interfaces(5)',
    'ftpwall-policy(5)',
    'ftpwall-rules(5)',
    'ftpwall-tutorial(7)',
  ],
};
