/** ftpwall-ftp: FTP through a firewall: helpers, port lists, translation, TLS. */
import { markLayout } from '../../compiler/language/mark-layout.ts';
import { example, type Page, terms, text } from '../document.ts';

export const ftp: Page = {
  name: 'ftpwall-ftp',
  section: 7,
  summary: 'FTP through a firewall: helpers, port lists, translation, TLS',
  sections: [
    {
      title: 'How FTP works',
      blocks: [
        text(
          'A client opens the control connection, usually to port 21. For each transfer one side announces an address and a port, and the other side connects to it: the client in passive mode, the server in active mode, from port 20. A firewall without a helper would have to open all high ports. The FTP helper of the kernel reads the announcements, and rewrites the addresses in them when the connection is translated (RFC 959, RFC 2428).',
        ),
      ],
    },
    {
      title: 'Which connections get the helper',
      blocks: [
        text(
          'A connection gets the FTP helper if the rule that accepts it uses the macro `FTP`, has `helper=ftp`, or has a port from the list in `modules` as its DPORT or DNAT port. With AUTOHELPERS=Yes, the default of an ftpwall folder, port ranges and policies count too. The helper is attached before DNAT, by the port to which the client connected, and only for the source zones of these rules.',
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
          'With `RELATED=strict`, the default, a connection announced by a helper is accepted if a rule accepted its control connection (bit 31 of the connection mark records that) and its port is 1024 or above. Any other is handled by the rules and the policy like a new connection. So `PORT 10,0,0,1,0,22` opens nothing, and a helper opens nothing for a connection that no rule accepted. Your own marks must not use bit 31.',
        ),
      ],
    },
    {
      title: 'Marks',
      blocks: [
        text('The bits of connection marks and packet marks are divided as follows:'),
        terms(
          Object.values(markLayout).map(({ first, last, owner, doc }) => [
            first === last ? `bit ${first}` : `bits ${first} to ${last}`,
            `${owner}: ${doc}.`,
          ]),
        ),
        text(
          'Your own marks without a mask do not change bit 31. A mask that includes it is an error, `mark-bit-taken`.',
        ),
      ],
    },
    {
      title: 'FTP with TLS',
      blocks: [
        text(
          'No helper can read TLS. Configure a passive port range on the server, put the same range into `ftpwall.conf`, and use the macro `FTPS`: it opens the control port and the range to that server only. `ftpwall show ftp` prints the lines for the configuration of the server.',
        ),
        example('FTPS_PASSIVE=10000:10100\n', 'ftpwall.conf'),
        example('FTPS(DNAT)   net   dmz:10.0.2.10   -   -   -   203.0.113.2\n', 'rules'),
        text(
          'In active mode a server with TLS connects from its port 20 to any high port of the client: use `FTPSactive(ACCEPT)` from the zone of the server to the zone of the clients. It opens all these ports to anything that sends from port 20; prefer passive mode.',
        ),
      ],
    },
    {
      title: 'When transfers fail',
      blocks: [
        text(
          '`ftpwall doctor ftp` checks the running machine: rules, kernel modules, forwarding and routes, servers that do not listen or listen on another port, control connections that are older than the rules and so have no helper, and rules of other programs. `ftpwall hits --watch` shows which lines match while a client tries. `ftpwall show ftp` lists the lines about FTP.',
        ),
        text(
          'If modules are loaded before the firewall, or the kernel is older than 6.0 and assigns helpers automatically, the ports must be in /etc/modprobe.d: `ftpwall show modprobe` prints the lines.',
        ),
      ],
    },
  ],
  seeAlso: ['ftpwall(8)', 'ftpwall-ftp-setups(7)', 'ftpwall-modules(5)', 'ftpwall-rules(5)', 'ftpwall.conf(5)'],
};
