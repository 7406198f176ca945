/** What a table cannot say about files of marks, routing and shaping, and examples that the tests compile. */
import { example, type FileProse, text } from '../document.ts';

export const trafficFiles: Readonly<Record<string, FileProse>> = {
  mangle: {
    description: [
      text(
        'A line sets a mark on packets, or changes a field of their header. The chain after the action is one of `:P` (prerouting), `:F` (forward), `:T` (postrouting), `:I` (input), `:O` (output) and `:R` (prerouting, after all lines of `:P`). SOURCE and DEST are interfaces and addresses, not zones. All lines are evaluated in order, so the last matching mark wins; `CONTINUE` skips the remaining lines of its chain.',
      ),
      text(
        'The bits of a mark are shared between providers, shaping and your own use: `ftpwall show marks` prints the layout. Packets that already have a provider skip the lines of `:P`, unless TC_EXPERT=Yes. `MARK` sets the mark of the packet only: `SAVE` copies it to the connection, `RESTORE` copies it back.',
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
        'A provider is an internet line with its own routing table and mark. With `track`, replies leave by the provider on which the connection arrived. `balance=N` gives it a share of the default route, `fallback` uses it only when no balanced provider is up, `load=.N` gives it a random share of new connections. `loose` omits the routing rule for its own addresses, `persistent` keeps its routing table while it is down. Mark its interface `optional` if the firewall must start without it.',
      ),
      text(
        'The main routing table is not changed: a rule at priority 999 (32764 with USE_DEFAULT_RT=No) looks up its specific routes first, and its default route is used when no provider is up, unless RESTORE_DEFAULT_ROUTE=No. All routes and rules of ftpwall have the protocol number 133; `stop` removes them. A provider whose interface is down or has no address is skipped until `ftpwall refresh` finds it up; the hooks of the network call that. `ftpwall disable` lasts until `ftpwall enable`. Scripts in the configuration folder: `isusable` decides whether an interface can be used, `enabled` and `disabled` run after a change (`$1` is the interface, `$2` its name in `interfaces`, `$3` the provider, if it has one), `findgw` prints a gateway that cannot be detected otherwise.',
      ),
      text('ROUTE_FILTER=Yes cannot be used with providers: set ROUTE_FILTER=No or 2.'),
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
        'A line selects a provider, or `main`, by source (an interface, addresses, `interface:addresses`, `&interface` for its own address, `lo` for packets that the firewall sends), destination and mark. Priorities 1000 to 1999 are evaluated before the marks of providers, 11000 to 11999 after them, 26000 to 26999 after the source addresses of providers. A rule is removed while its provider is down, unless `!` follows its priority.',
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
        'Routes in the tables of providers, or in the main table, where no route of others is changed. NULL_ROUTE_RFC1918 adds blackhole routes for private networks that have no route.',
      ),
    ],
    examples: [example('main  10.98.0.0/16  blackhole\nmain  10.97.0.0/16  10.0.1.2  eth1\n', 'routes')],
  },
  proxyarp: {
    description: [
      text(
        'The firewall answers ARP requests on EXTERNAL for the address of a host behind INTERFACE, and adds a route to it. The zone of the address is the zone of INTERFACE.',
      ),
    ],
    examples: [example('192.0.2.100  eth2  eth0\n', 'proxyarp')],
  },
  proxyndp: { examples: [example('2001:db8:1::100  eth2  eth0\n', 'proxyndp')] },
  tcinterfaces: {
    description: [
      text(
        'With TC_ENABLED=Simple, packets that leave by an interface are queued in three bands with strict priority; `tcpri` assigns the band. Set OUT-BANDWIDTH slightly below the speed of the line, so that packets queue here and not in the modem.',
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
        'With TC_ENABLED=Internal each device has a tree of classes (`tcclasses`). Outgoing packets are classified by `CLASSIFY` in `mangle` first, then by `tcfilters`, by TCP ACK and type of service, and by mark. An `ifb` device shapes incoming packets of the interfaces in REDIRECT; only `tcfilters` can classify there, because marks are set later.',
      ),
      text(
        'A restart does not touch unchanged queues and changes rates in place. If the kernel lacks the queue discipline inside a class (such as fq_codel), the class works without it, and a message says so. `ftpwall show tc` prints what is in the kernel.',
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
      text(
        'A class is written `device:class`, with the numbers of `tcdevices` and `tcclasses`: mark 2 on the first device is `1:12`. Filters see packets as they are sent: behind SNAT or MASQUERADE the source is that of the firewall, so for hosts of a local network write `MARK` or `CLASSIFY` in `mangle`.',
      ),
    ],
    examples: [
      example('eth0  -  5mbit\n', 'tcdevices'),
      example('eth0  1  full/4  full  1\neth0  2  full/4  full  2  default\n', 'tcclasses'),
      example('1:11  -  203.0.113.9  udp  5060\n', 'tcfilters'),
    ],
  },
  ecn: { examples: [example('eth0  203.0.113.0/24\n', 'ecn')] },
  arprules: {
    description: [
      text(
        'A line with SOURCE is about what the firewall hears on an interface, one with DEST about what it says there: the addresses are those that the message tells of its sender (SOURCE), or of its target (DEST). The first line that fits decides; what none decides passes. They are rules of a table of their own, `arp ftpwall`, which is loaded, taken back and removed together with the other rules; `ftpwall stop` removes it. Whoever only wants that an interface does not answer for the addresses of others writes `arp_ignore` or `arp_filter` in `interfaces`.',
      ),
    ],
    examples: [
      text('Requests into 10.1.10.0/24 are sent as 10.1.10.11, and nobody on eth1 may say that he is the router.'),
      example('SNAT:10.1.10.11  -  eth0:10.1.10.0/24  1\nDROP  eth1:10.0.1.1  -  2\n', 'arprules'),
    ],
  },
  accounting: {
    description: [
      text(
        'A line counts packets and never accepts or drops them. Without sections all packets to, through and from the firewall are counted, before the rules. `?SECTION INPUT`, `FORWARD` and `OUTPUT` separate them; `PREROUTING` and `POSTROUTING` need ACCOUNTING_TABLE=mangle. A chain exists as soon as a line names it; `chain:COUNT` also counts the packets that enter it, and `DONE` leaves it. `ACCOUNT(table,network)` counts sent and received bytes for each address. `ftpwall show accounting` prints the counters; they are kept over restarts.',
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
