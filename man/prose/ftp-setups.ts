/** ftpwall-ftp-setups: FTP for each way in which server, client and firewall stand; the tests make each of its transfers. */
import { type Block, example, type Page, text } from '../document.ts';

/** A transfer that the tests make in a network, with real servers and clients. */
export interface Transfer {
  readonly from: 'net' | 'loc' | 'fw';
  readonly address: string;
  readonly port?: number;
  readonly tls?: true;
  /** Passive modes alone: nothing lets the server connect to its clients. */
  readonly passive?: true;
}

export interface Setup {
  readonly title: string;
  readonly words: readonly string[];
  readonly files: Readonly<Record<string, string>>;
  /** Lines for the server, as vsftpd calls them. */
  readonly server?: readonly string[];
  readonly transfers: readonly Transfer[];
}

const publicAddress = '203.0.113.2';
/** vsftpd announces `pasv_address` on sockets of IPv4 alone. */
const listening = ['listen=YES', 'listen_ipv6=NO'];
const server6 = '2001:db8:2::10';

export const setups: readonly Setup[] = [
  {
    title: 'A server on the firewall',
    words: ['One line. The helper reads what client and server announce, for IPv4 and IPv6.'],
    files: { rules: 'FTP(ACCEPT)   net   $FW\n' },
    transfers: [
      { from: 'net', address: publicAddress },
      { from: 'net', address: '2001:db8:1::1' },
    ],
  },
  {
    title: 'A server behind DNAT',
    words: [
      'The helper writes the public address into what the server announces, so the server needs no setting for it. The server must have the firewall as its gateway.',
    ],
    files: { rules: `FTP(DNAT)   net   dmz:10.0.2.10   -   -   -   ${publicAddress}\n` },
    transfers: [{ from: 'net', address: publicAddress }],
  },
  {
    title: 'A server with an address of its own',
    words: ['With routed public addresses and with IPv6 nothing is translated, and the rule names the server.'],
    files: { rules: `FTP(ACCEPT)   net   dmz:10.0.2.10\nFTP(ACCEPT)   net   dmz:[${server6}]\n` },
    transfers: [
      { from: 'net', address: '10.0.2.10' },
      { from: 'net', address: server6 },
    ],
  },
  {
    title: 'A server on another port',
    words: ['The port must be in the list of `modules`: that list says which connections speak FTP.'],
    files: {
      modules: 'loadmodule nf_conntrack_ftp ports=21,2121\n',
      rules: 'ACCEPT   net   $FW             tcp   2121\nACCEPT   net   dmz:10.0.2.10   tcp   2121\n',
    },
    transfers: [
      { from: 'net', address: publicAddress, port: 2121 },
      { from: 'net', address: '10.0.2.10', port: 2121 },
    ],
  },
  {
    title: 'One port outside, another one inside',
    words: ['The port that the client asks for must be in the list. That of the server need not be there.'],
    files: {
      modules: 'loadmodule nf_conntrack_ftp ports=21,2121\n',
      rules: `DNAT   net   dmz:10.0.2.10:21   tcp   2121   -   ${publicAddress}\n`,
    },
    transfers: [{ from: 'net', address: publicAddress, port: 2121 }],
  },
  {
    title: 'Several servers',
    words: ['By public address, or by port where there is one address only.'],
    files: {
      modules: 'loadmodule nf_conntrack_ftp ports=21,2121\n',
      rules: `FTP(DNAT)   net   dmz:10.0.2.10           -     -      -   ${publicAddress}\nFTP(DNAT)   net   dmz:10.0.2.11           -     -      -   203.0.113.3\nDNAT        net   dmz:10.0.2.11:21        tcp   2121   -   ${publicAddress}\n`,
    },
    transfers: [
      { from: 'net', address: publicAddress },
      { from: 'net', address: '203.0.113.3' },
      { from: 'net', address: publicAddress, port: 2121 },
    ],
  },
  {
    title: 'One-to-one NAT',
    words: ['`nat` translates, the rule accepts, by the inner address.'],
    files: { nat: '203.0.113.3   eth0   10.0.2.10\n', rules: 'FTP(ACCEPT)   net   dmz:10.0.2.10\n' },
    transfers: [{ from: 'net', address: '203.0.113.3' }],
  },
  {
    title: 'A network of clients behind masquerading',
    words: [
      'Passive and active: the helper writes the public address into what the client announces, and lets the server connect to that client. Where the policy from `loc` to `net` accepts everything, passive transfers need no rule, and active ones need this one.',
    ],
    files: { rules: 'FTP(ACCEPT)   loc   net\n', snat: 'MASQUERADE   10.0.1.0/24   eth0\n' },
    transfers: [{ from: 'loc', address: '203.0.113.10' }],
  },
  {
    title: 'The firewall as a client',
    words: ['What the firewall fetches itself, packages for example, meets rules from `$FW`.'],
    files: { rules: 'FTP(ACCEPT)   $FW   net\n' },
    transfers: [
      { from: 'fw', address: '203.0.113.10' },
      { from: 'fw', address: '2001:db8:1::10' },
    ],
  },
  {
    title: 'The public address, from inside',
    words: ['Clients in another zone than the server need a rule of their own.'],
    files: {
      rules: `FTP(DNAT)   net   dmz:10.0.2.10   -   -   -   ${publicAddress}\nFTP(DNAT)   loc   dmz:10.0.2.10   -   -   -   ${publicAddress}\n`,
    },
    transfers: [
      { from: 'net', address: publicAddress },
      { from: 'loc', address: publicAddress },
    ],
  },
  {
    title: 'Client and server in one network, by the public address',
    words: ['A hairpin: `routeback` on the interface, and SNAT, so that the answers come back through the firewall.'],
    files: {
      interfaces: '?FORMAT 2\nnet   eth0\nloc   eth1   routeback\ndmz   eth2\n',
      rules: `FTP(DNAT)   loc   loc:10.0.1.10   -   -   -   ${publicAddress}\n`,
      snat: 'SNAT(10.0.1.1)   10.0.1.0/24   eth1\n',
    },
    transfers: [{ from: 'loc', address: publicAddress }],
  },
  {
    title: 'A passive range, without a helper',
    words: [
      'Where no helper may be used, the server gets a range for its transfers, and the range is opened, to that server and to nobody else. Active transfers then need a rule the other way, from port 20.',
    ],
    files: {
      'ftpwall.conf': 'HELPERS=none\n',
      rules: 'ACCEPT   net   dmz:10.0.2.10   tcp   21,10000:10100\nACCEPT   dmz:10.0.2.10   net   tcp   1024:   20\n',
    },
    server: ['pasv_min_port=10000', 'pasv_max_port=10100', 'connect_from_port_20=YES'],
    transfers: [{ from: 'net', address: '10.0.2.10' }],
  },
  {
    title: 'FTP with TLS',
    words: [
      'No helper can read TLS. The server gets a range and is told its public address; `FTPS_PASSIVE` and the macro FTPS open the same range. `ftpwall show ftp` prints the lines for vsftpd, ProFTPD, Pure-FTPd and FileZilla Server.',
    ],
    files: {
      'ftpwall.conf': 'FTPS_PASSIVE=10000:10100\n',
      rules: `FTPS(DNAT)   net   dmz:10.0.2.10   -   -   -   ${publicAddress}\n`,
    },
    server: [
      'ssl_enable=YES',
      ...listening,
      'pasv_min_port=10000',
      'pasv_max_port=10100',
      `pasv_address=${publicAddress}`,
    ],
    transfers: [{ from: 'net', address: publicAddress, tls: true, passive: true }],
  },
  {
    title: 'FTP with TLS, on its own port',
    words: [
      'Implicit TLS speaks TLS from the first byte, usually on port 990. `FTPS_PORTS` says which ports the macro FTPS opens; the rest is as above.',
    ],
    files: {
      'ftpwall.conf': 'FTPS_PORTS=990\nFTPS_PASSIVE=10000:10100\n',
      rules: `FTPS(DNAT)   net   dmz:10.0.2.10   -   -   -   ${publicAddress}\n`,
    },
    transfers: [],
  },
  {
    title: 'Clients that use TLS',
    words: [
      'Servers elsewhere have ranges that nobody here knows, so passive clients with TLS need all high ports of the internet, from the hosts that may do so. Active transfers with TLS do not come through masquerading: the server is told a private address, and no helper can change that.',
    ],
    files: {
      rules: 'ACCEPT   loc:10.0.1.10   net   tcp   21,1024:65535\n',
      snat: 'MASQUERADE   10.0.1.0/24   eth0\n',
    },
    server: ['ssl_enable=YES'],
    transfers: [{ from: 'loc', address: '203.0.113.10', tls: true, passive: true }],
  },
  {
    title: 'A server in a container',
    words: [
      'Docker publishes ports one by one and knows nothing of FTP, so publish a passive range with port 21 (`-p 21:21 -p 10000-10100:10000-10100`), give the server the public address, and open both. Docker has changed the destination before the rule is asked, hence ACCEPT.',
    ],
    files: {
      zones: 'fw     firewall\nnet    ip\nloc    ip\ndmz    ip\ncont   ip\n',
      interfaces: '?FORMAT 2\nnet    eth0\nloc    eth1\ndmz    eth2\ncont   docker0   routeback\n',
      policy: '$FW    all   ACCEPT\nall    all   DROP   info\n',
      rules: 'SSH(ACCEPT)   loc   $FW\nACCEPT        net   cont:172.17.0.2   tcp   21,10000:10100\n',
    },
    transfers: [],
  },
  {
    title: 'Behind a second NAT',
    words: [
      'A router in front of the firewall, which has the public address 198.51.100.2 and forwards port 21 and nothing that a helper would announce. It must forward a range as well, and the server must announce the address of that router. The range is opened here as for TLS; our helper leaves an address alone that is not that of the server.',
    ],
    files: {
      'ftpwall.conf': 'FTPS_PASSIVE=10000:10100\n',
      rules: `FTPS(DNAT)   net   dmz:10.0.2.10   -   -   -   ${publicAddress}\n`,
    },
    server: [...listening, 'pasv_min_port=10000', 'pasv_max_port=10100', 'pasv_address=198.51.100.2'],
    transfers: [{ from: 'net', address: '198.51.100.2', passive: true }],
  },
];

