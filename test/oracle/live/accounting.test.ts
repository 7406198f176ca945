/** Accounting under Shorewall and under ours: the counters of each rule after the same packets. */
import { describe, expect, test } from 'vitest';
import { isRoot } from '../../kernel/possible.ts';
import { shorewallIsHere } from '../shorewall.ts';
import { bothAlive, type Example } from './alive.ts';

const examples: Readonly<Record<string, Example>> = {
  'one chain and those that it calls': {
    settings: '',
    files: {
      accounting:
        'COUNT - eth0 -\nweb:COUNT - eth2 eth0 tcp 80\nweb - eth0 eth2 tcp - 80\nmail:JUMP - - - udp 19\nCOUNT mail eth2:10.0.0.5\nDONE mail - eth0\nCOUNT mail\nCOUNT web - eth0 tcp\nDONE web\nCOUNT - - 203.0.113.0/24\nCOUNT - !10.0.0.5\nDONE - - - udp\nCOUNT\n',
    },
  },
  'sections in all hooks': {
    settings: 'ACCOUNTING_TABLE=mangle\n',
    files: {
      accounting:
        '?SECTION PREROUTING\nCOUNT - eth2 - udp\n?SECTION INPUT\nCOUNT - eth0\n?SECTION OUTPUT\nCOUNT - - eth0\nCOUNT - - - - - - root\nCOUNT - - - - - - !root\n?SECTION FORWARD\nweb - - - tcp\nCOUNT web - eth0 tcp 80\nDONE web - - tcp 80\nCOUNT web\n?SECTION POSTROUTING\nCOUNT - - eth0:203.0.113.0/24\nCOUNT - 10.0.0.0/24 - - - - -\n',
    },
  },
  'sections by marks': {
    settings: 'FORWARD_CLEAR_MARK=No\n',
    files: {
      mangle: 'MARK(7):P 10.1.0.0/24\n',
      accounting:
        '?SECTION INPUT\nCOUNT\n?SECTION FORWARD\nCOUNT - - - - - - - 7\nCOUNT - - - - - - - !7/0xff\nCOUNT - - - icmp\n',
    },
  },
};

describe.skipIf(!isRoot || !shorewallIsHere())('accounting counts as that of Shorewall', () => {
  test.each(Object.keys(examples))('%s', async (name) => {
    const example = examples[name];
    if (!example) return;
    const { theirs, ours } = await bothAlive(example, 'accounting.sh');
    expect(theirs.filter((line) => / [1-9]\d* packets/.test(line)).length).toBeGreaterThan(1);
    expect(ours).toEqual(theirs);
  });
});
