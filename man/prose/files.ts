/** What a table cannot say about a file, and examples that the tests compile. */
import { example, type FileProse, text } from '../document.ts';
import { trafficFiles } from './traffic-files.ts';

export const fileProse: Readonly<Record<string, FileProse>> = {
  zones: {
    description: [
      text(
        'A zone is a named part of the network, used in policies and rules. One zone, of type `firewall`, is the machine itself; other files call it `$FW`.',
      ),
      text(
        'The type `ip` contains IPv4 and IPv6. `ipv4` and `ipv6` contain one version; packets of the other version on their interfaces are not in any zone and are dropped, and `ftpwall check` warns of it.',
      ),
      text(
        'A zone inside another is written `part:whole`. Packets are matched against the inner zone first; a CONTINUE policy or rule passes them on to the outer zone.',
      ),
      text(
        'A zone of type `bport` is what is behind ports of a bridge: `interfaces` has the bridge with the option `bridge`, and below it a line for each port, `bridge:port`. Policies and rules tell what passes from port to port, and what comes in by a port for the firewall or for another interface. By which port packets leave that come from elsewhere the bridge decides behind the rules, so they are of the zone of the whole bridge, and a line from there to a port is an error. A table `bridge ftpwall` writes the ports into bits 30 and below of the mark, and br_netfilter shows the rules what passes between ports; IP packets that it does not show them do not pass. Frames of VLANs within the bridge are not looked at.',
      ),
    ],
    examples: [example('fw    firewall\nnet   ip\nloc   ip\ndmz   ip\n', 'zones')],
  },
  interfaces: {
    description: [
      text(
        'Interfaces are matched by name and need not exist when the firewall starts. `ppp+` matches every name that begins with `ppp`.',
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
        'The first line that matches a pair of zones is its policy. `all` matches every zone. Traffic within a zone is accepted unless a line names the pair or has `all+`.',
      ),
      text(
        'Before a DROP or REJECT policy the default actions run: they drop noise such as broadcasts without logging it. `DROP:none` disables them.',
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
        'The first matching rule decides; if no rule matches, the policy of the two zones applies. Established connections are accepted before the rules, so rules decide about new connections. Rules after `?SECTION ALL`, `ESTABLISHED`, `RELATED`, `INVALID` or `UNTRACKED` apply to packets in these states; `?SECTION NEW` starts the usual rules.',
      ),
      text(
        'SOURCE and DEST are a zone, optionally followed by `:` and an interface, addresses, networks, ranges or MAC addresses (`~02-00-...`); `!` excludes some of them. `all` and lists of zones do not match traffic within a zone, unless `+` follows.',
      ),
      text(
        'DNAT forwards a connection to the server in DEST: `dmz:10.0.2.10:8080`. ORIGDEST is the address to which the client connected; without it, any address matches.',
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
        'MASQUERADE translates the source to the address of the outgoing interface, SNAT(address) to that address. Only IPv4 is translated, unless the line has an IPv6 address.',
      ),
    ],
    examples: [
      example('MASQUERADE           10.0.1.0/24   eth0\nSNAT(203.0.113.25)   10.0.2.25     eth0   tcp   25\n', 'snat'),
    ],
  },
  modules: {
    description: [
      text(
        'The lists define the ports of protocols that need a helper, such as FTP. `modules` and `helpers` are both read and their lists are combined. Without a list the standard port is used.',
      ),
      text(
        'The files are parsed, not executed: they may contain only `loadmodule`, INCLUDE and directives. ftpwall loads the modules without parameters and attaches helpers by rules, as kernels since 4.7 require.',
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
        'While the firewall is stopped, only loopback, established connections, neighbour discovery, DHCP on interfaces with that option, and these lines are accepted.',
      ),
      text(
        'A line with DEST `$FW` matches packets to the firewall, with SOURCE `$FW` packets from it; any other line matches forwarded packets. DROP and NOTRACK run before connection tracking, so DROP also cuts established connections.',
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
        'Each line is proved for all packets that it matches, by `check` and before `start` and `restart` load anything. If it is false for one packet, the firewall is not loaded, and the message shows the packet and the line that decides. DEST is the destination after DNAT, ORIGDEST the address to which the client connected. Empty columns mean the ordinary first packet of a connection. A packet whose verdict depends on a rate or a time is neither always accepted nor always refused. A line that matches no packet promises nothing, and makes a warning.',
      ),
    ],
    examples: [example('DENY     net   $FW            tcp   22\nDENY     net   dmz:10.0.2.9\n', 'assertions')],
  },
  tunnels: { examples: [example('openvpn:1194   net   203.0.113.9\n', 'tunnels')] },
  nat: { examples: [example('203.0.113.3   eth0   10.0.2.3   No   No\n', 'nat')] },
  actions: {
    description: [
      text(
        'A line declares an action of your own; its lines are in the file `action.NAME`, see `ftpwall-macro-files`(5). Standard actions need no line here.',
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
        'Use two lines to map a network: SNAT for packets that leave by the interface, DNAT for packets that arrive on it. The networks must have the same size.',
      ),
    ],
    examples: [
      example('SNAT   10.0.1.0/24      eth0   198.51.100.0/24\nDNAT   198.51.100.0/24  eth0   10.0.1.0/24\n', 'netmap'),
    ],
  },
  maclist: {
    description: [
      text(
        'On an interface with the option `maclist`, only hosts with a line here may open connections. MACLIST_DISPOSITION decides about all others.',
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
        'A macro is a named group of rules: `macro.NAME` contains lines of `rules` in which PARAM is replaced by the action of the caller, and the caller fills empty columns. An action, `action.NAME`, becomes a chain with parameters `@1`, `@2` and so on. Files in the configuration folder override those of the standard library.',
      ),
    ],
    examples: [example('PARAM   -   -   tcp   8443\nPARAM   -   -   udp   8443\n', 'macro.Portal')],
  },
};
