/** The counters of the loaded rules, by the configuration lines that the rules carry as their comments. */
import { type ListedElement, type ListedRule, type Listing, listNftables } from './nft-listing.ts';

/** What a line of the configuration has counted since it was loaded. */
export interface LineHits {
  /** The line that somebody wrote: `rules:14`; or the comment of a rule that no line made. */
  readonly place: string;
  readonly packets: number;
  readonly bytes: number;
}

/** The lines by file and number, or why there are none, as a clause. */
export type HitsReading =
  | { readonly kind: 'read'; readonly lines: readonly LineHits[] }
  | { readonly kind: 'refused'; readonly reason: string };

/** What a line has counted in one chain. */
export interface LineCounter extends LineHits {
  readonly family: string;
  /** The chain of its rules, or of the rule that looks into its map; empty where several chains look into one. */
  readonly chain: string;
}

/** A listing that could be read. */
export type ReadListing = Extract<Listing, { readonly kind: 'read' }>;

export const tableName = 'ftpwall';

/** Reads every table of ours. */
export function readHits(): HitsReading {
  const listing = listNftables();
  if (listing.kind === 'refused') return listing;
  return { kind: 'read', lines: hitsOf(countersOf(listing)) };
}

/** How a rule ends, for the choice of those that count a packet once. */
type Kind = 'decides' | 'calls' | 'translates' | 'notes';

const decisions = ['accept', 'drop', 'reject', 'goto', 'queue', 'return'];
const translations = ['dnat', 'snat', 'masquerade', 'redirect', 'notrack'];

function kindOf({ expr }: ListedRule): Kind {
  const keys = expr.flatMap((each) => Object.keys(each));
  if (keys.some((key) => translations.includes(key))) return 'translates';
  if (keys.includes('jump')) return 'calls';
  return keys.some((key) => decisions.includes(key)) ? 'decides' : 'notes';
}

/** A rule, or an element of a map, with its counter. */
interface Counted extends LineCounter {
  readonly kind: Kind;
}

function counted(rule: ListedRule): readonly Counted[] {
  const counter = counterOf(rule);
  const { comment, family, chain } = rule;
  if (counter === undefined || comment === undefined) return [];
  return [{ place: placeIn(comment), family, chain, ...counter, kind: kindOf(rule) }];
}

/** What every line of our tables has counted in each chain. */
export function countersOf({ rules, elements }: ReadListing): readonly LineCounter[] {
  const ours = rules.filter(({ table }) => table === tableName);
  const chains = chainsOfMaps(ours);
  const decided = ({ family, map, comment, counter }: ListedElement): Counted => {
    const chain = chains.get(`${family} ${map}`) ?? '';
    return { place: placeIn(comment), family, chain, ...counter, kind: 'decides' };
  };
  return chosen([...ours.flatMap(counted), ...elements.filter(({ table }) => table === tableName).map(decided)]);
}

/** The chain that looks into each map of verdicts, where it is one alone. */
function chainsOfMaps(rules: readonly ListedRule[]): ReadonlyMap<string, string> {
  const chains = new Map<string, string>();
  for (const { family, chain, expr } of rules) {
    for (const each of expr) {
      const { data } = (each.vmap ?? {}) as { readonly data?: unknown };
      if (typeof data !== 'string') continue;
      const map = `${family} ${data.replace(/^@/, '')}`;
      chains.set(map, [chain, undefined].includes(chains.get(map)) ? chain : '');
    }
  }
  return chains;
}

/**
 * One line may have become rules that see the same packet: one that attaches a helper, one that translates, one that
 * asks an action and returns, one that accepts. The last of these that there is tells how often the line was met.
 */
function chosen(all: readonly Counted[]): readonly LineCounter[] {
  const kinds = new Map<string, Set<Kind>>();
  for (const { place, kind } of all) kinds.set(place, (kinds.get(place) ?? new Set()).add(kind));
  const order: readonly Kind[] = ['decides', 'calls', 'translates', 'notes'];
  return all.flatMap(({ kind, ...each }) =>
    order.find((one) => kinds.get(each.place)?.has(one)) === kind ? [each] : [],
  );
}

function hitsOf(all: readonly LineCounter[]): readonly LineHits[] {
  const places = new Map<string, LineHits>();
  for (const { place, packets, bytes } of all) {
    const sum = places.get(place) ?? { place, packets: 0, bytes: 0 };
    places.set(place, { place, packets: sum.packets + packets, bytes: sum.bytes + bytes });
  }
  return [...places.values()]
    .filter(({ place, packets }) => packets > 0 || !place.startsWith('library/'))
    .sort(byFileAndLine);
}

/** Lines of files by their numbers, and behind them what no line of the user's made. */
function byFileAndLine(a: LineHits, b: LineHits): number {
  const [fileA, lineA] = fileAndLine(a);
  const [fileB, lineB] = fileAndLine(b);
  return fileA === fileB ? lineA - lineB : fileA < fileB ? -1 : 1;
}

function fileAndLine({ place }: LineHits): readonly [string, number] {
  const [, file, line] = /^(\S+):(\d+)$/.exec(place) ?? [];
  if (file === undefined) return ['\u{10ffff}', 0];
  return [file.startsWith('library/') ? `\u{10fffe}${file}` : file, Number(line)];
}

/** The counter of a rule, if it has one. */
export function counterOf({ expr }: ListedRule): { readonly packets: number; readonly bytes: number } | undefined {
  const counting = expr.find(({ counter }) => counter !== undefined && counter !== null);
  return counting?.counter as { readonly packets: number; readonly bytes: number } | undefined;
}

/** The first place is the line that was written; what follows are macros and actions. */
export function placeIn(comment: string): string {
  return /^\S+:\d+/.exec(comment)?.[0] ?? comment;
}
