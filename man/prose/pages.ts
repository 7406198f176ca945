/** Pages that no table makes. */
import { example, type Page, terms, text } from '../document.ts';

export const prosePages: readonly Page[] = [
  {
    name: 'ftpwall-lines',
    section: 5,
    summary: 'how lines of configuration files are written',
    sections: [
      {
        title: 'Description',
        blocks: [
          text(
            'Columns are divided by blanks. `-` leaves a column out. `#` begins a comment, anywhere. A line that ends in `\\` goes on in the next. `$NAME` stands for the value of a variable: of `params`, of a setting, or set by `?SET`.',
          ),
          text('Columns can be given by name, behind `;` or between braces:'),
          example('ACCEPT  net  $FW  tcp  22  ; rate=s:3/min:5\nACCEPT  net  $FW  { proto=tcp, dport=22 }\n'),
        ],
      },
      {
        title: 'Directives',
        blocks: [
          terms([
            [
              '?IF condition, ?ELSIF condition, ?ELSE, ?ENDIF',
              'Lines that count only when the condition holds. Variables, numbers, text in quotes, `==`, `eq`, `<`, `&&`, `||`, `!` and parentheses.',
            ],
            ['?SET NAME value, ?RESET NAME', 'Gives a variable a value, or takes it away.'],
            ['?FORMAT number', 'The order of the columns, in files that have several.'],
            ['?SECTION name', 'In `rules`: the state of the packets that the lines are about.'],
            ['?COMMENT text', 'A remark that listings show behind the place of each rule.'],
            ['INCLUDE file', 'The lines of another file.'],
            ['?ERROR text, ?WARNING text, ?INFO text', 'Says the text; ?ERROR refuses to compile.'],
            ['?SHELL command', 'The lines that a shell command prints.'],
          ]),
        ],
      },
      {
        title: 'Variables',
        blocks: [
          text(
            '`params` is a script of /bin/sh whose variables the other files can use. It must belong to root or to the invoking user, and nobody else may write to it. An unknown variable is an error.',
          ),
          example('ADMIN=192.0.2.7\nWEB="10.0.2.20 10.0.2.21"\n', 'params'),
        ],
      },
    ],
    seeAlso: ['ftpwall(8)', 'ftpwall-rules(5)'],
  },
  {
    name: 'ftpwall-ftp',
    section: 7,
    summary: 'FTP through a firewall: helpers, port lists, translation, TLS',
    sections: [
      {
        title: 'How FTP works',
        blocks: [
          text(
            'A client opens the control connection, usually to port 21. For each transfer one side announces an address and a port, and the other side connects to it: in passive mode the client connects, in active mode the server does, from port 20. A firewall that knows only ports must open them all. A helper of the kernel reads the announcements, and rewrites the addresses in them when the connection is translated (RFC 959, RFC 2428).',
          ),
        ],
      },
      {
        title: 'Which connections get the helper',
        blocks: [
          text(
            'A rule is about FTP when it is the macro `FTP`, when it says `helper=ftp`, or when its DPORT, or the port that its DNAT gives, is a port of the list in `modules`. Ranges and policies count with AUTOHELPERS=Yes, which is the default of an ftpwall directory. The helper is attached before translation, by what the client asked for, and only for the source zones of these rules.',
          ),
          example('loadmodule nf_conntrack_ftp ports=21,2121\n', 'modules'),
          example(
            'FTP(DNAT)   net   dmz:10.0.2.10        -     -      -   203.0.113.2\nDNAT        net   dmz:10.0.2.10:2121   tcp   8021   -   203.0.113.2\n',
            'rules',
          ),
        ],
      },
      {
        title: 'What a transfer may open',
        blocks: [
          text(
            'With `RELATED=strict`, the default, a connection that a helper announced is accepted when its control connection was admitted by a rule (bit 31 of the connection mark says so), and its port is 1024 or above. Any other goes on to the rules and the policy like a new connection. So `PORT 10,0,0,1,0,22` opens nothing, and no helper opens anything for a connection that no rule let in. Marks of your own must not touch bit 31.',
          ),
        ],
      },
      {
        title: 'FTP with TLS',
        blocks: [
          text(
            'No helper can read TLS. Give the server a passive range, write the same range into `ftpwall.conf`, and use the macro `FTPS`: it opens the control port and the range to that server alone. `ftpwall show ftp` prints the lines for the server.',
          ),
          example('FTPS_PASSIVE=10000:10100\n', 'ftpwall.conf'),
          example('FTPS(DNAT)   net   dmz:10.0.2.10   -   -   -   203.0.113.2\n', 'rules'),
          text(
            'In active mode a server with TLS connects from its port 20 to any high port of the client: `FTPSactive(ACCEPT)` from the zone of the server to that of the clients. It opens all of these ports to whoever sends from that port; prefer passive mode.',
          ),
        ],
      },
    ],
    seeAlso: ['ftpwall(8)', 'ftpwall-modules(5)', 'ftpwall-rules(5)', 'ftpwall.conf(5)'],
  },
  {
    name: 'ftpwall-shorewall',
    section: 7,
    summary: 'coming from Shorewall',
    sections: [
      {
        title: 'Description',
        blocks: [
          text(
            'A directory with a `shorewall.conf` is compiled as Shorewall 5.2 reads it, into a table `ip ftpwall`; with a `shorewall6.conf`, into `ip6 ftpwall`. `ftpwall check /etc/shorewall` changes nothing and says what differs. Old spellings are understood, and a warning shows the line of today; `ftpwall check --fix` rewrites them, and keeps comments.',
          ),
          text(
            'With `DISABLE_IPV6=Yes` IPv6 is closed by a table of its own. Without it, IPv6 is left alone, and a warning says so.',
          ),
        ],
      },
      {
        title: 'What is stricter in an ftpwall directory',
        blocks: [
          terms([
            ['RELATED=strict', 'A related connection needs an admitted connection with a helper.'],
            ['INVALID_DISPOSITION=DROP', 'Packets that belong to no connection are dropped before the rules.'],
            ['AUTOHELPERS=Yes', 'Ports of the lists get their helper in every accepting rule and policy.'],
            ['zones of type ip', 'One rule serves both IP versions.'],
          ]),
        ],
      },
      {
        title: 'What is refused',
        blocks: [
          text(
            'Whatever cannot be expressed exactly is an error at its place: TARPIT, ULOG, ipp2p, country codes, bridge port zones, and the files of routing and shaping, which come later.',
          ),
        ],
      },
    ],
    seeAlso: ['ftpwall(8)', 'ftpwall.conf(5)'],
  },
  {
    name: 'ftpwall-tutorial',
    section: 7,
    summary: 'three firewalls, step by step',
    sections: [
      {
        title: 'A server alone',
        blocks: [
          text(
            'One interface, and everybody is in the zone `net`. Copy the sample, name your interface, take away what you do not serve, and look before you load.',
          ),
          example(
            'cp -r /usr/share/doc/ftpwall/examples/one-interface/. /etc/ftpwall\nip -brief link\nftpwall check\nftpwall start\n',
          ),
          text(
            '`stoppedrules` keeps ssh open when the firewall is stopped. Keep a second session open while you load for the first time.',
          ),
        ],
      },
      {
        title: 'A router with a private network',
        blocks: [
          text(
            'Two interfaces: `net` and `loc`. `IP_FORWARDING=On` in `ftpwall.conf` lets packets through, `snat` gives the private network the address of the firewall, and the policy `loc net ACCEPT` opens the way out, FTP included.',
          ),
          example('MASQUERADE   192.168.1.0/24   eth0\n', 'snat'),
        ],
      },
      {
        title: 'A router with a dmz and an FTP server',
        blocks: [
          text(
            'Three interfaces. The server in the zone `dmz` is reached by the public address of the firewall: `FTP(DNAT)` translates the control connection, and the helper lets the transfers through that it announces.',
          ),
          example(
            'FTP(DNAT)     net   dmz:10.0.2.10   -   -   -   203.0.113.2\nFTP(ACCEPT)   loc   dmz:10.0.2.10\n',
            'rules',
          ),
        ],
      },
    ],
    seeAlso: ['ftpwall(8)', 'ftpwall-ftp(7)'],
  },
];
