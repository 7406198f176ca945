/** ftpwall-translation(7): NAT. */
import { example, type Page, terms, text } from '../document.ts';

export const translation: Page = {
  name: 'ftpwall-translation',
  section: 7,
  summary: 'NAT: masquerading and SNAT, DNAT, one-to-one',
  sections: [
    {
      title: 'Description',
      blocks: [
        terms([
          ['snat', 'SNAT and masquerading: private networks use an address of the firewall when they connect outside.'],
          ['DNAT in rules', 'Forwards connections to a public address to a server, and accepts them.'],
          ['REDIRECT in rules', 'Redirects connections to a port of this machine, and accepts them.'],
          ['nat', 'One-to-one NAT: a public address for an internal host, in both directions.'],
          ['netmap', 'Maps a whole network to another of the same size, address by address.'],
        ]),
        text(
          'NAT alone accepts nothing: `snat`, `nat` and `netmap` only change addresses; policies and rules still decide. Rules use the real addresses of hosts, not the translated ones. Only DNAT and REDIRECT also accept the connections they translate; `DNAT-` and `REDIRECT-` only translate.',
        ),
      ],
    },
    {
      title: 'Masquerading and SNAT',
      blocks: [
        text(
          'MASQUERADE uses the current address of the interface, for addresses that change. SNAT uses the given address. The first matching line applies, so put specific lines first. SNAT(&eth2) uses the first address of `eth2`, SNAT(%eth2) the address of its gateway; both are read at each start and by `ftpwall refresh`. SNAT(:4000-4999) changes only the port. With `$FW` in DEST, SNAT changes the source address of connections to the firewall itself.',
        ),
        example(
          'SNAT(203.0.113.25)   10.0.2.25                   eth0   tcp   25\nMASQUERADE           10.0.1.0/24,10.0.2.0/24     eth0\n',
          'snat',
        ),
        text('IPv6 normally needs no NAT; only lines with an IPv6 address translate it.'),
      ],
    },
    {
      title: 'DNAT and REDIRECT',
      blocks: [
        text(
          'ORIGDEST is the address to which the client connected. Without it, connections to every address are forwarded, including those that only pass through the firewall.',
        ),
        example(
          '?SECTION NEW\nWeb(DNAT)   net   dmz:10.0.2.20        -     -      -   203.0.113.2\nDNAT        net   dmz:10.0.2.20:8443   tcp   443    -   203.0.113.3\nREDIRECT    loc   3128                 tcp   80\n',
          'rules',
        ),
        text(
          'Port 8443 above is the port of the server. A port range can be forwarded to a range of the same size. With several servers, `10.0.2.20-10.0.2.23`, connections are distributed among them.',
        ),
      ],
    },
    {
      title: 'Using the public address from inside (hairpin NAT)',
      blocks: [
        text(
          'A rule from `net` does not match clients in your own zones: add a rule for them. If client and server are in the same zone, replies would bypass the firewall: add an `snat` line for these connections and the option `routeback` on the interface.',
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
        text('If your DNS server gives internal clients the internal address, none of this is needed.'),
      ],
    },
    {
      title: 'One-to-one NAT',
      blocks: [
        example('203.0.113.3   eth0   10.0.2.3   No   No\n', 'nat'),
        example('?SECTION NEW\nSMTP(ACCEPT)   net   dmz:10.0.2.3\n', 'rules'),
        text('The firewall must have the address 203.0.113.3 on the interface, or answer ARP requests for it.'),
      ],
    },
    {
      title: 'NAT rules of other programs',
      blocks: [
        text(
          'The NAT chains of ftpwall have a priority of 10 below the standard one, so the order does not depend on which program loads last: other tables see packets after ftpwall has translated them, and each connection is translated once in each direction.',
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
