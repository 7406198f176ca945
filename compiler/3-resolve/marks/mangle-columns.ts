/** The columns that only `mangle` has: LENGTH, TOS, DSCP, CONNBYTES, STATE, PROBABILITY, HELPER. */

import { unknownOption } from '../../diagnostics/catalogue/options.ts';
import { badParameter } from '../../diagnostics/catalogue/targets.ts';
import { nearest } from '../../diagnostics/suggest.ts';
import type { KernelField, Match } from '../../ir/ruleset.ts';
import { markNumber } from '../../language/mark-layout.ts';
import { connectionStates, helperTable } from '../../language/names.ts';
import type { Cell } from '../../language/schema.ts';
import type { Name } from '../../language/values.ts';
import type { ConnectionState } from '../../net/state.ts';
import { chanceOf } from '../columns/chance.ts';
import { codepoint, serviceClasses, tosOf } from '../iptables/options/headers.ts';
import type { Scope } from '../scope.ts';

type Words = Readonly<
  Partial<Record<'length' | 'tos' | 'dscp' | 'connbytes' | 'state' | 'probability' | 'helper', Cell<Name> | undefined>>
>;

/** What these columns ask for; undefined after a message. */
export function columnsOfMangle(cells: Words, scope: Scope): readonly Match[] | undefined {
  const parts = readers.map(([name, read]) => {
    const cell = cells[name];
    if (!cell) return [];
    const match = read(cell, scope);
    return match && (Array.isArray(match) ? (match as readonly Match[]) : [match as Match]);
  });
  return parts.includes(undefined) ? undefined : parts.flatMap((part) => part ?? []);
}

type Reader = (cell: Cell<Name>, scope: Scope) => Match | readonly Match[] | undefined;

/** A reader of a text, with what its message wants. */
function reads(column: string, wanted: string, read: (text: string) => Match | undefined): Reader {
  return (cell, { report }) => {
    const match = read(cell.value.name);
    if (!match) report.add(badParameter(cell.span, column, cell.value.name, wanted));
    return match;
  };
}

/** Names of the time before RFC 2474, as Shorewall writes them. */
const serviceWord = /^tos-/i;

/** `value[/mask]` or a name, as bits of the traffic class. */
export function serviceOf(text: string): { readonly mask: number; readonly value: number } | undefined {
  const found = tosOf(text.replace(serviceWord, ''));
  return found && found.mask <= 0xff && (found.value & ~found.mask) === 0 ? found : undefined;
}

/** A code point by its name or number. */
export function codepointOf(text: string): { readonly mask: number; readonly value: number } | undefined {
  return codepoint(serviceClasses[text.toUpperCase()] ?? markNumber(text));
}

function lengthOf(text: string): Match | undefined {
  const [, negated, first = '', colon, last = ''] = /^(!?)(\d*)(:?)(\d*)$/.exec(text) ?? [];
  if (first === '' && last === '') return undefined;
  const from = first === '' ? 0 : Number(first);
  const to = last === '' ? (colon ? 65535 : from) : Number(last);
  if (from > to || to > 65535) return undefined;
  return { kind: 'length', negated: negated === '!', ranges: [{ first: from, last: to }] };
}

const directions = { O: 'original', R: 'reply', B: 'both', '': 'both' } as const;
const volumes = { P: 'packets', B: 'bytes', A: 'bytes a packet', '': 'bytes' } as const;

function volumeOf(text: string): Match | undefined {
  const found = /^(!?)(\d+):(\d*)(?::([ORB]?))?(?::([PBA]?))?$/.exec(text);
  if (!found) return undefined;
  const [, negated, least = '', most = '', direction = '', volume = ''] = found;
  const field: KernelField = `${volumes[volume as keyof typeof volumes]} ${directions[direction as keyof typeof directions]}`;
  // nft reads numbers of 64 bits; larger ones than these no connection carries.
  const last = most === '' ? Number.MAX_SAFE_INTEGER : Number(most);
  if (Number(least) > last) return undefined;
  return { kind: 'field', field, negated: negated === '!', ranges: [{ first: Number(least), last }] };
}

/** Names of states, all negated or none. */
const stateReader: Reader = (cell, { report }) => {
  const [, sign, list = ''] = /^(!?)(.*)$/.exec(cell.value.name) ?? [];
  const states: ConnectionState[] = [];
  for (const name of list.split(',')) {
    const state = connectionStates[name.toUpperCase()];
    if (!state) {
      report.add(unknownOption(cell.span, name, nearest(name, Object.keys(connectionStates))));
      return undefined;
    }
    states.push(state);
  }
  return { kind: 'state', negated: sign === '!', states };
};

/** The helper of the connection that announced the packet's. */
const helperReader = reads('HELPER', 'the name of a helper', (text) => {
  const name = text.replace(/-0$/, '');
  return Object.hasOwn(helperTable, name) ? { kind: 'connectionHelper', helper: name } : undefined;
});

const readers: readonly (readonly [keyof Words, Reader])[] = [
  ['length', reads('LENGTH', 'bytes: `n`, `:n`, `n:` or `n:m`', lengthOf)],
  [
    'tos',
    reads('TOS', '`value[/mask]`, or a name such as `tos-minimize-delay`', (text) => {
      const bits = serviceOf(text.replace(/^!/, ''));
      return bits && { kind: 'trafficClass', negated: text.startsWith('!'), ...bits };
    }),
  ],
  [
    'dscp',
    reads('DSCP', '`BE`, `EF`, `CS0` to `CS7`, `AF11` to `AF43`, or a number up to 63', (text) => {
      const bits = codepointOf(text.replace(/^!/, ''));
      return bits && { kind: 'trafficClass', negated: text.startsWith('!'), ...bits };
    }),
  ],
  ['connbytes', reads('CONNBYTES', '`[!]min:[max][:O|R|B][:B|P|A]`', volumeOf)],
  ['state', stateReader],
  ['helper', helperReader],
  ['probability', (cell, { report }) => chanceOf(cell, report)],
];
