/** proxyarp under Shorewall and under ours: who answers for which address, on each network, and where its packets go. */
import { describe, expect, test } from 'vitest';
import { isRoot } from '../../kernel/possible.ts';
import { shorewallIsHere } from '../shorewall.ts';
import { bothAlive, type Example } from './alive.ts';

const asked = ['192.0.2.100', '192.0.2.101', '192.0.2.102', '192.0.2.103', '203.0.113.9', '10.0.0.9'];

const examples: Readonly<Record<string, Example>> = {
  'a host behind the firewall, and one that has its route': {
    settings: '',
    files: { proxyarp: '192.0.2.100 eth2 eth0 No Yes\n192.0.2.102 - eth0 Yes\n' },
  },
  'one that goes with the firewall': {
    settings: '',
    files: { proxyarp: '192.0.2.100 eth2 eth0\n192.0.2.101 eth2 eth0 no no\n192.0.2.102 eth2 eth0 Yes\n' },
  },
  'an interface that answers for all': {
    settings: '',
    files: { interfaces: '?FORMAT 2\nnet eth0 proxyarp\nnet eth1\nloc eth2\n' },
  },
};

describe.skipIf(!isRoot || !shorewallIsHere())('who answers is whom Shorewall makes answer', () => {
  test.each(Object.keys(examples))('%s', async (name) => {
    const example = examples[name];
    if (!example) return;
    const { theirs, ours } = await bothAlive(example, 'neighbours.sh', asked);
    expect(theirs.filter((line) => / is at /.test(line)).length).toBeGreaterThan(2);
    expect(ours).toEqual(theirs);
  });

  test('neighbour discovery, where Shorewall does not make it work', async () => {
    const files = { proxyndp: '2001:db8:1::100 eth2 eth0 No Yes\n2001:db8:1::102 - eth0 Yes\n' };
    const addresses = ['2001:db8:1::100', '2001:db8:1::102', '2001:db8:1::103', '2001:db8:3::9'];
    const { theirs, ours } = await bothAlive({ settings: '', files }, 'neighbours.sh', addresses, {}, 6);
    const seen = /peer0 asks for 2001:db8:1::10[02]: /;
    // Shorewall sets proxy_ndp on the interface of the host, and the kernel asks that by which solicitations come
    // (net/ipv6/ndisc.c): nobody answers there, though its manual promises it.
    const told = (lines: readonly string[]) =>
      lines.filter((line) => seen.test(line) && !line.startsWith('after stop'));
    expect(told(theirs).map((line) => line.replace(/.*: /, ''))).toEqual(Array(4).fill('nobody answers'));
    expect(told(ours).map((line) => line.replace(/.*: /, ''))).toEqual(Array(4).fill('it is at peer0'));
    const rest = (lines: readonly string[]) => lines.filter((line) => !told(lines).includes(line));
    expect(rest(ours)).toEqual(rest(theirs));
  });
});
