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
          'Rules use a set by its name after `+`: `net:+friends`. The file has the format of `ipset save`, so files of ipset(8) can be used unchanged; each set becomes an nftables set in the table of ftpwall. The file is optional: a set that is only used in rules starts empty, and `ADD` and `DEL` fill it.',
        ),
        terms([
          [
            'create NAME TYPE',
            'Creates a set. TYPE is `hash:` or `bitmap:` with `ip`, `net`, `port`, `mac`, `iface` and `mark`, or `list:set`. Options: `family inet6` for IPv6, `timeout SECONDS` for the default lifetime of elements, and `netmask LENGTH` for a `hash:ip` set that stores and matches networks of that length.',
          ],
          ['add NAME ELEMENT', 'Adds an element; `timeout SECONDS` after it limits its lifetime.'],
        ]),
        text(
          'For elements with several parts, name the side of each: `+doors[src,dst]`. Rules can add single values; networks and ranges come from this file and from commands. A set that is used but not created here gets its type from its use: an address, then with more sides the port with its protocol, then the second address. There is one for each IP version; the IPv6 set has `-6` after its name.',
        ),
        text(
          'Elements that rules and commands have added survive a restart. They are saved to the state folder by `stop`, `clear`, every start and each of the commands below, and restored with their remaining lifetime by the next start, also at boot. A regular shutdown saves them too if the unit `ftpwall` is active: `systemctl enable --now ftpwall`. After a power failure the last saved state is restored.',
        ),
      ],
    },
    {
      title: 'Blocking and opening by command',
      blocks: [
        text(
          '`ftpwall drop`, `reject`, `logdrop` and `logreject` block packets from addresses, networks and ranges. They take effect immediately, without a compilation, until the time after the address is over (`90`, `10m`, `1h30m`, `2d`) or until `ftpwall allow`, which removes the block and opens nothing else; it also takes a single address out of a blocked network. Where blocked networks overlap, the longer time applies; if the times are equal, the command given last. `ftpwall open SOURCE DEST [PROTOCOL [PORT]]` accepts connections before any rule, until `ftpwall close` with the same arguments. A change that would lock you out, or that blocks or opens (nearly) everything, needs `--force`. DYNAMIC_BLACKLIST=No disables all of this. `ftpwall show blacklists` and `show opens` list the entries.',
        ),
        text(
          'DYNAMIC_BLACKLIST=ipset adds a set that the action and the policy BLACKLIST and `ftpwall blacklist` fill. Its options: `timeout=SECONDS` is the lifetime of an entry, restarted by each packet unless `noupdate` is given; `src-dst` also checks destinations; `disconnect` also blocks established connections.',
        ),
        text(
          'With `--file FILE`, or `--file -` for standard input, these commands and `allow` handle thousands of addresses in one step: one per line, optionally followed by its own time; `#` starts a comment. If a line is not an address, its number is reported and nothing is changed. /usr/share/doc/ftpwall/examples/fail2ban contains an action for fail2ban(1) that bans with `ftpwall drop`.',
        ),
        example('ftpwall drop 198.51.100.0/24\nftpwall logdrop 203.0.113.7 1h\nftpwall allow 198.51.100.0/24\n'),
      ],
    },
    {
      title: 'Dynamic zones',
      blocks: [
        text(
          '`eth2:dynamic` in `hosts`, or `nets=dynamic` in `interfaces`, creates a zone that is empty at first. `ftpwall add eth2:10.0.2.5 vpn` adds a host to it, `delete` removes it. With the zone option `dynamic_shared` all interfaces of the zone share one set: `ftpwall add vpn 10.0.2.5`.',
        ),
      ],
    },
    {
      title: 'Switches',
      blocks: [
        text(
          'A rule with a name in SWITCH is active while the switch is on, with `!` before the name while it is off. `ftpwall switch NAME on` turns it on. A switch is off initially, or on if a line has `NAME=1`.',
        ),
      ],
    },
    {
      title: 'Events',
      blocks: [
        text(
          'SetEvent, IfEvent, ResetEvent and AutoBL, and the raw match `recent`, record addresses in sets that ftpwall creates as needed. For three times within a minute there are three sets whose elements expire after a minute. The results equal those of the iptables match `recent` up to 64 packets. `ftpwall show events` lists the entries.',
        ),
      ],
    },
    {
      title: 'Names and countries',
      blocks: [
        text(
          'A host name is resolved when the firewall is compiled, with a warning; its addresses are in the set `dns-NAME-4` or `-6`, those of a list of names in one set. Each `start`, `restart` and `reload` resolves it again. For the server of a DNAT rule the first address is used. Country codes, `^US` and `^[US,CA]`, are read from the files of xt_geoip_build in the folder GEOIPDIR.',
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
