/** Questions about public addresses that are used from inside. */
import { asks, file, question, type Subject } from './question.ts';

export const hairpin: Subject = {
  title: 'Public addresses from inside',
  questions: [
    question(
      'hairpin',
      'The forwarded port works from outside, and not from my own network. Why?',
      'A rule from `net` says nothing of clients in `loc`. When client and server are in one network there is a second reason: the server would answer the client directly, from an address that the client has not asked. So there are three lines: a rule for your own clients, `routeback` on the interface, because packets leave by where they came, and SNAT, so that the answers come back through the firewall.',
      file('interfaces', '?FORMAT 2', 'net   eth0', 'loc   eth1   routeback', 'dmz   eth2'),
      file(
        'rules',
        'Web(DNAT)   net   loc:10.0.1.20   -   -   -   203.0.113.2',
        'Web(DNAT)   loc   loc:10.0.1.20   -   -   -   203.0.113.2',
      ),
      file(
        'snat',
        'SNAT(10.0.1.1)   10.0.1.0/24   eth1:10.0.1.20   tcp   80,443',
        'MASQUERADE       10.0.1.0/24   eth0',
      ),
      'This is called hairpin NAT. A name server that gives your own clients the inner address needs none of it, and the server then sees who asks.',
      asks('loc fw:203.0.113.2 tcp 80', 'ACCEPT', '10.0.1.20:80'),
      asks('net fw:203.0.113.2 tcp 80', 'ACCEPT', '10.0.1.20:80'),
    ),
    question(
      'dmz-by-its-public-address',
      'My server is in a dmz. How do clients in `loc` reach it by its public address?',
      'By a DNAT rule of their own: client and server are in different zones, so nothing else is needed. Where the address of the firewall changes, `&eth0` in ORIGDEST stands for the one that the interface has.',
      file(
        'rules',
        'Web(DNAT)   net   dmz:10.0.2.20   -   -   -   203.0.113.2',
        'Web(DNAT)   loc   dmz:10.0.2.20   -   -   -   203.0.113.2',
      ),
      asks('loc fw:203.0.113.2 tcp 443', 'ACCEPT', '10.0.2.20:443'),
    ),
    question(
      'one-to-one-from-inside',
      'Hosts with one-to-one NAT cannot reach each other by their public addresses.',
      'The line of `nat` holds for what comes by its interface. `Yes` in the fourth column makes it hold for all interfaces; within one network `routeback` and an SNAT are needed as well, as in every hairpin.',
      file('interfaces', '?FORMAT 2', 'net   eth0', 'loc   eth1', 'dmz   eth2   routeback'),
      file('nat', '203.0.113.3   eth0   10.0.2.3   Yes   No'),
      file('snat', 'SNAT(10.0.2.1)   10.0.2.0/24   eth2:10.0.2.3'),
      file('rules', 'Web(ACCEPT)   dmz   dmz:10.0.2.3'),
      asks('dmz fw:203.0.113.3 tcp 80 --out eth2', 'ACCEPT', '10.0.2.3:80'),
    ),
    question(
      'hairpin-over-a-bridge',
      'My network is a bridge. What of the hairpin?',
      'The same lines. The option `bridge` implies `routeback`. Should the bridge send packets through netfilter by itself (br_netfilter), look at `sysctl net.bridge.bridge-nf-call-iptables`: with 1, what goes from port to port meets the firewall, too.',
      file('interfaces', '?FORMAT 2', 'net   eth0', 'loc   br0    bridge', 'dmz   eth2'),
      file('rules', 'Web(DNAT)   loc   loc:10.0.1.20   -   -   -   203.0.113.2'),
      file('snat', 'SNAT(10.0.1.1)   10.0.1.0/24   br0:10.0.1.20   tcp   80,443'),
      asks('loc fw:203.0.113.2 tcp 80', 'ACCEPT', '10.0.1.20:80'),
    ),
    question(
      'from-the-firewall-itself',
      'The firewall itself cannot reach its own public address, which it forwards.',
      'What the firewall sends meets rules from `$FW` alone. Give it one.',
      file(
        'rules',
        'Web(DNAT)   net   dmz:10.0.2.20   -   -   -   203.0.113.2',
        'Web(DNAT)   $FW   dmz:10.0.2.20   -   -   -   203.0.113.2',
      ),
      asks('fw fw:203.0.113.2 tcp 80', 'ACCEPT', '10.0.2.20:80'),
    ),
  ],
};
