/** What a table cannot say about files of marks, routing and shaping, and examples that the tests compile. */
import { example, type FileProse, text } from '../document.ts';

export const trafficFiles: Readonly<Record<string, FileProse>> = {
  mangle: {
    description: [
      text(
        'A line gives packets a mark, or changes a field of their header. The chain behind the action says where: `:P` before routing, `:F` where packets are forwarded, `:T` behind routing, `:I` and `:O` for those to and from the firewall, `:R` behind all lines of `:P`. SOURCE and DEST are interfaces and addresses, not zones. All lines are met in their order, so of several marks the last one counts; `CONTINUE` ends the lines of its chain.',
      ),
      text(
        'The bits of a mark are shared: `ftpwall show marks` prints whose which are. A packet that has a provider already does not meet the lines of `:P`, unless TC_EXPERT=Yes. What `MARK` sets is not kept for the connection: `SAVE` does that, `RESTORE` brings it back.',
      ),
    ],
    examples: [
      example(
        'MARK(2):P      10.0.1.0/24  -     tcp  25\nCLASSIFY(1:11)  -            eth0  udp  5060\nDSCP(EF):T     -            eth0  udp  5060\nTCPMSS(1400)   -            eth0\n',
        'mangle',
      ),
    ],
  },
  tcrules: { examples: [example('2:P  10.0.1.0/24\n', 'tcrules')] },
  tos: { examples: [example('all  all  tcp  22  -  0x10\n', 'tos')] },
  providers: {
    description: [
      text(
        'A provider is a connection to the internet with a routing table and a mark of its own. With `track` connections that come in by it are answered by it; `balance=N` gives it a share of the default route, `fallback` lets it take the place of the balanced ones, `load=.N` gives it a share of new connections by chance. `loose` leaves out the rule by its addresses, `persistent` keeps its table while it is down. The option `optional` of its interface says that the firewall does without.',
      ),
      text(
        'The main table stays as it is: a rule at priority 999 (32764 with USE_DEFAULT_RT=No) asks it for specific routes, and its own default route counts when no provider is there, unless RESTORE_DEFAULT_ROUTE=No. Everything that is added has the protocol number 133, and `stop` takes it away. A provider whose interface is down or has no address is left out, and taken up by `ftpwall refresh`, which the hooks of the network call. `ftpwall disable` holds until `ftpwall enable`. A script `isusable` beside the configuration is asked with the interface; `enabled` and `disabled` are told of a provider that comes or goes, `findgw` of a gateway that nothing else knows.',
      ),
      text('ROUTE_FILTER=Yes and providers exclude each other: write ROUTE_FILTER=No or 2.'),
    ],
    examples: [
      example('ROUTE_FILTER=No\n', 'ftpwall.conf'),
      example(
        'ISP1  1  1  -  eth0  192.0.2.254  track,balance=2\nISP2  2  2  -  eth2  detect       track,balance\n',
        'providers',
      ),
    ],
  },
  rtrules: {
    description: [
      text(
        'A line chooses a provider, or `main`, by the source of packets (an interface, addresses, `interface:addresses`, `&interface` for its own address, `lo` for what the firewall sends), by their destination, and by their mark. Priorities from 1000 to 1999 come before the marks of providers, 11000 to 11999 behind them, 26000 to 26999 behind the addresses of providers. A rule goes and comes with its provider, unless `!` stands behind its priority.',
      ),
    ],
    examples: [
      example('ROUTE_FILTER=No\n', 'ftpwall.conf'),
      example('ISP1  1  1  -  eth0  192.0.2.254\n', 'providers'),
      example('10.0.1.0/24  -  ISP1  1000\n-  203.0.113.9  ISP1  1001\n', 'rtrules'),
    ],
  },
  route_rules: {
    examples: [
      example('ROUTE_FILTER=No\n', 'ftpwall.conf'),
      example('ISP1  1  1  -  eth0  192.0.2.254\n', 'providers'),
      example('10.0.1.0/24  -  ISP1  1000\n', 'route_rules'),
    ],
  },
  routes: {
    description: [
      text(
        'Routes of the tables of providers, and of the main table. In the main table no route of somebody else is touched. NULL_ROUTE_RFC1918 adds routes to nowhere for the private networks that no route leads to.',
      ),
    ],
    examples: [example('main  10.98.0.0/16  blackhole\nmain  10.97.0.0/16  10.0.1.2  eth1\n', 'routes')],
  },
  proxyarp: {
    description: [
      text(
        'The firewall answers on EXTERNAL for an address that a host behind INTERFACE has, and gets a route to it. The address is not one of the firewall, and its zone is that of INTERFACE.',
      ),
    ],
    examples: [example('192.0.2.100  eth2  eth0\n', 'proxyarp')],
  },
  proxyndp: { examples: [example('2001:db8:1::100  eth2  eth0\n', 'proxyndp')] },
  tcinterfaces: {
    description: [
      text(
        'With TC_ENABLED=Simple the packets that leave by an interface go in three bands, the first before the second; `tcpri` says which band. OUT-BANDWIDTH keeps the queue here instead of in the modem: a little less than the line carries.',
      ),
    ],
    examples: [
      example('TC_ENABLED=Simple\n', 'ftpwall.conf'),
      example('eth0  External  20mbit  5mbit\n', 'tcinterfaces'),
    ],
  },
  tcpri: {
    examples: [
      example('TC_ENABLED=Simple\n', 'ftpwall.conf'),
      example('eth0  External  -  5mbit\n', 'tcinterfaces'),
      example('1  udp  53\n3  -  -  10.0.1.9\n2  -  -  -  eth1\n', 'tcpri'),
    ],
  },
  tcdevices: {
    description: [
      text(
        'With TC_ENABLED=Internal each device has a tree of classes (`tcclasses`). What leaves is put into its class by rules: by `tcfilters`, by acknowledgements and type of service, by its mark, and before all of them by `CLASSIFY` of `mangle`. An `ifb` device with the interfaces of REDIRECT shapes what comes in; its classes are told by `tcfilters` alone, because marks are not set yet.',
      ),
      text(
        'A restart leaves queues alone that are the same, and changes rates in place. Where a kernel lacks the order of packets within a class, the class works without it, and says so. `ftpwall show tc` prints what the kernel has.',
      ),
    ],
    examples: [
      example('eth0  -  5mbit\n', 'tcdevices'),
      example('eth0  1  full/4  full  1  tcp-ack\neth0  2  full/2  full  2  default\n', 'tcclasses'),
    ],
  },
  tcclasses: {
    examples: [
      example('eth0  -  5mbit\n', 'tcdevices'),
      example(
        'eth0  1  full/4  full       1  tos-minimize-delay\neth0  2  full/4  full*9/10  2  default\n',
        'tcclasses',
      ),
    ],
  },
  tcfilters: {
    description: [
      text('A class is written as `tcclasses` numbers it: the mark 2 of `eth0` is `1:12`, the first device being 1.'),
    ],
    examples: [
      example('eth0  -  5mbit\n', 'tcdevices'),
      example('eth0  1  full/4  full  1\neth0  2  full/4  full  2  default\n', 'tcclasses'),
      example('1:11  10.0.1.9  -  udp  5060\n', 'tcfilters'),
    ],
  },
  ecn: { examples: [example('eth0  203.0.113.0/24\n', 'ecn')] },
  accounting: {
    description: [
      text(
        'A line counts packets and decides nothing. Without sections the lines are met by packets to, through and from the firewall, before the rules; `?SECTION INPUT`, `FORWARD` and `OUTPUT` tell them apart, `PREROUTING` and `POSTROUTING` want ACCOUNTING_TABLE=mangle. A chain is made when a line names it; `chain:COUNT` counts what goes into it, too, and `DONE` ends it for a packet. `ACCOUNT(table,network)` counts for each address what it sent and was sent. `ftpwall show accounting` prints the counts; they go on over restarts.',
      ),
    ],
    examples: [
      example(
        'COUNT  -  eth0\nweb:COUNT  -  eth1  eth0  tcp  80,443\nDONE  web\nACCOUNT(lan,10.0.1.0/24)  -  eth1\n',
        'accounting',
      ),
    ],
  },
};
