/** The tables of a generation as data, kept beside their text, so that packets can be judged by them at any time. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ElementPart, NftRule, Ruleset, SetElement, Verdict } from '../../compiler/ir/ruleset.ts';
import { placeOf } from '../../compiler/source.ts';
import { refusalOfAdmin } from '../apply/admin-connection.ts';
import { codeOf } from '../environment/system-errors.ts';

export const rulesetsName = 'rulesets.json';

/** Addresses are numbers that JSON has not: they stand as `{ "bigint": "…" }`. Of the configuration only places are kept. */
export function rulesetsToJson(tables: readonly Ruleset[]): string {
  return arrayOf(tables, (table) =>
    withMembers(table, {
      sets: arrayOf(table.sets, (set) => withMembers(set, { elements: elementsToJson(set.elements) })),
      chains: arrayOf(table.chains, (chain) => withMembers(chain, { rules: arrayOf(chain.rules, placedToJson) })),
    }),
  );
}

function arrayOf<Item>(items: readonly Item[], toJson: (item: Item) => string): string {
  return `[${items.map(toJson).join(',')}]`;
}

/** The object with these of its members as the texts given for them. */
function withMembers<Whole extends object>(whole: Whole, members: { readonly [Name in keyof Whole]?: string }): string {
  const others = Object.fromEntries(Object.entries(whole).filter(([name]) => !Object.hasOwn(members, name)));
  const texts = Object.entries(members).map(([name, text]) => `${JSON.stringify(name)}:${text}`);
  const plain = toJson(others);
  return `${plain.slice(0, -1)}${plain === '{}' ? '' : ','}${texts.join(',')}}`;
}

function toJson(value: unknown): string {
  return JSON.stringify(value, (_, each) => (typeof each === 'bigint' ? { bigint: String(each) } : each));
}

/**
 * The elements, most of a long ruleset: those of maps of verdicts as text at once, since JSON.stringify would call back for
 * each of their numbers.
 */
function elementsToJson(elements: readonly SetElement[]): string {
  const verdicts = new Map<Verdict, string>();
  return arrayOf(elements, (element) => {
    const { key, verdict, origin, comment, ...others } = element;
    if (verdict === undefined || comment !== undefined || !isEmpty(others)) return placedToJson(element);
    const line = origin?.at(-1);
    let told = verdicts.get(verdict);
    if (told === undefined) {
      told = JSON.stringify(verdict);
      verdicts.set(verdict, told);
    }
    const place = line === undefined ? '' : `,"comment":${JSON.stringify(placeOf(line))}`;
    return `{"key":${arrayOf(key, partToJson)},"verdict":${told}${place}}`;
  });
}

function isEmpty(object: object): boolean {
  for (const _name in object) return false;
  return true;
}

function partToJson(part: ElementPart): string {
  if ('name' in part) return JSON.stringify(part);
  const first = `{"bigint":"${part.first}"}`;
  const last = part.first === part.last ? first : `{"bigint":"${part.last}"}`;
  return `{"first":${first},"last":${last}}`;
}

function placedToJson(item: NftRule | SetElement): string {
  const { origin, ...rest } = item;
  const line = origin?.at(-1);
  return toJson(line === undefined ? rest : { ...rest, comment: placeOf(line) });
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
