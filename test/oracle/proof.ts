/** What can be said of rules without a packet: whether any can reach a rule, and whether it changes anything. */
import { ChainFunctions } from '../../compiler/analyze/chain-functions.ts';
import { never } from '../../compiler/analyze/diagram.ts';
import { compareRulesets } from '../../compiler/analyze/equal.ts';
import type { Place } from '../../compiler/analyze/outcome.ts';
import { PacketSpace } from '../../compiler/analyze/packet-space.ts';
import { rulesMet } from '../../compiler/analyze/reach.ts';
import type { Ruleset } from '../../compiler/ir/ruleset.ts';
import type { AddressRange } from '../../compiler/net/ranges.ts';

const known = new WeakMap<Ruleset, ReadonlySet<string>>();

/** Whether no packet comes to the rule for which its matches hold. */
export function isShadowed(ruleset: Ruleset, place: Place): boolean {
  let met = known.get(ruleset);
  if (!met) {
    met = metIn(ruleset);
    known.set(ruleset, met);
  }
  return !met.has(`${place.chain} ${place.rule}`);
}

function metIn(ruleset: Ruleset): ReadonlySet<string> {
  const space = new PacketSpace([ruleset], { also: [{ field: 'daddr', ranges: staysOnTheLink }] });
  const functions = new ChainFunctions(space, ruleset, {
    by: () => '',
    count: () => undefined,
    effect: () => undefined,
    translation: () => '',
  });
  const local = [4, 6].map((version) =>
    space.inBox([
      { field: 'version', version: version as 4 | 6 },
      { field: 'daddr', ranges: staysOnTheLink.filter((range) => range.version === version) },
      { field: 'oifname', patterns: [{ name: '', wildcard: true }] },
    ]),
  );
  const { diagrams } = space;
  const forwarded = diagrams.not(space.having({ field: 'oifname', patterns: [{ name: '', wildcard: false }] }));
  const arrives = diagrams.not(space.having({ field: 'iifname', patterns: [{ name: '', wildcard: false }] }));
  const impossible = local.reduce((all, one) => diagrams.or(all, diagrams.and(one, diagrams.and(forwarded, arrives))));
  const real = rulesMet(functions).filter(({ holds }) => diagrams.minus(holds, impossible) !== never);
  return new Set(real.map(({ place }) => `${place.chain} ${place.rule}`));
}

/** Multicasts that no router passes on (RFC 5771 section 4, RFC 4291 section 2.7). */
const staysOnTheLink: readonly AddressRange[] = [
  { version: 4, first: 0xe0000000n, last: 0xe00000ffn },
  { version: 6, first: 0xff02n << 112n, last: (0xff03n << 112n) - 1n },
];

/** Whether every packet fares the same without the rule. */
export function isRedundant(ruleset: Ruleset, { chain, rule }: Place): boolean {
  const chains = ruleset.chains.map((each) =>
    each.name === chain ? { ...each, rules: each.rules.filter((_, index) => index !== rule) } : each,
  );
  return compareRulesets(withoutLogs(ruleset), withoutLogs({ ...ruleset, chains })) === 'equal';
}

/** What becomes of packets is compared, as of those that are sent: log lines are no part of it. */
function withoutLogs(ruleset: Ruleset): Ruleset {
  const chains = ruleset.chains.map((chain) => ({
    ...chain,
    rules: chain.rules.flatMap((rule) => {
      const statements = rule.statements.filter(({ kind }) => kind !== 'log');
      return statements.length === rule.statements.length || statements.length > 0 ? [{ ...rule, statements }] : [];
    }),
  }));
  return { ...ruleset, chains };
}
