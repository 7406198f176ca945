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
      title: 'Marks',
      blocks: [
        text('The bits of connection marks and packet marks are shared:'),
        terms(
          Object.values(markLayout).map(({ first, last, owner, doc }) => [
            first === last ? `bit ${first}` : `bits ${first} to ${last}`,
            `${owner}: ${doc}.`,
          ]),
        ),
        text(
          'A mark of yours without a mask leaves bit 31 as it is. A mask that includes it is an error, `mark-bit-taken`.',
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
    {
      title: 'When transfers do not come',
      blocks: [
        text(
          '`ftpwall doctor ftp` looks at the running machine and says what is wrong: the rules, the modules of the kernel, forwarding and routes, servers that do not listen or listen elsewhere, control connections that were opened before the rules and so have no helper, chains of others. `ftpwall hits --watch` shows which lines count while a client tries. `ftpwall show ftp` names the lines that are about FTP.',
        ),
        text(
          'Machines that load modules before the firewall, and kernels before 6.0 that give helpers by themselves, need the ports in /etc/modprobe.d: `ftpwall show modprobe` prints the lines.',
        ),
      ],
    },
  ],
  seeAlso: ['ftpwall(8)', 'ftpwall-modules(5)', 'ftpwall-rules(5)', 'ftpwall.conf(5)'],
};
