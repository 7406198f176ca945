/** ftpwall-ipsets(5): named sets. */
import { example, type Page, terms, text } from '../document.ts';

export const ipsets: Page = {
  name: 'ftpwall-ipsets',
  section: 5,
  summary: 'named sets of addresses, ports and interfaces',
  sections: [
    { title: 'Synopsis', blocks: [text('`/etc/ftpwall/ipsets`')] },
    {
      title: 'Description',
      blocks: [
        text(
          'Rules refer to a set by its name behind `+`: `net:+friends`. The file holds sets as `ipset save` prints them, so a file of ipset(8) can be taken as it is; each becomes a set of the table of ftpwall. It may be absent: a set that is only referred to begins empty, and `ADD` and `DEL` fill it.',
        ),
        terms([
          [
            'create NAME TYPE',
            'A set. TYPE is `hash:` or `bitmap:` with `ip`, `net`, `port`, `mac`, `iface` and `mark`, or `list:set`; `family inet6` behind it makes one of IPv6, `timeout SECONDS` gives its elements a time; with `netmask LENGTH` a set of `hash:ip` holds networks, and looks for that of an address.',
          ],
          ['add NAME ELEMENT', 'An element of it; `timeout` behind it gives it a time in seconds.'],
        ]),
        text(
          'Elements of several parts want a side for each: `+doors[src,dst]`. Rules can fill sets of single values; networks and ranges come from this file and from commands. A set that no line creates is made of its use: addresses, with as many sides the port with its protocol, then the address of the other end; one for each IP version, that of IPv6 with `-6` behind its name.',
        ),
        text(
          'What rules and commands have put into sets stays over a restart. It is written into the state folder by `stop`, `clear`, each start and each of the commands below, and put back by the next start, also that of the machine, with the time that is left. A machine that goes down in order writes it, too, when the unit `ftpwall` is active: `systemctl enable --now ftpwall` makes it so at once. After a loss of power there is what was written last.',
        ),
      ],
    },
    {
      title: 'Blacklists and openings by command',
      blocks: [
        text(
          '`ftpwall drop`, `reject`, `logdrop` and `logreject` refuse what comes from addresses, networks and ranges, at once and without a compilation; a time behind them (`90`, `10m`, `1h30m`, `2d`) ends it, or `ftpwall allow`. `ftpwall open SOURCE DEST [PROTOCOL [PORT]]` lets connections through before any rule, until `close` with the same words. `allow` takes an address out of a dropped network, too; where networks on a list overlap, the longer time holds. What one `open` lets through ends by its own words alone. A change that would lock out whoever makes it, and one that refuses or opens (nearly) everything, is made only with `--force`. DYNAMIC_BLACKLIST=No leaves all of this out. `ftpwall show blacklists` and `show opens` list it.',
        ),
        text(
          'DYNAMIC_BLACKLIST=ipset adds a set that the policy and the action BLACKLIST and `ftpwall blacklist` fill. Of its options, `timeout=SECONDS` begins anew with each packet unless `noupdate` stands there, `src-dst` looks at destinations too, and `disconnect` refuses packets of established connections as well.',
        ),
        text(
          'With `--file FILE`, or `--file -` for standard input, these verbs and `allow` take thousands of addresses in one step: one a line, its own time behind it where it has one, and `# comments`. A line that is no address is told with its number, and then nothing is changed. /usr/share/doc/ftpwall/examples/fail2ban holds an action with which fail2ban(1) bans by `ftpwall drop`.',
        ),
        example('ftpwall drop 198.51.100.0/24\nftpwall logdrop 203.0.113.7 1h\nftpwall allow 198.51.100.0/24\n'),
      ],
    },
    {
      title: 'Zones whose hosts come and go',
      blocks: [
        text(
          '`eth2:dynamic` in `hosts`, or `nets=dynamic` in `interfaces`, makes a zone that begins empty. `ftpwall add eth2:10.0.2.5 vpn` puts a host into it, `delete` takes it out; with the option `dynamic_shared` of the zone its interfaces share one set: `ftpwall add vpn 10.0.2.5`.',
        ),
      ],
    },
    {
      title: 'Switches',
      blocks: [
        text(
          'A rule with a name in SWITCH holds while the switch is on, with `!` before it while it is off. `ftpwall switch NAME on` turns it. A switch is off at first, or on where a line says `NAME=1`.',
        ),
      ],
    },
    {
      title: 'Events',
      blocks: [
        text(
          'SetEvent, IfEvent, ResetEvent and AutoBL, and the raw match `recent`, remember addresses in sets that the rules make for what they ask: an address that was seen three times within a minute is in a ring of three sets whose elements live for a minute. The answers are those of the match of iptables, up to 64 packets. `ftpwall show events` lists them.',
        ),
      ],
    },
    {
      title: 'Names and countries',
      blocks: [
        text(
          'A host name is resolved when the firewall is compiled, with a warning; its addresses are in the set `dns-NAME-4` or `-6`, those of a list in one set of all its names. Each `start`, `restart` and `reload` asks for them again. A server of DNAT is one address, the first that the name has, in the rule itself. `^US` and `^[US,CA]` are read from the files that xt_geoip_build makes, in the folder GEOIPDIR.',
        ),
      ],
    },
    {
      title: 'Examples',
      blocks: [
        example('create friends hash:net\nadd friends 198.51.100.0/24\nadd friends 203.0.113.7\n', 'ipsets'),
        example('?SECTION NEW\nSSH(ACCEPT)   net:+friends   $FW\n', 'rules'),
      ],
    },
  ],
  seeAlso: ['ftpwall-rules(5)', 'ftpwall(8)'],
};
