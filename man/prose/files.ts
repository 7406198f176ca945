/** What a table cannot say about a file, and examples that the tests compile. */
import { example, type FileProse, text } from '../document.ts';
import { trafficFiles } from './traffic-files.ts';

export const fileProse: Readonly<Record<string, FileProse>> = {
  zones: {
    description: [
      text(
        'A zone is a part of the network that policies and rules speak of by name. One zone, of type `firewall`, is the machine itself; other files call it `$FW`.',
      ),
      text(
        'The type `ip` holds IPv4 and IPv6 alike. `ipv4` and `ipv6` hold one of them; the other one on their interfaces is not in any zone and is dropped, and `ftpwall check` says so.',
      ),
      text(
        'A zone that is a part of another is written `part:whole`. Packets are compared with the part first; a CONTINUE policy or rule hands them on to the whole.',
      ),
    ],
    examples: [example('fw    firewall\nnet   ip\nloc   ip\ndmz   ip\n', 'zones')],
  },
  interfaces: {
    description: [
      text(
        'Interfaces go by name and need not exist when the firewall starts. `ppp+` stands for every name that begins with `ppp`.',
      ),
    ],
    examples: [
      example(
        '?FORMAT 2\nnet   eth0   tcpflags,nosmurfs,dhcp\nloc   eth1   tcpflags,nosmurfs\ndmz   eth2   tcpflags,nosmurfs\n',
        'interfaces',
      ),
    ],
  },
  policy: {
    description: [
      text(
        'The first line that covers a pair of zones decides it. `all` covers every zone; within a zone everything is accepted unless a line names the pair or has `all+`.',
      ),
      text(
        'Before a DROP or REJECT policy the default actions run: what nobody needs to read in the log, such as broadcasts, is dropped in silence. `DROP:none` leaves them out.',
      ),
    ],
    examples: [
      example(
        'loc   net   ACCEPT\n$FW   net   ACCEPT\nnet   all   DROP     info\nall   all   REJECT   info\n',
        'policy',
      ),
    ],
  },
  rules: {
    description: [
      text(
        'The first rule that fits decides; a packet that no rule decides meets the policy of its zones. Established connections are accepted before the rules, so rules are about new ones. `?SECTION ALL`, `ESTABLISHED`, `RELATED`, `INVALID` and `UNTRACKED` hold rules for packets in these states; `?SECTION NEW` begins the usual ones.',
      ),
      text(
        'In SOURCE and DEST stands a zone, and behind `:` an interface, addresses, networks, ranges or hardware addresses (`~02-00-...`); `!` takes some of them out. `all` and lists of zones leave out traffic within a zone, unless `+` follows.',
      ),
      text(
        'DNAT forwards a connection to the server in DEST: `dmz:10.0.2.10:8080`. ORIGDEST is the address that the client used; without it every address counts.',
      ),
    ],
    examples: [
      example(
        '?SECTION NEW\nPing(ACCEPT)   all   $FW\nSSH(ACCEPT)    loc   $FW\nFTP(DNAT)      net   dmz:10.0.2.10        -     -      -   203.0.113.2\nDNAT           net   dmz:10.0.2.20:8080   tcp   80     -   203.0.113.2\nREDIRECT       loc   3128                 tcp   80\nACCEPT:info    net   $FW                  tcp   9000   -   -   s:3/min:5\nDROP           net:198.51.100.0/24   all\n',
        'rules',
      ),
    ],
  },
  snat: {
    description: [
      text(
        'MASQUERADE gives packets the address of the interface they leave by; SNAT(address) gives them that one. Only IPv4 is translated, unless the line has an IPv6 address.',
      ),
    ],
    examples: [
      example('MASQUERADE           10.0.1.0/24   eth0\nSNAT(203.0.113.25)   10.0.2.25     eth0   tcp   25\n', 'snat'),
    ],
  },
  modules: {
    description: [
      text(
        'The lists say which ports speak a protocol that needs a helper; FTP above all. Both files are read and their lists united. No list means the usual port.',
      ),
      text(
        'The files are read and never run: only `loadmodule`, INCLUDE and directives may stand in them. ftpwall loads the modules without parameters and attaches helpers by its own rules, as kernels since 4.7 want it.',
      ),
    ],
    examples: [example('loadmodule nf_conntrack_ftp ports=21,2121\nloadmodule nf_nat_ftp ports=21,2121\n', 'modules')],
  },
  helpers: {
    description: [text('The same as `modules`; see `ftpwall-modules`(5).')],
    examples: [example('loadmodule nf_conntrack_ftp ports=21,2121\nloadmodule nf_conntrack_tftp\n', 'helpers')],
  },
  stoppedrules: {
    description: [
      text(
        'When the firewall is stopped the machine is closed: only loopback, established connections, neighbour discovery, DHCP where an interface has it, and these lines get through.',
      ),
      text(
        'A line whose DEST is `$FW` is about packets for the firewall, one whose SOURCE is `$FW` about its own; any other is about what it passes on. DROP and NOTRACK come before connections are followed, so DROP ends established ones, too.',
      ),
    ],
    examples: [example('ACCEPT   eth1   $FW   tcp   22\n', 'stoppedrules')],
  },
  hosts: { examples: [example('loc   eth1:10.0.1.0/24\n', 'hosts')] },
  conntrack: {
    examples: [
      example(
        '?FORMAT 3\nNOTRACK            192.0.2.0/24   -   udp   53\nCT:helper:ftp:PO   -              -   tcp   2121\n',
        'conntrack',
      ),
    ],
  },
  assertions: {
    description: [
      text(
        'Each line is proved for all packets that it names, by `check` and before `start` and `restart` load anything. Where one packet fares otherwise, the firewall is not loaded, and the message names the packet and the line that decides. DEST is where packets go after DNAT, ORIGDEST the address that the client used; what a line leaves open means the ordinary first packet of a connection. What depends on a rate or a time is neither always accepted nor always refused.',
      ),
    ],
    examples: [example('DENY     net   $FW            tcp   22\nDENY     net   dmz:10.0.2.9\n', 'assertions')],
  },
  tunnels: { examples: [example('openvpn:1194   net   203.0.113.9\n', 'tunnels')] },
  nat: { examples: [example('203.0.113.3   eth0   10.0.2.3   No   No\n', 'nat')] },
  actions: {
    description: [
      text(
        'A line names an action of your own, whose lines stand in `action.NAME`; see `ftpwall-macro-files`(5). Standard actions need no line here.',
      ),
    ],
    examples: [
      example('Visitors\n', 'actions'),
      example('ACCEPT   -   -   tcp   80,443\nDROP     -   -   tcp   25\n', 'action.Visitors'),
      example('?SECTION NEW\nVisitors   net   dmz\n', 'rules'),
    ],
  },
  netmap: {
    description: [
      text(
        'Two lines make a network seen as another one: one for packets that leave by the interface, one for those that come by it. The networks must be of the same size.',
      ),
    ],
    examples: [
      example('SNAT   10.0.1.0/24      eth0   198.51.100.0/24\nDNAT   198.51.100.0/24  eth0   10.0.1.0/24\n', 'netmap'),
    ],
  },
  maclist: {
    description: [
      text(
        'Behind an interface with the option `maclist` only those hosts may begin connections that have a line here. Of the others MACLIST_DISPOSITION decides.',
      ),
    ],
    examples: [
      example('?FORMAT 2\nnet   eth0\nloc   eth1   maclist\ndmz   eth2\n', 'interfaces'),
      example('ACCEPT   eth1   02:00:5e:00:53:01   10.0.1.7\nACCEPT   eth1   02:00:5e:00:53:02\n', 'maclist'),
    ],
  },
  masq: { examples: [example('eth0   10.0.1.0/24\n', 'masq')] },
  notrack: { examples: [example('net   192.0.2.53   udp   53\n', 'notrack')] },
  routestopped: { examples: [example('eth1   10.0.1.0/24\n', 'routestopped')] },
  blacklist: { examples: [example('198.51.100.66\n203.0.113.0/24   tcp   25\n', 'blacklist')] },
  blrules: { examples: [example('DROP   net:198.51.100.66   all\n', 'blrules')] },
  ...trafficFiles,
  'macro.*': {
    description: [
      text(
        'A macro is a named group of rules: `macro.NAME` holds lines of `rules` in which PARAM stands for the action of the caller, and empty columns are filled by the caller. An action, `action.NAME`, becomes a chain of its own and has parameters `@1`, `@2` and so on. Files in the configuration folder go before those of the standard library.',
      ),
    ],
    examples: [example('PARAM   -   -   tcp   8443\nPARAM   -   -   udp   8443\n', 'macro.Portal')],
  },
};
