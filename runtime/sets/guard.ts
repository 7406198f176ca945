/** Would a change of sets lock out whoever makes it? By the rules that run, with the sets as they are and as they are to be. */
import { dirname } from 'node:path';
import { elementsOfSet } from '../../compiler/5-lower/blacklists/refused-sources.ts';
import type { NftSet, Ruleset, SetElement } from '../../compiler/ir/ruleset.ts';
import { printAddress } from '../../compiler/net/address.ts';
import type { AddressRange } from '../../compiler/net/ranges.ts';
import { type AdminConnection, callersConnection, refusalOf } from '../apply/admin-connection.ts';
import { readNetwork } from '../environment/network-facts.ts';
import { readRulesets } from '../generations/kept-rulesets.ts';
import { readElement } from './boxes.ts';
import type { Family, FirewallSets } from './contents.ts';
import type { FirewallPlan } from './plan.ts';

/**
 * Why not, as a sentence; undefined when the caller keeps the way in. Only the caller counts: who bans addresses by a
 * program must not be kept from it because their owner is at the password of sshd. `refused`: addresses that are to be
 * refused, which concern the caller also where his connection cannot be judged.
 */
export function lockOut(
  script: string,
  now: FirewallSets,
  plan: FirewallPlan,
  refused: readonly AddressRange[],
): string | undefined {
  const connection = callersConnection();
  if (connection === undefined) return undefined;
  const { version, peer } = connection;
  const meant = refused.some((range) => range.version === version && range.first <= peer && peer <= range.last);
  const judged = judgeBoth(connection, readRulesets(dirname(script)), now, plan);
  const cutsOff = judged === undefined ? meant : judged.after !== undefined && (meant || judged.before === undefined);
  return cutsOff ? `this would lock you out: you came from ${printAddress(version, peer)}` : undefined;
}

/** Why the rules refuse the connection, before and after; undefined when that cannot be told here. */
function judgeBoth(
  connection: AdminConnection,
  tables: readonly Ruleset[] | undefined,
  now: FirewallSets,
  plan: FirewallPlan,
): { readonly before: string | undefined; readonly after: string | undefined } | undefined {
  const network = readNetwork();
  // An address that is not ours is of another machine, or of another network namespace.
  if (tables === undefined || network?.route(connection.version, connection.own) !== 'local') return undefined;
  return {
    before: refusalOf(connection, withSets(tables, elementsIn(now)), network),
    after: refusalOf(connection, withSets(tables, elementsAfter(now, plan)), network),
  };
}

function elementsOf(set: NftSet, lists: Lists | undefined): readonly SetElement[] | undefined {
  return lists && elementsOfSet(set, lists);
}

type Lists = ReadonlyMap<string, readonly SetElement[]>;
type Elements = ReadonlyMap<Family, Lists>;

function elementsIn({ tables }: FirewallSets): Elements {
  return new Map(
    [...tables].map(([family, sets]) => [
      family,
      new Map(
        [...sets].map(([name, { type, elements }]) => [
          name,
          elements.flatMap(({ element }) => readElement(element, type) ?? []),
        ]),
      ),
    ]),
  );
}

function elementsAfter(now: FirewallSets, plan: FirewallPlan): Elements {
  return new Map(
    [...elementsIn(now)].map(([family, sets]) => {
      const changed = plan.tables.get(family) ?? [];
      const elements = changed.map(({ name, after }): readonly [string, readonly SetElement[]] => [
        name,
        after.map(({ spans }) => ({ key: spans })),
      ]);
      return [family, new Map([...sets, ...elements])];
    }),
  );
}

function withSets(tables: readonly Ruleset[], elements: Elements): readonly Ruleset[] {
  return tables.map((table) => ({
    ...table,
    sets: table.sets.map(
      (set): NftSet => ({ ...set, elements: elementsOf(set, elements.get(table.family)) ?? set.elements }),
    ),
  }));
}
