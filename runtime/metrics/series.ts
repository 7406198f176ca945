/** The counters of the kernel as series: one for each line, one for each pair of zones. */
import type { Ruleset } from '../../compiler/ir/ruleset.ts';
import type { LineTexts } from '../generations/line-texts.ts';
import { counterOf, countersOf, placeIn, type ReadListing, tableName } from '../status/counters.ts';
import type { ListedRule } from '../status/nft-listing.ts';
import type { Count, Parts } from './ledger.ts';

export type Series = ReadonlyMap<string, Parts>;

const longestText = 120;

/** A series by its labels, as one word of the ledger. */
function nameOf(...labels: readonly string[]): string {
  return JSON.stringify(labels);
}

export function labelsOf(name: string): readonly string[] {
  return JSON.parse(name) as readonly string[];
}

/**
 * Lines by their place and text: a line that moved, or says something else, is another series, so no series goes on with
 * the counter of another line. Its parts are the chains that it counts in.
 */
export function lineSeries(listing: ReadListing, texts: LineTexts): Series {
  const series = new Map<string, Map<string, Count>>();
  for (const { place, family, chain, packets, bytes } of countersOf(listing)) {
    if (packets === 0 && place.startsWith('library/')) continue;
    add(series, nameOf('line', place, texts.of(place).slice(0, longestText)), `${family} ${chain}`, [packets, bytes]);
  }
  return series;
}

/**
 * Pairs of zones by the rules of their chains that decide. The first that every packet meets counts all that is left,
 * and what follows counts the same packets again. Parts are lines, by their text.
 */
export function pairSeries(listing: ReadListing, tables: readonly Ruleset[], texts: LineTexts): Series {
  const pairs = pairsOf(tables);
  const series = new Map<string, Map<string, Count>>();
  const enter = (family: string, chain: string, comment: string, { packets, bytes }: Counter): void => {
    const pair = pairs.get(`${family} ${chain}`);
    const place = placeIn(comment);
    if (pair) add(series, pair, texts.of(place) || place, [packets, bytes]);
  };
  for (const chain of chainsOf(listing)) {
    for (const rule of chain) {
      const counter = counterOf(rule);
      const all = meetsAll(rule);
      if (counter && (all || decides(rule))) enter(rule.family, rule.chain, rule.comment ?? '', counter);
      const map = mapOf(rule);
      for (const each of listing.elements) {
        if (map === each.map && each.table === tableName && each.family === rule.family)
          enter(rule.family, rule.chain, each.comment, each.counter);
      }
      if (counter && all) break;
    }
  }
  return series;
}

type Counter = { readonly packets: number; readonly bytes: number };

/** The names of chains of pairs, and of their parts, as the compiler says it in their comments. */
function pairsOf(tables: readonly Ruleset[]): ReadonlyMap<string, string> {
  return new Map(
    tables.flatMap(({ family, chains }) => {
      const comments = new Map(chains.map(({ name, comment = '' }) => [name, comment]));
      return chains.flatMap(({ name }) => {
        const pair = pairOf(name, comments);
        return pair === undefined ? [] : [[`${family} ${name}`, pair] as const];
      });
    }),
  );
}

function pairOf(chain: string, comments: ReadonlyMap<string, string>): string | undefined {
  const comment = comments.get(chain) ?? '';
  const [, source, dest] = /^from (\S+) to (\S+)$/.exec(comment) ?? [];
  if (source !== undefined && dest !== undefined) return nameOf('pair', source, dest);
  const [, whole] = /^(?:rules|a line) of (\S+)/.exec(comment) ?? [];
  return whole === undefined ? undefined : pairOf(whole, comments);
}

function chainsOf({ rules }: ReadListing): readonly (readonly ListedRule[])[] {
  const chains = new Map<string, ListedRule[]>();
  for (const rule of rules.filter(({ table }) => table === tableName)) {
    const name = `${rule.family} ${rule.chain}`;
    const known = chains.get(name);
    if (known) known.push(rule);
    else chains.set(name, [rule]);
  }
  return [...chains.values()];
}

const verdicts = ['accept', 'drop', 'reject', 'goto', 'queue'];
const matchless = [...verdicts, 'counter', 'jump', 'log'];

function decides({ expr }: ListedRule): boolean {
  return expr.some((each) => verdicts.some((verdict) => verdict in each));
}

function meetsAll({ expr }: ListedRule): boolean {
  return expr.every((each) => Object.keys(each).every((key) => matchless.includes(key)));
}

function mapOf({ expr }: ListedRule): string | undefined {
  const looking = expr.map(({ vmap }) => (vmap as { readonly data?: unknown } | undefined)?.data);
  return looking.flatMap((data) => (typeof data === 'string' ? [data.replace(/^@/, '')] : []))[0];
}

function add(series: Map<string, Map<string, Count>>, name: string, part: string, [packets, bytes]: Count): void {
  const parts = series.get(name) ?? new Map<string, Count>();
  const [p, b] = parts.get(part) ?? [0, 0];
  series.set(name, parts.set(part, [p + packets, b + bytes]));
}