export const ftpSetups: Page = {
  name: 'ftpwall-ftp-setups',
  section: 7,
  summary: 'FTP behind every set-up, an example each',
  sections: [
    {
      title: 'Description',
      blocks: [
        text(
          'The zones are `net` behind eth0, with the public address 203.0.113.2, `loc` behind eth1 and `dmz` behind eth2. Every policy is DROP, so what an example does not say is closed. The tests load the examples and make the transfers that stand behind them, with vsftpd and curl; ftpwall-ftp(7) says how it works.',
        ),
      ],
    },
    ...setups.map((setup) => ({ title: setup.title, blocks: blocksOf(setup) })),
  ],
  seeAlso: ['ftpwall-ftp(7)', 'ftpwall-faq(7)', 'ftpwall-modules(5)', 'ftpwall-rules(5)'],
};

function blocksOf({ words, files, server, transfers }: Setup): readonly Block[] {
  return [
    ...words.map((each) => text(each)),
    ...Object.entries(files).map(([name, lines]) => example(lines, name)),
    ...(server === undefined ? [] : [text('For vsftpd:'), example(server.join('\n'))]),
    ...(transfers.length === 0 ? [] : [text(`Tried: ${transfers.map(triedText).join('; ')}.`)]),
  ];
}

function triedText({ from, address, port = 21, tls, passive }: Transfer): string {
  const modes = passive ? 'passive' : 'passive and active';
  return `${modes}${tls ? ', with TLS' : ''}, from \`${from}\` to ${address} port ${port}`;
}
