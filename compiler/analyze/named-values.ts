/** The values that rulesets name, field by field: between them packets need not be told apart. */
import type { Field, FieldValues } from '../ir/fields.ts';
import { type SetsByName, setsByName } from '../ir/flow.ts';
import { extentOf } from '../ir/matches/index.ts';
import { boxOfElement } from '../ir/matches/set.ts';
import type { Ruleset, Statement, Translation } from '../ir/ruleset.ts';
import { neededBy, requiredFor } from '../ir/statements/index.ts';
import { boxOfEntry } from '../ir/statements/verdict.ts';
import { intersectRanges } from '../net/address.ts';

/** Of matches, verdict maps, and what statements ask or set. */
export function valuesNamedIn(
  rulesets: readonly Ruleset[],
  also: readonly FieldValues[],
): ReadonlyMap<Field, readonly FieldValues[]> {
  const named = new Map<Field, FieldValues[]>();
  const add = (values: FieldValues) => {
    const list = named.get(values.field);
    if (list) list.push(values);
    else named.set(values.field, [values]);
  };
  for (const values of also) add(values);
  for (const ruleset of rulesets) {
    const sets = setsByName(ruleset);
    const rules = ruleset.chains.flatMap((chain) => chain.rules);
    for (const { matches, statements } of rules) {
      for (const match of matches) {
        const { requires, boxes } = extentOf(match, sets);
        for (const values of requires) add(values);
        for (const box of boxes) for (const values of box) add(values);
      }
      for (const statement of statements) for (const values of valuesOfStatement(statement, sets)) add(values);
    }
  }
  for (const values of valuesBeforeMapping(rulesets, named.get('daddr') ?? [])) add(values);
  return named;
}

/** Where a map of networks leads to a value that rules name: what is told apart there is told apart before. */
function valuesBeforeMapping(rulesets: readonly Ruleset[], named: readonly FieldValues[]): readonly FieldValues[] {
  const statements = rulesets.flatMap(({ chains }) =>
    chains.flatMap(({ rules }) => rules.flatMap((rule) => rule.statements)),
  );
  return statements.flatMap((statement) => {
    if (statement.kind !== 'netmap' || statement.direction !== 'dnat') return [];
    const { from, to } = statement;
    return named.flatMap((values): readonly FieldValues[] => {
      if (values.field !== 'daddr') return [];
      const inside = intersectRanges(values.ranges, [to]).map(({ first, last }) => ({
        version: from.version,
        first: first - to.first + from.first,
        last: last - to.first + from.first,
      }));
      return inside.length > 0 ? [{ field: 'daddr', ranges: inside }] : [];
    });
  });
}

function valuesOfStatement(statement: Statement, sets: SetsByName): readonly FieldValues[] {
  const required = [...requiredFor(statement), ...neededBy(statement)];
  switch (statement.kind) {
    case 'dispatch':
      return statement.entries.flatMap((entry) => boxOfEntry(entry, statement.fields));
    case 'lookup':
      return sets.get(statement.map)?.elements.flatMap((element) => boxOfElement(statement.key, element)) ?? [];
    case 'dnat':
    case 'snat':
      return [...required, ...targetsOf(statement.kind, statement.to)];
    case 'netmap':
      return [
        ...required,
        { field: statement.direction === 'dnat' ? 'daddr' : 'saddr', ranges: [statement.from, statement.to] },
      ];
    case 'redirect':
      return statement.ports ? [...required, { field: 'dport', ranges: [statement.ports] }] : required;
    case 'setMark': {
      const field = statement.target === 'connection' ? 'connectionMark' : 'packetMark';
      return [...required, { field, mask: statement.mask, value: statement.value }];
    }
    default:
      return required;
  }
}

function targetsOf(kind: 'dnat' | 'snat', { addresses, ports }: Translation): readonly FieldValues[] {
  const [address, port] = kind === 'dnat' ? (['daddr', 'dport'] as const) : (['saddr', 'sport'] as const);
  return [
    ...(addresses ? [{ field: address, ranges: [addresses] }] : []),
    ...(ports ? [{ field: port, ranges: [ports] }] : []),
  ];
}
