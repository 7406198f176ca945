/** The chapter of the tutorial about two lines to the internet, with failover and a class for voice. */
import { example, type Page, text } from '../document.ts';

export const twoLines: Page['sections'][number] = {
  title: 'Two lines to the internet',
  blocks: [
    text(
      'A router with a private network, and two lines: `cable` carries everything as long as it is there, `mobile` does when it is not. Both lead to the zone `net`; `optional` lets the firewall start without one, and takes it up when it comes.',
    ),
    example('fw    firewall\nnet   ip\nloc   ip\n', 'zones'),
    example(
      '?FORMAT 2\nnet   eth0   tcpflags,nosmurfs,dhcp,optional\nnet   eth1   tcpflags,nosmurfs,dhcp,optional\nloc   eth2   tcpflags,nosmurfs\n',
      'interfaces',
    ),
    example('loc   net   ACCEPT\n$FW   net   ACCEPT\nnet   all   DROP     info\nall   all   REJECT   info\n', 'policy'),
    example('?SECTION NEW\nPing(ACCEPT)   all   $FW\nSSH(ACCEPT)    loc   $FW\nDNS(ACCEPT)    loc   $FW\n', 'rules'),
    text(
      'The filter that the kernel itself has for source addresses knows one way back, so it is lax or off; marks of providers get bits of their own.',
    ),
    example('IP_FORWARDING=On\nROUTE_FILTER=2\nPROVIDER_OFFSET=16\n', 'ftpwall.conf'),
    text(
      'Each line is a provider with a routing table. `track`: what comes in by a line is answered by it. `primary` carries everything, `fallback` takes its place; to share instead, write `balance=2` for the faster line and `balance` for the other. `detect` takes the gateway that DHCP or the point-to-point link has brought.',
    ),
    example(
      'cable    1   -   -   eth0   detect   track,primary\nmobile   2   -   -   eth1   detect   track,fallback\n',
      'providers',
    ),
    text('What leaves by a line has its address, whoever sent it. One host always takes the second line:'),
    example(
      'MASQUERADE   10.0.0.0/8,172.16.0.0/12,192.168.0.0/16   eth0\nMASQUERADE   10.0.0.0/8,172.16.0.0/12,192.168.0.0/16   eth1\n',
      'snat',
    ),
    example('10.0.2.20   -   mobile   11000\n', 'rtrules'),
    text(
      'Shaping keeps packets here, where they have an order, and not in the modem: say a little less than the line carries. Voice goes first, and so do acknowledgements.',
    ),
    example('eth0   -   9mbit\neth1   -   2mbit\n', 'tcdevices'),
    example(
      'eth0   1   full/10     full   1   pfifo,tcp-ack\neth0   2   full*9/10   full   2   default\neth1   1   full/4      full   1   pfifo,tcp-ack\neth1   2   full*3/4    full   2   default\n',
      'tcclasses',
    ),
    example('MARK(1):F   eth2   -   udp   5060,16384:32767\n', 'mangle'),
    example('ACCEPT   eth2   $FW   tcp   22\n', 'stoppedrules'),
    text(
      'A line that goes down is taken out by the hooks of the network, and comes back by them. That the line is up and the path behind the gateway is dead, only somebody who asks can see: the monitor pings through each provider, takes out what gives no answer three times, and brings it back after six answers. Name an address of each provider, such as its name server, in `/etc/default/ftpwall`:',
    ),
    example('FTPWALL_MONITOR="10 3 6 cable=192.0.2.53 mobile=198.51.100.53"\n'),
    example('systemctl enable --now ftpwall-monitor\n'),
    text(
      '`ftpwall status` names each provider with its state and its gateway, `ftpwall show routing` the rules and tables, `ftpwall show tc` the queues with what they have sent. `ftpwall disable mobile` takes a line out by hand; it stays out over restarts of the machine, until `ftpwall enable mobile`.',
    ),
    text('The whole, with more comments, lies in `/usr/share/doc/ftpwall/examples/two-providers`.'),
  ],
};
