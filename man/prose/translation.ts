/** ftpwall-translation(7): NAT. */
import { example, type Page, terms, text } from '../document.ts';

export const translation: Page = {
  name: 'ftpwall-translation',
  section: 7,
  summary: 'translation of addresses: the way out, the way in, one to one',
  sections: [
    {
      title: 'Description',
      blocks: [
        terms([
          ['snat', 'Gives private networks an address of the firewall on their way out.'],
          ['DNAT in rules', 'Brings connections to a public address to a server, and accepts them.'],
          ['REDIRECT in rules', 'Answers connections on a port of this machine.'],
          ['nat', 'A public address for each of some hosts, in both directions.'],
          ['netmap', 'A whole network seen as another one, address by address.'],
        ]),
        text(
          'Translation alone admits nothing: `snat`, `nat` and `netmap` only change addresses, and policies and rules decide as ever. They speak of hosts by their own addresses, not by those that the other side sees. Only DNAT and REDIRECT accept what they translate; `DNAT-` and `REDIRECT-` leave the decision to other lines.',
        ),
      ],
    },
    {
      title: 'The way out',
      blocks: [
        text(
          'MASQUERADE takes the address that the interface has at the time, and suits addresses that change. SNAT takes the one that is given. The first line that fits counts, so the special ones go first. SNAT(&eth2) gives the first address that `eth2` has, SNAT(%eth2) the address of its gateway; both are read at each start and by `ftpwall refresh`. SNAT(:4000-4999) changes the port alone. With `$FW` in DEST, SNAT changes where connections to the firewall itself seem to come from.',
        ),
        example(
          'SNAT(203.0.113.25)   10.0.2.25                   eth0   tcp   25\nMASQUERADE           10.0.1.0/24,10.0.2.0/24     eth0\n',
          'snat',
        ),
        text('IPv6 needs none of this, and is translated only by lines that have an IPv6 address.'),
      ],
    },
    {
      title: 'The way in',
      blocks: [
        text(
          'The column ORIGDEST holds the address that the client used. Without it connections to every address are forwarded, also those that only pass through.',
        ),
        example(
          '?SECTION NEW\nWeb(DNAT)   net   dmz:10.0.2.20        -     -      -   203.0.113.2\nDNAT        net   dmz:10.0.2.20:8443   tcp   443    -   203.0.113.3\nREDIRECT    loc   3128                 tcp   80\n',
          'rules',
        ),
        text(
          'Port 8443 above is that of the server. A range may be forwarded to a range of the same size, and several servers `10.0.2.20-10.0.2.23` share the connections.',
        ),
      ],
    },
    {
      title: 'The public address, from within',
      blocks: [
        text(
          'A rule from `net` says nothing of clients in your own zones. Give them a rule of their own. When client and server are in one zone the answers would go past the firewall: then the source must change too, and the interface needs `routeback`.',
        ),
        example('?FORMAT 2\nnet   eth0\nloc   eth1   routeback\ndmz   eth2\n', 'interfaces'),
        example(
          '?SECTION NEW\nWeb(DNAT)   net   loc:10.0.1.20   -   -   -   203.0.113.2\nWeb(DNAT)   loc   loc:10.0.1.20   -   -   -   203.0.113.2\n',
          'rules',
        ),
        example(
          'SNAT(10.0.1.1)   10.0.1.0/24   eth1:10.0.1.20   tcp   80,443\nMASQUERADE       10.0.1.0/24   eth0\n',
          'snat',
        ),
        text('A name server that gives your own clients the inner address spares all this.'),
      ],
    },
    {
      title: 'One to one',
      blocks: [
        example('203.0.113.3   eth0   10.0.2.3   No   No\n', 'nat'),
        example('?SECTION NEW\nSMTP(ACCEPT)   net   dmz:10.0.2.3\n', 'rules'),
        text('The firewall must have the address 203.0.113.3 on the interface, or answer for it.'),
      ],
    },
    {
      title: 'Beside the translation of others',
      blocks: [
        text(
          'The chains of ftpwall stand ten before the usual priorities of nftables, so whoever is loaded last, the order stays the same: what ftpwall translates, tables of others see translated, and a connection is translated once in each direction.',
        ),
      ],
    },
  ],
  seeAlso: [
    'ftpwall-snat(5)',
    'ftpwall-rules(5)',
    'ftpwall-nat(5)',
    'ftpwall-netmap(5)',
    'ftpwall-ftp(7)',
    'ftpwall-docker(7)',
  ],
};
