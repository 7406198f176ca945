/** How the way of a packet through a chain ends, as data, and the numbers by which diagrams know it. */
import type { RejectWith } from '../ir/ruleset.ts';
import type { Diagrams, Node } from './diagram.ts';

/** A rule by its place in the ruleset. */
export interface Place {
  readonly chain: string;
  readonly rule: number;
}

/** What a chain changes of a packet that goes on: bits of a mark, or that it is not tracked. */
export type Change =
  | { readonly field: 'connectionMark' | 'packetMark'; readonly mask: number; readonly value: number }
  | { readonly field: 'state'; readonly untracked: true };

/** How it ends. `return`: at the end of the chain, with its caller; `unknown`: in words of nft that nobody here understands. */
export type End =
  | { readonly kind: 'return' }
  | {
      readonly kind: 'accept' | 'drop' | 'reject' | 'queue' | 'unknown';
      /** The rule that decides, as the analysis names it; the name of a base chain where its policy does. */
      readonly by: string;
      readonly policy?: true;
      readonly reject?: RejectWith;
      /** What is translated, as the analysis names it. */
      readonly translation?: string;
    };

/** The end, and what was done on the way, in order. */
export interface Outcome {
  readonly end: End;
  readonly effects: readonly string[];
  readonly changes: readonly Change[];
}

/** What leaves of diagrams stand for, by number, each once. */
export class Leaves<Meaning> {
  readonly #diagrams: Diagrams;
  readonly #list: Meaning[] = [];
  readonly #numbers = new Map<string, number>();

  constructor(diagrams: Diagrams) {
    this.#diagrams = diagrams;
  }

  /** The function that always answers so. Leaves begin at 2: 0 and 1 are those of sets. */
  leaf(meaning: Meaning): Node {
    const key = JSON.stringify(meaning);
    let number = this.#numbers.get(key);
    if (number === undefined) {
      number = this.#list.length + 2;
      this.#list.push(meaning);
      this.#numbers.set(key, number);
    }
    return this.#diagrams.leaf(number);
  }

  /** The meaning of a leaf. */
  of(value: number): Meaning {
    const meaning = this.#list[value - 2];
    if (meaning === undefined) throw new RangeError(`no leaf ${value}`);
    return meaning;
  }
}

/** How chains end, as leaves. */
export class Outcomes extends Leaves<Outcome> {}
