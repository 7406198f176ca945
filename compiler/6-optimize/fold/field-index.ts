/** Rules by the values of one field, so that those which may have a value in common with another are found without looking at all. */
import type { ElementPart, SetType } from '../../ir/ruleset.ts';
import { type FoldRule, valuesIn } from './fold-rule.ts';
import type { KeyField } from './key-values.ts';

/** How many low bits of a value do not matter for where it is kept. */
const lowBits: Readonly<Partial<Record<SetType, bigint>>> = { inet_service: 5n, ipv4_addr: 8n, ipv6_addr: 64n };

/** A range over more places than these is kept apart, and looked at by everybody. */
const mostPlaces = 64n;

/** The rules of a list that ask for one field. */
export class FieldIndex {
  readonly #name: string;
  readonly #shift: bigint;
  readonly #places = new Map<string, FoldRule[]>();
  readonly #wide: FoldRule[] = [];

  constructor(field: KeyField) {
    this.#name = field.name;
    this.#shift = lowBits[field.type] ?? 0n;
  }

  add(rule: FoldRule): void {
    const places = this.#placesOf(rule);
    if (!places) {
      this.#wide.push(rule);
      return;
    }
    for (const place of places) {
      const list = this.#places.get(place);
      if (!list) this.#places.set(place, [rule]);
      else if (list.at(-1) !== rule) list.push(rule);
    }
  }

  /** The lists in which a rule must be that has a value in common with this one; undefined when that may be any. */
  near(rule: FoldRule): readonly (readonly FoldRule[])[] | undefined {
    const places = this.#placesOf(rule);
    return places && [this.#wide, ...places.flatMap((place) => [this.#places.get(place) ?? []])];
  }

  #placesOf(rule: FoldRule): readonly string[] | undefined {
    const values = valuesIn(rule, this.#name) ?? [];
    const [only] = values;
    if (only && values.length === 1) return placesOfPart(only, this.#shift);
    const places = new Set<string>();
    for (const part of values) {
      const some = placesOfPart(part, this.#shift);
      if (!some) return undefined;
      for (const place of some) places.add(place);
    }
    return [...places];
  }
}

function placesOfPart(part: ElementPart, shift: bigint): readonly string[] | undefined {
  if ('name' in part) return [part.name];
  const first = part.first >> shift;
  const last = part.last >> shift;
  if (first === last) return [String(first)];
  if (last - first > mostPlaces) return undefined;
  return Array.from({ length: Number(last - first) + 1 }, (_, index) => String(first + BigInt(index)));
}
