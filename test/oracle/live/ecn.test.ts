/**
 * `ecn` under Shorewall and under ours: the flags of the packets that open connections and that answer, as they leave. Later
 * packets of a connection have no flag to clear when neither has it, so nothing but these is changed by ours.
 */
import { describe, expect, test } from 'vitest';
import { isRoot } from '../../kernel/possible.ts';
import { shorewallIsHere } from '../shorewall.ts';
import { bothAlive, type Example } from './alive.ts';

const examples: Readonly<Record<string, Example>> = {
  'a network behind an interface': { settings: '', files: { ecn: 'eth0 203.0.113.0/24\n' } },
  'every host behind an interface': { settings: '', files: { ecn: 'eth0\n' } },
  'an action of mangle': { settings: '', files: { mangle: 'ECN:T - eth0:203.0.113.9,203.0.114.0/24 tcp\n' } },
};

describe.skipIf(!isRoot || !shorewallIsHere())('what is said of congestion is what Shorewall lets be said', () => {
  test.each(Object.keys(examples))('%s', async (name) => {
    const example = examples[name];
    if (!example) return;
    const { theirs, ours } = await bothAlive(example, 'ecn.sh');
    expect(theirs).toContain('after start, to 203.0.113.9, syn ece cwr: syn');
    expect(theirs).toContain('after start, answer to 203.0.113.9, syn ack ece: syn ack');
    expect(theirs).toContain('after start, own connection to 203.0.113.9: syn');
    expect(ours).toEqual(theirs);
  });
});
