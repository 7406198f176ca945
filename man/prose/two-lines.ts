/** The chapter of the tutorial about two internet lines, with failover and a class for voice. */
import { example, type Page, text } from '../document.ts';

export const twoLines: Page['sections'][number] = {
  title: 'Two internet lines',
  blocks: [
    text(
      'A router with a private network and two internet lines: `cable` carries all traffic while it is up, `mobile` is the backup. Both are in the zone `net`. `optional` allows the firewall to start while a line is down, and adds it when it comes up.',
    ),
    example('fw    firewall\nnet   ip\nloc   ip\n', 'zones'),
    example(
      '?FORMAT 2\nnet   eth0   tcpflags,nosmurfs,dhcp,optional\nnet   eth1   tcpflags,nosmurfs,dhcp,optional\nloc   eth2   tcpflags,nosmurfs\n',
      'interfaces',
    ),
    example('loc   net   ACCEPT\n$FW   net   ACCEPT\nnet   all   DROP     info\nall   all   REJECT   info\n', 'policy'),
    example('?SECTION NEW\nPing(ACCEPT)   all   $FW\nSSH(ACCEPT)    loc   $FW\nDNS(ACCEPT)    loc   $FW\n', 'rules'),
    text(
      'The reverse path filter of the kernel must be loose (2) or off with several providers. PROVIDER_OFFSET gives the marks of providers their own bits.',
    ),
    example('IP_FORWARDING=On\nROUTE_FILTER=2\nPROVIDER_OFFSET=16\n', 'ftpwall.conf'),
    text(
      'Each internet line is a provider with its own routing table. `track`: replies leave by the line on which the connection arrived. `primary` carries all traffic, `fallback` replaces it when it is down. To share the load instead, use `balance=2` for the faster line and `balance` for the other. `detect` uses the gateway from DHCP or from the point-to-point link.',
    ),
    example(
      'cable    1   -   -   eth0   detect   track,primary\nmobile   2   -   -   eth1   detect   track,fallback\n',
      'providers',
    ),
    text('Packets that leave by a line get its address. One host always uses the second line:'),
    example(
      'MASQUERADE   10.0.0.0/8,172.16.0.0/12,192.168.0.0/16   eth0\nMASQUERADE   10.0.0.0/8,172.16.0.0/12,192.168.0.0/16   eth1\n',
      'snat',
    ),
    example('10.0.2.20   -   mobile   11000\n', 'rtrules'),
    text(
      'Shaping keeps the queue on this machine, where packets have priorities, and out of the modem: set the rates slightly below the speed of the line. Voice and TCP ACKs have the highest priority.',
    ),
    example('eth0   -   9mbit\neth1   -   2mbit\n', 'tcdevices'),
    example(
      'eth0   1   full/10     full   1   pfifo,tcp-ack\neth0   2   full*9/10   full   2   default\neth1   1   full/4      full   1   pfifo,tcp-ack\neth1   2   full*3/4    full   2   default\n',
      'tcclasses',
    ),
    example('MARK(1):F   eth2   -   udp   5060,16384:32767\n', 'mangle'),
    example('ACCEPT   eth2   $FW   tcp   22\n', 'stoppedrules'),
    text(
      'If a link goes down, the network hooks disable its provider, and enable it when the link is back. If the link is up but the path behind the gateway is dead, only probing can detect it: the monitor pings through each provider, disables it after three lost replies and enables it after six replies. Set an address of each provider, such as its name server, in `/etc/default/ftpwall`:',
    ),
    example('FTPWALL_MONITOR="10 3 6 cable=192.0.2.53 mobile=198.51.100.53"\n'),
    example('systemctl enable --now ftpwall-monitor\n'),
    text(
      '`ftpwall status` shows each provider with its state and gateway, `ftpwall show routing` the routing rules and tables, `ftpwall show tc` the queues and their counters. `ftpwall disable mobile` disables a line manually; it stays disabled, also over a reboot, until `ftpwall enable mobile`.',
    ),
    text('The complete configuration with more comments is in `/usr/share/doc/ftpwall/examples/two-providers`.'),
  ],
};
