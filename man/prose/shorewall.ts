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
          'Old spellings, such as `masq`, `routestopped` and the macros of Shorewall 4, are understood, and a warning shows the line of today.',
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
          'ftpwall safe-start /etc/shorewall\nshorewall clear\nsystemctl disable shorewall\nsystemctl enable ftpwall\n',
        ),
        text('The same for `/etc/shorewall6`, where there is one.'),
      ],
    },
    {
      title: 'One directory for both',
      blocks: [
        text(
          'When it works, the two directories can become one: copy the files to `/etc/ftpwall` without `shorewall.conf`, write the few settings that you had changed into `ftpwall.conf`, give the zones the type `ip`, and add the rules that only IPv6 had. `ftpwall check` leads the rest of the way.',
        ),
        example('fw    firewall\nnet   ip\nloc   ip\ndmz   ip\n', 'zones'),
        example(
          '?SECTION NEW\nSSH(ACCEPT)   net                     $FW\nWeb(ACCEPT)   net:2001:db8:1::/48     dmz\nWeb(ACCEPT)   net:198.51.100.0/24     dmz\n',
          'rules',
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
          ['extension scripts', 'Those in shell are carried along and run at their time. Those in Perl are refused.'],
        ]),
      ],
    },
    {
      title: 'What is refused',
      blocks: [
        text(
          'Whatever cannot be expressed exactly is an error at its place, never a weaker rule: TARPIT, ULOG, ipp2p, country codes, bridge port zones. So are the files of several providers, of marks and of traffic shaping, by their names: keep Shorewall for these.',
        ),
      ],
    },
  ],
  seeAlso: ['ftpwall(8)', 'ftpwall.conf(5)', 'ftpwall-rollback(7)', 'shorewall(8)'],
};
