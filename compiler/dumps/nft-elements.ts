/** Elements of sets and maps as nft prints them, and what rules and elements find in their table. */

import type { SetElement, Verdict } from '../ir/ruleset.ts';
import type { Version } from '../net/version.ts';
import type { Selector } from './nft-selectors.ts';
import type { Token } from './nft-tokens.ts';

/** What a rule finds in its table. */
export interface NftTable {
  readonly version?: Version;
  /** The name of a chain, and of a set, of the same table in the whole ruleset. */
  chain(name: string): string;
  set(name: string): string;
  /** Keeps a set or map that has no name, and gives it one. */
  anonymous(elements: readonly SetElement[], isMap: boolean): string;
}

/** Elements between commas. */
export function listOf(tokens: readonly Token[]): readonly (readonly Token[])[] {
  const elements: Token[][] = [[]];
  for (const token of tokens) {
    if (token.text === ',' && !token.quoted) elements.push([]);
    else elements.at(-1)?.push(token);
  }
  return elements.filter((element) => element.length > 0);
}

/** How the parts of elements are read. */
export interface PartReader {
  readonly part?: Selector['part'];
}

/** Elements as data; with a table those of a verdict map. Undefined where one is not understood. */
export function elementsOf(
  written: readonly (readonly Token[])[],
  readers: readonly PartReader[],
  table?: NftTable,
): readonly SetElement[] | undefined {
  const elements = written.map((tokens) => elementOf(tokens, readers, table));
  return elements.every((each) => each !== undefined) ? elements : undefined;
}

function elementOf(tokens: readonly Token[], readers: readonly PartReader[], table?: NftTable): SetElement | undefined {
  const colon = tokens.findIndex(({ text, quoted }) => text === ':' && !quoted);
  const left = colon === -1 ? tokens : tokens.slice(0, colon);
  const end = left.findIndex(
    ({ text, quoted }) => !quoted && ['timeout', 'expires', 'comment', 'counter'].includes(text),
  );
  const words = (end === -1 ? left : left.slice(0, end)).filter(({ text, quoted }) => text !== '.' || quoted);
  const isElse = words.length === 1 && words[0]?.text === '*';
  const key = isElse
    ? readers.map(() => ({ name: '', wildcard: true }))
    : words.map(({ text }, index) => readers[index]?.part?.(text));
  if (key.length !== readers.length || !key.every((part) => part !== undefined)) return undefined;
  if (!table) return { key };
  const verdict = colon === -1 ? undefined : verdictOf(tokens.slice(colon + 1), table);
  return verdict && { key, verdict };
}

/** `accept`, or `jump CHAIN`. */
export function verdictOf([first, target]: readonly Token[], table: NftTable): Verdict | undefined {
  switch (first?.text) {
    case 'accept':
    case 'drop':
    case 'return':
    case 'continue':
      return { kind: first.text };
    case 'jump':
    case 'goto':
      return target && { kind: first.text, chain: table.chain(target.text) };
    default:
      return undefined;
  }
}
