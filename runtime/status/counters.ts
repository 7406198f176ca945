/** The counters of the loaded rules, by the configuration lines that the rules carry as their comments. */
import { type ListedElement, type ListedRule, listNftables } from './nft-listing.ts';

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

const tableName = 'ftpwall';

/** Reads every table of ours. */
export function readHits(): HitsReading {
  const listing = listNftables();
  if (listing.kind === 'refused') return listing;
  const rules = listing.rules.filter(({ table }) => table === tableName);
  const elements = listing.elements.filter(({ table }) => table === tableName);
  return { kind: 'read', lines: hitsOf([...rules.flatMap(counted), ...elements.map(decided)]) };
}

/** How a rule ends, for the choice of those that count a packet once. */
type Kind = 'decides' | 'translates' | 'notes';

const decisions = ['accept', 'drop', 'reject', 'goto', 'jump', 'queue', 'return'];
const translations = ['dnat', 'snat', 'masquerade', 'redirect', 'notrack'];

function kindOf({ expr }: ListedRule): Kind {
  const keys = expr.flatMap((each) => Object.keys(each));
  if (keys.some((key) => translations.includes(key))) return 'translates';
  return keys.some((key) => decisions.includes(key)) ? 'decides' : 'notes';
}

/** A rule, or an element of a map, with its counter. */
interface Counted {
  readonly comment: string;
  readonly counter: { readonly packets: number; readonly bytes: number };
  readonly kind: Kind;
}

function counted(rule: ListedRule): readonly Counted[] {
  const counter = rule.expr.map(counterOf).find((each) => each !== undefined);
  const { comment } = rule;
  return counter === undefined || comment === undefined ? [] : [{ comment, counter, kind: kindOf(rule) }];
}

function decided({ comment, counter }: ListedElement): Counted {
  return { comment, counter, kind: 'decides' };
}

/**
 * One line may have become rules that see the same packet: one that attaches a helper, one that translates, one that
 * accepts. The last of these that there is tells how often the line was met.
 */
function hitsOf(all: readonly Counted[]): readonly LineHits[] {
  const places = new Map<string, Map<Kind, { packets: number; bytes: number }>>();
  for (const { comment, counter, kind } of all) {
    const place = placeIn(comment);
    const kinds = places.get(place) ?? new Map<Kind, { packets: number; bytes: number }>();
    places.set(place, kinds);
    const sum = kinds.get(kind) ?? { packets: 0, bytes: 0 };
    kinds.set(kind, { packets: sum.packets + counter.packets, bytes: sum.bytes + counter.bytes });
  }
  const lines = [...places].map(([place, kinds]) => ({
    place,
    ...(kinds.get('decides') ?? kinds.get('translates') ?? kinds.get('notes') ?? { packets: 0, bytes: 0 }),
  }));
  return lines.filter(({ place, packets }) => packets > 0 || !place.startsWith('library/')).sort(byFileAndLine);
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

function counterOf(expression: Readonly<Record<string, unknown>>): { packets: number; bytes: number } | undefined {
  return expression.counter as { packets: number; bytes: number } | undefined;
}

/** The first place is the line that was written; what follows are macros and actions. */
function placeIn(comment: string): string {
  return /^\S+:\d+/.exec(comment)?.[0] ?? comment;
}
