/** ftpwall-shorewall(7): coming from Shorewall. */
import { example, type Page, terms, text } from '../document.ts';

export const shorewall: Page = {
  name: 'ftpwall-shorewall',
  section: 7,
  summary: 'coming from Shorewall',
  sections: [
    {
      title: 'Description',
      blocks: [
        text(
          'The language is the same: zones, interfaces, policy, rules, snat, macros and actions, `params`, `?IF` and its kin. A directory with a `shorewall.conf` is compiled as Shorewall 5.2 reads it, with the defaults of Shorewall, into a table `ip ftpwall`; one with a `shorewall6.conf` into `ip6 ftpwall`. A directory with a `ftpwall.conf`, or with neither, is one of ours and serves both IP versions in `inet ftpwall`.',
        ),
        text(
          'Old spellings, such as `masq`, `routestopped` and the macros of Shorewall 4, are understood, and a warning shows the line of today. `ftpwall check --fix` rewrites them in the files, where the rules stay the same: comments, variables and conditions are kept, and `FILE.bak` keeps what was there.',
        ),
      ],
    },
    {
      title: 'Step by step',
      blocks: [
        text('Look first. This reads everything and changes nothing, and every message has a place and a cure:'),
        example('ftpwall check /etc/shorewall\n'),
        text(
          'While the rules of both are loaded, both decide, and a packet goes through only when both let it. Load ours beside the old ones, and take the old ones away when all is well:',
        ),
        example(
          'ftpwall safe-start /etc/shorewall\nshorewall clear\nsystemctl disable shorewall\nsystemctl enable --now ftpwall\n',
        ),
        text(
          'Where there is a folder for IPv6, too, both are loaded in one step, kept together and taken back together:',
        ),
        example('ftpwall safe-start /etc/shorewall /etc/shorewall6\n'),
      ],
    },
    {
      title: 'A folder of ours',
      blocks: [
        text(
          'When it works, a folder of ours can take the place of the Shorewall folder. `migrate` writes it: the files with their comments, variables and conditions, old spellings as those of today, and an `ftpwall.conf` that says what Shorewall takes for granted. Its report has a line for each line that changed.',
        ),
        example('ftpwall migrate /etc/shorewall --to /etc/ftpwall.new\nftpwall safe-start /etc/ftpwall.new\n'),
        text(
          'Before anything is in its place, both configurations are compared for all packets, in every state, running and stopped. What becomes of each must be the same, down to addresses after translation, answers, helpers and log lines; otherwise nothing is written, and a packet is shown that would fare otherwise. The old folder is never written to.',
        ),
        text(
          'A migrated folder of one IP version drops the other, which a Shorewall folder says nothing of, except on the loopback interface: the report says so.',
        ),
      ],
    },
    {
      title: 'One directory for both IP versions',
      blocks: [
        text(
          'With the Shorewall6 folder as the second one, `migrate` makes one folder of both. Zones of both get the type `ip`, the others keep their IP version. Lines that both have stand once; what only one has stands between `?IF __IPV4` (or `__IPV6`) and `?ENDIF`, unless its addresses tell as much, and so do lines that differ: a policy, options of an interface, a setting such as IP_FORWARDING, a macro. In `params` it is `g_family` that tells the IP version. Each old configuration is then compared with the new one for all packets of its IP version.',
        ),
        example('ftpwall migrate /etc/shorewall /etc/shorewall6 --to /etc/ftpwall.new\n'),
        text(
          'Settings that differ and mean nothing to one of the two, as that of a log level that no packet reaches, are taken from the other. What has one value or one list for both IP versions, such as LOGFORMAT or `modules`, must be alike: where it is not, each such line is named and nothing is written. This is what it looks like afterwards:',
        ),
        example('fw    firewall\nnet   ip\nloc   ip\ndmz   ip\n', 'zones'),
        example(
          '?SECTION NEW\nSSH(ACCEPT)   net                     $FW\n?IF __IPV4\nFTP(ACCEPT)   net                     $FW\n?ENDIF\nWeb(ACCEPT)   net:2001:db8:1::/48     dmz\nWeb(ACCEPT)   net:198.51.100.0/24     dmz\n',
          'rules',
        ),
      ],
    },
    {
      title: 'Proving that nothing has changed',
      blocks: [
        text(
          'On the machine that Shorewall still filters, `iptables-save` lists its rules; on any machine `ftpwall verify` compares them with a folder, for all packets:',
        ),
        example('iptables-save > listing\nftpwall verify /etc/shorewall --against listing\n'),
        text(
          'It ends with 0 and `equal for all packets`, or names the packets that fare otherwise with the line of the listing and the line of the folder. The listing of any script will do, and so will that of `nft list ruleset`. Conditions and targets that it does not understand are named and counted, and nothing is assumed of them: where the answer depends on them, it says so and ends with 3. Conditions that no packet tells (rates, sets, times, `recent`) are the same where they are called the same.',
        ),
        text(
          'Compared are verdicts and where packets are sent by NAT; log lines, counters and marks that no rule asks for are not. Packets that the kernel refuses whatever the rules say, such as those from a multicast address, are passed over, and so are the protocols that the other IP version alone has, anycast addresses of IPv6, and first packets from port 0 in a connection that has begun.',
        ),
      ],
    },
    {
      title: 'What is stricter in an ftpwall directory',
      blocks: [
        terms([
          ['RELATED=strict', 'A related connection needs an admitted connection with a helper.'],
          ['INVALID_DISPOSITION=DROP', 'Packets that belong to no connection are dropped before the rules.'],
          ['OUTSIDE_ZONES=drop', 'What is of no pair of zones is dropped, whatever the policy for `all` says.'],
          ['AUTOHELPERS=Yes', 'Ports of the lists get their helper in every accepting rule and policy.'],
        ]),
        text('Each of them is a setting: `ftpwall.conf`(5) names the value that a Shorewall directory has.'),
      ],
    },
    {
      title: 'What is different',
      blocks: [
        terms([
          [
            'the ports of helpers',
            'The lists of `modules` and `helpers` are read for their ports and attached by rules; no module gets parameters.',
          ],
          [
            'DISABLE_IPV6',
            'With `Yes` IPv6 is closed by a table of its own. Without it IPv6 is left alone, and a warning says so.',
          ],
          ['start', 'Is the whole of it: nothing is compiled at boot, which loads what was loaded last.'],
          ['save and restore', 'Every firewall that is loaded is kept; see `ftpwall-rollback`(7).'],
          [
            'extension scripts',
            'Those in shell are carried along and run at their time, with what `lib.private` defines. Those in Perl are refused.',
          ],
        ]),
      ],
    },
    {
      title: 'What is refused',
      blocks: [
        text(
          'Whatever cannot be expressed exactly is an error at its place, never a weaker rule: TARPIT, ULOG, ipp2p, bridge port zones. So is each file that `ftpwall`(8) lists as known and refused.',
        ),
      ],
    },
  ],
  seeAlso: ['ftpwall(8)', 'ftpwall.conf(5)', 'ftpwall-rollback(7)', 'shorewall(8)'],
};
