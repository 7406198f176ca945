/** Whatever a listing says, it is read or named, and a comparison comes to an end. */
import { expect, test } from 'vitest';
import { compareWithListing } from '../../compiler/answers/compare/verify.ts';
import { compile } from '../../compiler/compile.ts';
import { readDump } from '../../compiler/dumps/read.ts';
import { memoryEnvironment } from '../support/memory-environment.ts';
import { random } from '../support/probes/probes.ts';

const { model, lowered } = compile(
  memoryEnvironment({
    zones: 'fw firewall\nnet ip\n',
    interfaces: '?FORMAT 2\nnet eth0\n',
    policy: '$FW all ACCEPT\nall all DROP\n',
    rules: 'ACCEPT net $FW tcp 22\n',
  }),
  { version: '0', purpose: 'answers', lint: false },
);

const iptables = `*nat
:PREROUTING ACCEPT [0:0]
:POSTROUTING ACCEPT [0:0]
-A PREROUTING -d 192.0.2.1/32 -p tcp -m tcp --dport 80 -j DNAT --to-destination 10.0.0.1-10.0.0.4:8080-8090 --random
-A PREROUTING -p udp -m udp --dport 53 -j REDIRECT --to-ports 5353
-A POSTROUTING -s 10.0.0.0/24 -o eth0 -j NETMAP --to 203.0.113.0/24
-A POSTROUTING -o eth+ -j MASQUERADE --to-ports 1024-2048
COMMIT
*mangle
:PREROUTING ACCEPT [0:0]
-A PREROUTING -m mark ! --mark 0x1/0xff -j MARK --set-xmark 0x2/0xff
-A PREROUTING -j CONNMARK --restore-mark --nfmask 0xff --ctmask 0xff
COMMIT
*filter
:INPUT DROP [0:0]
:logged - [0:0]
-A INPUT -p tcp -m multiport --ports 22,80:90 -m conntrack ! --ctstate DNAT,RELATED -j ACCEPT
-A INPUT -p icmp -m icmp --icmp-type 3/4 -m limit --limit 3/min --limit-burst 5 -j logged
-A INPUT -p tcp -m tcp ! --tcp-flags FIN,SYN,RST,ACK SYN -m hashlimit --hashlimit-upto 1/sec --hashlimit-burst 2 --hashlimit-mode srcip --hashlimit-name x -j DROP
-A INPUT -m iprange --src-range 10.0.0.1-10.0.0.9 -m mac --mac-source 00:53:00:00:00:01 -m length --length 40:60 -j REJECT --reject-with icmp-host-prohibited
-A logged -m addrtype --dst-type BROADCAST -j RETURN
-A logged -m set --match-set bad src -m recent --rcheck --seconds 60 --name x -g logged
COMMIT
`;

const nft = `table inet filter {
	set bad {
		type ipv4_addr . inet_service
		flags interval
		elements = { 192.0.2.1 . 80, 10.0.0.0/8 . 1-1024 }
	}
	map ways {
		type ifname : verdict
		elements = { "eth0" : jump other, "ppp*" : drop }
	}
	chain input {
		type filter hook input priority filter - 5; policy drop;
		ct state vmap { established : accept, related : accept, invalid : drop }
		ip saddr . tcp dport @bad counter packets 1 bytes 2 drop
		iifname vmap @ways
		tcp flags & (fin | syn) == fin | syn drop
		tcp flags syn / fin,syn,rst,ack limit rate over 3/second burst 5 packets drop
		meta l4proto { tcp, udp } th dport 53 accept
		icmp type . icmp code { 3 . 4, 8 . 0-255 } accept
		update @rates { ip saddr limit rate 3/minute } reject with icmpx admin-prohibited
	}
	chain other {
		meta mark & 0x000000ff == 0x00000001 meta mark set meta mark & 0xffffff00 | 0x00000002 return
		dnat ip to 10.0.0.1:80
	}
}
`;

const pieces = [
  '-1',
  '99999',
  '4294967296',
  '0x',
  '/33',
  '10.0.0.9-10.0.0.1',
  '::1',
  '!',
  '{',
  '}',
  '"',
  '-j',
  '--dport',
  '@bad',
  '.',
  ',',
  'jump',
  'goto',
  'other',
  '65535-1',
  '',
];

test.each([
  ['iptables-save', iptables],
  ['nft', nft],
])('%s with other words in any place', (_name, text) => {
  if (!model || !lowered) throw new Error('the folder does not compile');
  const next = random(5);
  const pick = <Item>(list: readonly Item[]): Item => list[Math.floor(next() * list.length)] as Item;
  const outcomes = new Set<string>();
  for (let round = 0; round < 40; round += 1) {
    const words = text.split(/( |\n)/);
    for (let count = 0; count < 3; count += 1)
      words[Math.floor(next() * words.length)] = pick([...pieces, pick(words)]);
    const read = readDump({ path: 'listing', text: words.join('') }, 4);
    if (read.kind === 'none') outcomes.add('none');
    else {
      const { ruleset, versions, unknown } = read.dump;
      const conditions = unknown.flatMap(({ condition }) => condition ?? []);
      outcomes.add(compareWithListing({ ruleset, versions, unknown: conditions }, { model, ruleset: lowered }).kind);
    }
  }
  expect([...outcomes]).toContain('compared');
});
