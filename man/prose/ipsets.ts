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
            'A set. TYPE is `hash:ip`, `hash:net`, `hash:ip,port` and so on; `family inet6` behind it makes one of IPv6.',
          ],
          ['add NAME ELEMENT', 'An element of it; `timeout` behind it gives it a time in seconds.'],
        ]),
        text('What rules have put into sets stays over a restart.'),
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
