/** The zones of a listing: one for each interface that its rules name, one for all others. */
import type { Match, Ruleset } from '../../ir/ruleset.ts';
import type { InterfacePattern } from '../../net/interface.ts';

/** A zone behind interfaces of one name or pattern; without a pattern the firewall itself. */
export interface ListedZone {
  readonly name: string;
  readonly pattern?: InterfacePattern;
}

/** The firewall itself. */
export const firewallZone: ListedZone = { name: '$FW' };

/** `outward`: the interface of the default route, where that is known. */
export function zonesOf(rulesets: readonly Ruleset[], outward?: string): readonly ListedZone[] {
  const named = patternsIn(rulesets).filter(({ name, wildcard }) => name !== 'lo' && !(name === '' && wildcard));
  const others = { name: '', wildcard: true } as const;
  if (named.length === 0) return [{ name: 'net', pattern: others }];
  const leaving =
    named.find((each) => textOf(each) === outward) ??
    named.find((each) => isTranslated(each, rulesets)) ??
    (named.length === 1 ? named[0] : undefined);
  const inward = named.filter((each) => each !== leaving);
  const taken = new Set<string>(['rest']);
  const zones = [...(leaving ? [leaving] : []), ...inward].map((pattern): ListedZone => {
    const usual = pattern === leaving ? 'net' : inward.length === 1 ? 'loc' : undefined;
    const name = usual ?? freeName(pattern, taken);
    taken.add(name);
    return { name, pattern };
  });
  return [...[...zones].sort((a, b) => rank(a) - rank(b)), { name: 'rest', pattern: others }];
}

/** As `interfaces` names it. */
export function textOf({ name, wildcard }: InterfacePattern): string {
  return `${name}${wildcard ? '+' : ''}`;
}

/** Whole names before patterns, long patterns before short ones. */
function rank({ pattern }: ListedZone): number {
  return pattern?.wildcard ? 1000 - pattern.name.length : 0;
}

function freeName({ name }: InterfacePattern, taken: ReadonlySet<string>): string {
  const plain = name.replace(/[^A-Za-z0-9]/g, '').replace(/^[^A-Za-z]+/, '');
  const base = plain === '' || /^(all|any|none|fw|SOURCE|DEST)$/i.test(plain) ? `if${plain}` : plain;
  for (let number = 1; ; number += 1) {
    const found = number === 1 ? base : `${base}x${number}`;
    if (!taken.has(found)) return found;
  }
}

function isTranslated(pattern: InterfacePattern, rulesets: readonly Ruleset[]): boolean {
  return rulesets.some(({ chains }) =>
    chains.some(({ rules }) =>
      rules.some(
        ({ matches, statements }) =>
          statements.some(({ kind }) => kind === 'masquerade' || kind === 'snat') &&
          interfacesIn(matches).some((each) => textOf(each) === textOf(pattern)),
      ),
    ),
  );
}

function interfacesIn(matches: readonly Match[]): readonly InterfacePattern[] {
  return matches.flatMap((match) => (match.kind === 'interface' && !match.negated ? match.interfaces : []));
}

function patternsIn(rulesets: readonly Ruleset[]): readonly InterfacePattern[] {
  const all = rulesets.flatMap(({ chains, sets }) => [
    ...sets.flatMap(({ elements }) =>
      elements.flatMap(({ key }) => key.flatMap((part) => ('name' in part ? [part] : []))),
    ),
    ...chains.flatMap(({ rules }) =>
      rules.flatMap(({ matches, statements }) => [
        ...matches.flatMap((match) => (match.kind === 'interface' ? match.interfaces : [])),
        ...statements.flatMap((statement) =>
          statement.kind === 'dispatch'
            ? statement.entries.flatMap(({ keys }) => keys.flatMap((key) => (typeof key === 'string' ? [] : [key])))
            : [],
        ),
      ]),
    ),
  ]);
  return all.filter((each, index) => all.findIndex((other) => textOf(other) === textOf(each)) === index);
}
