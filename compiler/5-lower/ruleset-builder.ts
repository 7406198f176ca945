/** What stage 5 fills while it goes through the model: chains, sets and helper objects, each once. */
import { invariant } from '../invariant.ts';
import type { Chain, NftRule, NftSet, Ruleset } from '../ir/ruleset.ts';
import type { Model } from '../model/index.ts';
import type { Version } from '../net/version.ts';

/** The ruleset under construction. */
export class Program {
  readonly model: Model;
  readonly #chains = new Map<string, Chain>();
  readonly #sets = new Map<string, NftSet>();
  readonly #helpers = new Set<string>();
  readonly #later = new Map<string, () => Omit<Chain, 'name'>>();

  constructor(model: Model) {
    this.model = model;
    for (const set of model.sets) this.#sets.set(set.name, set);
  }

  /** Whether rules of this table see both IP versions. */
  get dual(): boolean {
    return this.model.families.table === 'inet';
  }

  /** Adds a chain; a name is given once. */
  add(chain: Chain): void {
    invariant(!this.#chains.has(chain.name), `two chains are called ${chain.name}`);
    this.#chains.set(chain.name, chain);
  }

  /** The name of a chain that is made at the very end, when all that it depends on is known. */
  later(name: string, make: () => Omit<Chain, 'name'>): string {
    this.#later.set(name, make);
    return name;
  }

  /** The name of a chain that is made when it is first asked for. */
  once(name: string, make: () => Omit<Chain, 'name'>): string {
    if (this.#chains.has(name)) return name;
    this.#chains.set(name, { name, rules: [] });
    this.#chains.set(name, { name, ...make() });
    return name;
  }

  /** Adds a chain under a name that begins so and that no other has. */
  fresh(start: string, chain: Omit<Chain, 'name'>): string {
    let name = start;
    for (let number = 2; this.#chains.has(name); number += 1) name = `${start}-${number}`;
    this.add({ name, ...chain });
    return name;
  }

  has(name: string): boolean {
    return this.#chains.has(name);
  }

  /** The name of a set that is declared when it is first asked for. */
  set(set: NftSet): string {
    if (!this.#sets.has(set.name)) this.#sets.set(set.name, set);
    return set.name;
  }

  /** A set of addresses of one version that rules fill: `name4` or `name6`. */
  addressSet(name: string, version: Version, timeout: number): string {
    return this.set({
      name: `${name}${version}`,
      type: [version === 4 ? 'ipv4_addr' : 'ipv6_addr'],
      interval: false,
      dynamic: true,
      timeout,
      size: 65535,
      elements: [],
    });
  }

  /** The object of a helper, declared when a rule first attaches it. */
  helper(name: string): string {
    this.#helpers.add(name);
    return objectName(name);
  }

  /** The helpers that rules attach. */
  get attached(): ReadonlySet<string> {
    return this.#helpers;
  }

  finish(): Ruleset {
    for (const [name, make] of this.#later) this.add({ name, ...make() });
    const helpers = this.model.helpers
      .filter((each) => this.#helpers.has(each.helper.name))
      .map(({ helper }) => ({ name: objectName(helper.name), type: helper.type, protocol: helper.protocol }));
    const { table } = this.model.families;
    return {
      family: table,
      table: 'ftpwall',
      sets: [...this.#sets.values()],
      helpers,
      chains: inReadingOrder([...this.#chains.values()]),
    };
  }
}

/** nft takes no dot at the end of a word, so names of objects have none. */
function objectName(helper: string): string {
  return `helper-${helper.replace(/[^A-Za-z0-9]/g, '-').toLowerCase()}`;
}

/** A rule with nothing but statements at its end. */
export function rule(
  matches: NftRule['matches'],
  statements: NftRule['statements'],
  from: Pick<NftRule, 'origin' | 'comment' | 'remark'> = {},
): NftRule {
  // Assigned and not spread: long files become as many rules.
  const made: { -readonly [Name in keyof NftRule]: NftRule[Name] } = { matches, statements };
  if (from.origin) made.origin = from.origin;
  if (from.comment !== undefined) made.comment = from.comment;
  if (from.remark !== undefined) made.remark = from.remark;
  return made;
}

/** Where a rule comes from, and what the user wrote about it. */
export function from({ origin, remark }: Pick<NftRule, 'origin' | 'remark'>): Pick<NftRule, 'origin' | 'remark'> {
  return { ...(origin ? { origin } : {}), ...(remark === undefined ? {} : { remark }) };
}

const hookOrder = ['prerouting', 'input', 'forward', 'output', 'postrouting'];

/** The marker first, then the chains that the kernel calls, in the order in which packets meet them, then the others. */
function inReadingOrder(chains: readonly Chain[]): readonly Chain[] {
  const rank = (chain: Chain): number =>
    chain.name === 'about'
      ? -1e6
      : chain.base
        ? hookOrder.indexOf(chain.base.hook) * 1000 + chain.base.priority - 1e5
        : 0;
  return chains
    .map((chain, index) => ({ chain, index }))
    .sort((a, b) => rank(a.chain) - rank(b.chain) || a.index - b.index)
    .map(({ chain }) => chain);
}
