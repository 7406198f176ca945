/** What connection tracking knows, marks, and who sent a packet. */

import { markNumber } from '../../../language/mark-layout.ts';
import { connectionStates, helperTable } from '../../../language/names.ts';
import type { ConnectionState } from '../../../net/state.ts';
import { markCompared } from '../../columns/marks.ts';
import { address, networkOf } from './addresses.ts';
import { decimal, listOf, type Modules, type OptionReader, one } from './kinds.ts';

/** States that are none of the connection's but say what translation did. */
const translations = { SNAT: 'snat', DNAT: 'dnat' } as const;

const states: OptionReader = (take, negated) => {
  const names = take().split(',');
  const [only = ''] = names;
  if (names.length === 1 && Object.hasOwn(translations, only)) {
    // A packet without a connection is neither, and nft asks it nothing.
    if (negated) return 'nftables asks only packets of a connection whether it is translated';
    return one({ kind: 'natted', how: translations[only as keyof typeof translations], negated });
  }
  if (names.some((name) => Object.hasOwn(translations, name))) return 'write a line for SNAT or DNAT';
  const wanted = listOf(names.join(), (name): ConnectionState | undefined => connectionStates[name]);
  return wanted && one({ kind: 'state', negated, states: wanted });
};

function mark(kind: 'connectionMark' | 'packetMark'): OptionReader {
  return (take, negated) => {
    const [first = '', second = '0xffffffff', ...more] = take().split('/');
    const [value, mask] = [markNumber(first), markNumber(second)];
    if (value === undefined || mask === undefined || more.length > 0) return undefined;
    return one(markCompared({ kind, negated, value, mask })) ?? 'bit 31 of the connection mark is of ftpwall';
  };
}

function owner(kind: 'user' | 'group', id: 'userId' | 'groupId'): OptionReader {
  return (take, negated, context) => {
    const [first, last, ...more] = take()
      .split('-')
      .map((text) => decimal(text) ?? context[id](text));
    if (first === undefined || more.length > 0 || (last ?? first) < first) return undefined;
    return one({ kind, negated, ids: [{ first, last: last ?? first }] });
  };
}

/** The options, by module. */
export const ofConnections: Modules = {
  connmark: { '--mark': mark('connectionMark') },
  conntrack: {
    '--ctstate': states,
    '--ctorigsrc': address('originalAddress', 'saddr', networkOf),
    '--ctorigdst': address('originalAddress', 'daddr', networkOf),
  },
  helper: {
    '--helper': (take, negated) => {
      const helper = take().replace(/-\d+$/, '');
      if (negated) return 'nftables asks only connections that a helper announced for their helper';
      return Object.hasOwn(helperTable, helper) ? one({ kind: 'connectionHelper', helper }) : undefined;
    },
  },
  mark: { '--mark': mark('packetMark') },
  owner: { '--uid-owner': owner('user', 'userId'), '--gid-owner': owner('group', 'groupId') },
  state: { '--state': states },
};
