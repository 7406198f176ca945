/** The whole way of a first packet: what the analysis says of all packets is what `evaluate` says of each. */

import { expect, test } from 'vitest';
import { ChainFunctions } from '../../compiler/analyze/chain-functions.ts';
import type { Translating } from '../../compiler/analyze/destination.ts';
import type { Way } from '../../compiler/analyze/hooks.ts';
import { PacketSpace } from '../../compiler/analyze/packet-space.ts';
import { type Decision, Paths, type TranslationMeaning } from '../../compiler/analyze/path.ts';
import { evaluate } from '../../compiler/ir/evaluate.ts';
import { valuesOf } from '../../compiler/ir/fields.ts';
import type { Judgement, Packet } from '../../compiler/ir/packet.ts';
import type { Chain, Match, NftRule, Ruleset } from '../../compiler/ir/ruleset.ts';
import { PacketWalk } from '../../compiler/ir/walk.ts';
import { threeNetworks } from '../kernel/lab.ts';
import { worldPackets } from '../properties/world-packets.ts';
import { worldRulesets } from '../properties/world-ruleset.ts';
import fc from '../support/fast-check.ts';
import { routesOf } from '../support/probes/routes.ts';

const known = routesOf(threeNetworks);
/** Every interface has an address: without one masquerading drops, which is a fact of the machine and not of the rules. */
const routes = { ...known, addressOf: (name: string, version: 4 | 6) => known.addressOf(name, version) ?? 1n };

/** What `evaluate` decides by itself and the analysis leaves open, and what changes on the way of every packet. */
const untold: readonly Match['kind'][] = [
  'payload',
  'association',
  'limit',
  'limitEach',
  'connectionCount',
  'random',
  'turn',
  'hopLimit',
];

function withoutUntold(chain: Chain): Chain {
  // What is to stay untracked is decided before connection tracking looks at it.
  const isRaw = (chain.base?.priority ?? 0) < -200;
  const isTold = ({ matches, statements }: NftRule) =>
    !matches.some(({ kind }) => untold.includes(kind)) && (isRaw || !statements.some(({ kind }) => kind === 'notrack'));
  return { ...chain, rules: chain.rules.filter(isTold) };
}

const changesSource: readonly string[] = ['snat', 'masquerade', 'netmap'];

/** Chains behind the translation of sources see the new source, which the analysis does not follow: none of ours is there. */
function withoutLateChains({ chains, ...rest }: Ruleset): Ruleset {
  const translates = chains.some(({ rules }) =>
    rules.some(({ statements }) => statements.some(({ kind }) => changesSource.includes(kind))),
  );
  const isLate = ({ base }: Chain) => base?.hook === 'postrouting' && base.type === 'filter' && base.priority > 100;
  return { ...rest, chains: translates ? chains.filter((chain) => !isLate(chain)) : chains };
}

function pathsOf(ruleset: Ruleset): Paths {
  const translations = new Map<string, TranslationMeaning>();
  const functions = new ChainFunctions(new PacketSpace([ruleset]), ruleset, {
    by: ({ chain, rule }) => `${chain} ${rule}`,
    effect: (statement) => (statement.kind === 'log' ? statement.prefix : undefined),
    count: () => undefined,
    translation: (statement, { chain, rule }) => {
      const by = `${chain} ${rule}`;
      translations.set(by, { statement: statement as Translating, by, to: statement.kind });
      return by;
    },
  });
  return new Paths(functions, translations);
}

function wayOf({ iif, version }: Packet, { leaves }: Judgement): Way {
  const isLocal =
    routes.route(version, leaves.daddr) === 'local' || routes.addressType(version, leaves.daddr) !== 'unicast';
  if (iif === undefined) return isLocal ? 'loopback' : 'output';
  return isLocal ? 'input' : 'forward';
}

function decisionOf(paths: Paths, packet: Packet, judged: Judgement): Decision | undefined {
  const { space, functions } = paths;
  const way = wayOf(packet, judged);
  const walk = new PacketWalk(functions.ruleset, packet, { network: routes, remembers: () => true });
  walk.track();
  walk.oif =
    way === 'loopback' ? 'lo' : way === 'input' ? undefined : routes.route(packet.version, judged.leaves.daddr);
  const segments = new Map(valuesOf(walk.situation).flatMap((each) => [...space.spansOf(each)]));
  for (const field of ['user', 'group'] as const)
    if (packet[field] === undefined) for (const placed of space.axesOf(field)) segments.set(placed, placed.axis.count);
  const value = space.diagrams.valueOf(space.fixSpans(paths.of(way), segments));
  return value === undefined ? undefined : paths.decisions.of(value);
}

test('the way of a first packet ends as evaluate says', () => {
  const count = { decided: 0, open: 0, translated: 0 };
  const property = fc.property(worldRulesets, worldPackets(20), (made, packets) => {
    const ruleset = withoutLateChains({ ...made, chains: made.chains.map(withoutUntold) });
    const paths = pathsOf(ruleset);
    const asksWayBack = ruleset.chains.some(({ rules }) =>
      rules.some(({ matches }) => matches.some(({ kind }) => kind === 'reversePath')),
    );
    const asksWayOut =
      ruleset.chains.some(({ base, rules }) => base?.hook === 'output' && base.type === 'nat' && rules.length > 0) &&
      ruleset.chains.some(({ rules }) =>
        rules.some(({ matches }) => matches.some((match) => match.kind === 'interface' && match.field === 'oifname')),
      );
    for (const packet of packets.filter(({ connection }) => connection.state === 'new')) {
      // What this machine sends to itself comes back by lo: its way back is another one there than where it was sent.
      if (asksWayBack && packet.iif === undefined) continue;
      // Before DNAT it sets out for another interface than the one that it leaves by.
      if (asksWayOut && packet.iif === undefined) continue;
      const judged = evaluate(ruleset, packet, routes, { remembers: () => true });
      if ('noRoute' in judged.decidedBy) continue;
      const decision = decisionOf(paths, packet, judged);
      if (!decision) {
        count.open += 1;
        continue;
      }
      // To the kernel what changes nothing is no translation; which addresses are the machine's no ruleset tells.
      const { daddr, dport } = judged.leaves;
      if (decision.dnat && daddr === packet.daddr && dport === packet.dport) continue;
      count.decided += 1;
      if (decision.dnat || decision.snat) count.translated += 1;
      expect([decision.verdict, decision.effects]).toEqual([judged.verdict, judged.logged]);
    }
  });
  fc.assert(property, { numRuns: Number(process.env.FTPWALL_RUNS ?? 150) });
  console.log(count);
  expect(count.decided).toBeGreaterThan(500);
  expect(count.translated).toBeGreaterThan(20);
  expect(count.open).toBeLessThan(count.decided / 5);
});
