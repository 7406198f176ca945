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
          'ftpwall decides whether a new connection from one zone to another is allowed. Everything else follows. Packets of a connection that may begin go through in both directions, and so does what the connection needs beside itself, such as the errors that routers send back.',
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
          'A packet belongs to the zone of the interface by which it comes, and goes to the zone of the interface by which it will leave, or to `$FW`. So a rule needs no addresses where zones say enough, and it does not matter when an interface gets its address, or another one.',
        ),
        text(
          'Where addresses do tell zones apart, `hosts` says so. A zone inside another is written `part:whole`, and its rules go first; what they do not decide is decided by its policy, and with the policy CONTINUE by the rules of the whole.',
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
          'The first line that fits a pair of zones is its policy, so the special ones stand above the general ones. `all` stands for every zone. Within a zone everything is accepted, unless a line names the pair or says `all+`. The last line is usually `all all REJECT`, and a pair without a policy is an error: nothing is decided by an oversight.',
        ),
        text(
          'DROP says nothing to the sender, which suits the internet; REJECT tells it at once, which spares your own users the wait. With a level behind it each decision is written to the log, after the default actions have sorted out what nobody wants to read.',
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
          ['net-fw', 'The zone that the packet comes from, and the zone that it goes to; or a chain.'],
          ['DROP', 'What was done with it.'],
          [
            'policy:4',
            'The line that says so: the file, and the number of the line in it. What no line says, as the dispositions of settings, has none.',
          ],
          ['IN=, OUT=', 'The interfaces; OUT= is empty for packets to this machine, IN= for its own.'],
          ['SRC=, DST=', 'The addresses; DST= is the server behind DNAT already.'],
          ['PROTO=, SPT=, DPT=', 'The protocol, the source port and the destination port.'],
        ]),
        text(
          'The kernel writes these lines: `journalctl -k -g ftpwall` finds them, and the file `rsyslog.conf` of the samples puts them into /var/log/ftpwall.log. `ftpwall logs` prints each with the text of its line, and `ftpwall why --log LINE` says why, and what would accept the packet. In a folder of Shorewall `LOGFORMAT` is as Shorewall has it, without the line.',
        ),
      ],
    },
    {
      title: 'The way of a packet',
      blocks: [
        text(
          'Every packet meets these steps, in this order, in the hooks that are named. A step that a configuration has no use for has no rules.',
        ),
        terms(packetPath.map(({ step, hooks, when }) => [step, `${when} (${hooks.join(', ')}).`] as const)),
        text(
          '`ftpwall hits` shows how many packets each line has decided, and `nft list table inet ftpwall` the chains, with the line in each comment.',
        ),
      ],
    },
    {
      title: 'Both IP versions',
      blocks: [
        text(
          'Zones of type `ip` hold IPv4 and IPv6 alike, and one rule serves both, unless it names an address. What IPv6 cannot live without, neighbour discovery above all, gets through whatever the rules say. FAMILY in `ftpwall.conf` compiles for one version only; the other one is then dropped.',
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
