/** What a listing does between two zones, state by state, as the sections of `rules` hold it. */
import type { Hook } from '../../ir/ruleset.ts';
import type { InterfacePattern } from '../../net/interface.ts';
import type { ConnectionState } from '../../net/state.ts';
import type { Version } from '../../net/version.ts';
import { forBothVersions } from './address-types.ts';
import { keyOf } from './conditions.ts';
import { type Leaf, leavesOf, type Met } from './leaves.ts';
import { filterLine, type Line, merged, type Unsaids } from './line.ts';
import { chainsAt, type Rules } from './situation.ts';
import { firewallZone, type ListedZone } from './zones.ts';

/** The lines between two zones by section; the last line of each has no conditions, but for `ALL`. */
export interface PairLines {
  readonly source: ListedZone;
  readonly dest: ListedZone;
  readonly all: readonly Line[];
  readonly byState: ReadonlyMap<ConnectionState, readonly Line[]>;
}

/** The rules of each IP version that a listing tells of. */
export type ByVersion = ReadonlyMap<Version, Rules>;

const states: readonly ConnectionState[] = ['established', 'related', 'invalid', 'untracked', 'new'];

/** Every pair of zones. */
export function pairsOf(zones: readonly ListedZone[], rules: ByVersion, unsaids: Unsaids): readonly PairLines[] {
  const all = [firewallZone, ...zones];
  return all.flatMap((source) => all.map((dest) => pairOf(source, dest, rules, unsaids)));
}

function pairOf(source: ListedZone, dest: ListedZone, rules: ByVersion, unsaids: Unsaids): PairLines {
  const sections = [...rules].map(([version, of]) => {
    const lists = states.map((state) => leavesOf(metBy(source, dest, of, { version, state }), of));
    const common = commonStart(lists);
    const meant = (leaf: Leaf) => (rules.size > 1 ? forBothVersions(leaf) : [leaf]);
    const lines = (leaves: readonly Leaf[]) =>
      leaves.flatMap(meant).flatMap((leaf) => filterLine(leaf, version, unsaids) ?? []);
    return { all: lines((lists[0] ?? []).slice(0, common)), byState: lists.map((list) => lines(list.slice(common))) };
  });
  const [one, other] = sections;
  const joined = (a: readonly Line[] = [], b?: readonly Line[]) => (b ? merged(a, b) : a);
  return {
    source,
    dest,
    all: joined(one?.all, other?.all),
    byState: new Map(states.map((state, index) => [state, joined(one?.byState[index], other?.byState[index])])),
  };
}

/** Of what holds in every state only what stands before the first rule that accepts: the rest is for the section of new connections. */
function commonStart(lists: readonly (readonly Leaf[])[]): number {
  const [first = [], ...others] = lists;
  const isPlain = first.length === 1 && first[0]?.deed.kind === 'accept';
  if (isPlain) return 0;
  const differs = first.findIndex(
    (leaf, index) => index === first.length - 1 || others.some((list) => keyOf(list[index]) !== keyOf(leaf)),
  );
  return Math.max(0, differs);
}

type Hooks = readonly (readonly [hook: Hook['hook'], by: InterfacePattern | null, to: InterfacePattern | null])[];

/** The base chains in the order in which packets between the zones meet them. */
function metBy(
  source: ListedZone,
  dest: ListedZone,
  rules: Rules,
  known: { readonly version: Version; readonly state: ConnectionState },
): readonly Met[] {
  return hooksOf(source.pattern ?? null, dest.pattern ?? null).flatMap(([hook, iifname, oifname]) =>
    chainsAt(rules, hook, false).map((chain) => ({ chain, situation: { ...known, iifname, oifname } })),
  );
}

const loopback: InterfacePattern = { name: 'lo', wildcard: false };

function hooksOf(by: InterfacePattern | null, to: InterfacePattern | null): Hooks {
  const received: Hooks = [['prerouting', by ?? loopback, null]];
  if (by && to) return [...received, ['forward', by, to], ['postrouting', by, to]];
  if (by) return [...received, ['input', by, null]];
  const sent: Hooks = [
    ['output', null, to ?? loopback],
    ['postrouting', null, to ?? loopback],
  ];
  return to ? sent : [...sent, ...received, ['input', loopback, null]];
}

/** Whether the packets of a list are all accepted, or all dropped. */
export function plainVerdict(lines: readonly Line[]): 'ACCEPT' | 'DROP' | undefined {
  const [line, ...more] = lines;
  return line && more.length === 0 && line.version === undefined && (line.action === 'ACCEPT' || line.action === 'DROP')
    ? line.action
    : undefined;
}
