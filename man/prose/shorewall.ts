/** ftpwall-shorewall(7): moving from Shorewall to ftpwall. */
import { example, type Page, terms, text } from '../document.ts';

export const shorewall: Page = {
  name: 'ftpwall-shorewall',
  section: 7,
  summary: 'moving from Shorewall to ftpwall',
  sections: [
    {
      title: 'Description',
      blocks: [
        text(
          'The language is the same: zones, interfaces, policy, rules, snat, macros and actions, `params`, `?IF` and similar directives. A folder with a `shorewall.conf` is compiled as Shorewall 5.2 does, with its defaults, into a table `ip ftpwall`; one with a `shorewall6.conf` into `ip6 ftpwall`. A folder with a `ftpwall.conf`, or with none of these, is an ftpwall folder for both IP versions, compiled into `inet ftpwall`.',
        ),
        text(
          'Legacy files and spellings, such as `masq`, `routestopped` and the macros of Shorewall 4, are read, and a warning shows the current form. `ftpwall check --fix` rewrites them in the files without changing the rules: comments, variables and conditions are kept, and the old file is kept as `FILE.bak`.',
        ),
      ],
    },
    {
      title: 'Step by step',
      blocks: [
        text('First check the folder. This changes nothing; every message has a place and says what to do:'),
        example('ftpwall check /etc/shorewall\n'),
        text(
          'While both firewalls are loaded, a packet passes only if both accept it. Load ftpwall in addition to Shorewall, and remove Shorewall when everything works:',
        ),
        example(
          'ftpwall safe-start /etc/shorewall\nshorewall clear\nsystemctl disable shorewall\nsystemctl enable --now ftpwall\n',
        ),
        text('If there is also a folder for IPv6, load both together; they are kept and rolled back together:'),
        example('ftpwall safe-start /etc/shorewall /etc/shorewall6\n'),
      ],
    },
    {
      title: 'Migrating to an ftpwall folder',
      blocks: [
        text(
          'When it works, replace the Shorewall folder by an ftpwall folder. `migrate` writes it: the same files with comments, variables and conditions, legacy spellings in their current form, and an `ftpwall.conf` with the defaults of Shorewall. Its report lists every changed line.',
        ),
        example('ftpwall migrate /etc/shorewall --to /etc/ftpwall.new\nftpwall safe-start /etc/ftpwall.new\n'),
        text(
          'Before it writes the folder, `migrate` compares both configurations for all packets, in every connection state, running and stopped. Verdicts, translated addresses, kind of rejection, helpers and log lines must be equal; otherwise nothing is written, and an example packet is shown. The old folder is never changed.',
        ),
        text(
          'A Shorewall folder leaves the other IP version alone; the migrated folder drops it, except on the loopback interface. The report says so.',
        ),
      ],
    },
    {
      title: 'One folder for both IP versions',
      blocks: [
        text(
          'With the Shorewall6 folder as the second argument, `migrate` merges both. Zones that are in both get the type `ip`, the others keep their IP version. Lines that are in both are written once. Lines that are in only one, or that differ (a policy, interface options, a setting such as IP_FORWARDING, a macro), are put between `?IF __IPV4` (or `__IPV6`) and `?ENDIF`, unless their addresses already show the version. `params` can test `g_family`. Each old configuration is then compared with the new one for all packets of its IP version.',
        ),
        example('ftpwall migrate /etc/shorewall /etc/shorewall6 --to /etc/ftpwall.new\n'),
        text(
          'If a setting differs but has no effect in one of the folders, the value of the other is used. Settings and files that cannot differ by IP version, such as LOGFORMAT or `modules`, must be equal in both: otherwise each such line is reported and nothing is written. An example of the result:',
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
          'Save the rules of the running Shorewall with `iptables-save`; `ftpwall verify`, on any machine, compares them with a folder for all packets:',
        ),
        example('iptables-save > listing\nftpwall verify /etc/shorewall --against listing\n'),
        text(
          'It prints `equal for all packets` and exits with 0, or lists the packets that are treated differently, with the line of the listing and the line of the folder. Listings of other scripts and of `nft list ruleset` work as well. Matches and targets that it does not understand are listed and counted, and nothing is assumed about them: if the result depends on them, it says so and exits with 3. Rates, sets, times and `recent` count as equal if they are written alike.',
        ),
        text(
          'It compares verdicts and NAT, not log lines, counters, or marks that no rule tests. It ignores packets that the kernel rejects regardless of the rules, such as those from a multicast address, protocols that exist only in the other IP version, anycast addresses, and SYN packets from port 0 in an established connection.',
        ),
      ],
    },
    {
      title: 'What is stricter in an ftpwall folder',
      blocks: [
        terms([
          [
            'RELATED=strict',
            'A related connection is accepted only if a rule accepted its control connection with a helper.',
          ],
          ['INVALID_DISPOSITION=DROP', 'Packets that belong to no connection are dropped before the rules.'],
          ['OUTSIDE_ZONES=drop', 'Packets outside all zone pairs are dropped, regardless of the policy for `all`.'],
          ['AUTOHELPERS=Yes', 'Every rule and policy that accepts a port of the lists attaches its helper.'],
        ]),
        text('All of these are settings; `ftpwall.conf`(5) lists their values in a Shorewall folder.'),
      ],
    },
    {
      title: 'What is different',
      blocks: [
        terms([
          [
            'the ports of helpers',
            'Ports in `modules` and `helpers` are used by rules that attach helpers; no module parameters are set.',
          ],
          [
            'DISABLE_IPV6',
            '`Yes` blocks IPv6 with a separate table. Otherwise IPv6 is not filtered, and a warning says so.',
          ],
          ['start', 'Nothing is compiled at boot: the last loaded firewall is loaded again.'],
          ['save and restore', 'Every firewall that is loaded is kept; see `ftpwall-rollback`(7).'],
          [
            'extension scripts',
            'Shell scripts are included and run at their usual time, with the functions of `lib.private`. Perl scripts are refused.',
          ],
        ]),
      ],
    },
    {
      title: 'What is refused',
      blocks: [
        text(
          'What cannot be expressed exactly is an error with its place, never a weaker rule: TARPIT, ULOG, ipp2p, a rule to a bridge port from outside the bridge, and the files that `ftpwall`(8) lists as refused.',
        ),
      ],
    },
  ],
  seeAlso: ['ftpwall(8)', 'ftpwall.conf(5)', 'ftpwall-rollback(7)', 'shorewall(8)'],
};
