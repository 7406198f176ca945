/** The tables of a generation as data, kept beside their text, so that packets can be judged by them at any time. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { NftRule, Ruleset, SetElement } from '../../compiler/ir/ruleset.ts';
import { placeOf } from '../../compiler/source.ts';
import { refusalOfAdmin } from '../apply/admin-connection.ts';
import { codeOf } from '../environment/system-errors.ts';

export const rulesetsName = 'rulesets.json';

/** Addresses are numbers that JSON has not: they stand as `{ "bigint": "…" }`. Of the configuration only places are kept. */
export function rulesetsToJson(tables: readonly Ruleset[]): string {
  const placed = tables.map((table) => ({
    ...table,
    sets: table.sets.map((set) => ({ ...set, elements: set.elements.map(withPlace) })),
    chains: table.chains.map((chain) => ({ ...chain, rules: chain.rules.map(withPlace) })),
  }));
  return JSON.stringify(placed, (_, value) => (typeof value === 'bigint' ? { bigint: String(value) } : value));
}

function withPlace<From extends NftRule | SetElement>({ origin, ...rest }: From): Omit<From, 'origin'> {
  const line = origin?.at(-1);
  return line === undefined ? rest : { ...rest, comment: placeOf(line) };
}

/** In words, why the kept rules refuse whoever calls us, as `refusalOfAdmin`. The folder is whole by its checksums. */
export async function refusalByKept(folder: string): Promise<string | undefined> {
  const tables = readRulesets(folder);
  return tables === undefined ? undefined : refusalOfAdmin(tables);
}

/** The tables of a generation, which is whole by its checksums; undefined when a version kept it that kept no data. */
export function readRulesets(folder: string): readonly Ruleset[] | undefined {
  try {
    return JSON.parse(readFileSync(join(folder, rulesetsName), 'utf8'), (_, value) =>
      typeof value?.bigint === 'string' ? BigInt(value.bigint) : value,
    ) as readonly Ruleset[];
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined; // kept by a version that did not judge
    throw error;
  }
}
