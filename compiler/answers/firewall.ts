/** What questions are asked of: a configuration with what it means and the ruleset that it became. */
import { elementsOfSet } from '../5-lower/blacklists/refused-sources.ts';
import { ChainFunctions } from '../analyze/chain-functions.ts';
import { always, Diagrams, type Node } from '../analyze/diagram.ts';
import type { Leaves } from '../analyze/outcome.ts';
import { type Known, PacketSpace } from '../analyze/packet-space.ts';
import { type Arrival, type Decision, Paths } from '../analyze/path.ts';
import type { FieldValues } from '../ir/fields.ts';
import { extentOf } from '../ir/matches/index.ts';
import type { Match, Ruleset, SetElement } from '../ir/ruleset.ts';
import { portMark } from '../language/mark-layout.ts';
import { dynamicZoneSet, openedSet, openedSourcesSet } from '../language/names.ts';
import type { Model } from '../model/index.ts';
import { Lines } from './lines.ts';
import { withRatesAsEffects } from './log-rates.ts';
import { namePorts } from './port-words.ts';

/** A firewall as answers need it. */
export interface Firewall {
  readonly model: Model;
  /** The ruleset of the running state, rule by rule as the lines say. */
  readonly ruleset: Ruleset;
  /** The rules are those of a machine's listing: each decides in its own name, not in that of the line that calls it. */
  readonly listed?: true;
  /** What commands and events have put into sets, by the names of their lists; a folder's are empty. */
  readonly filled?: ReadonlyMap<string, readonly SetElement[]>;
}

/** An analysis of one firewall, or of several in one space. */
export interface Analysis {
  readonly firewall: Firewall;
  readonly space: PacketSpace;
  readonly lines: Lines;
  readonly paths: Paths;
}

/** What an analysis is to know beforehand. */
export interface AnalysisOptions {
  readonly known?: readonly Known[];
  readonly also?: readonly FieldValues[];
  readonly effects?: 'none' | 'all';
  /** Rates and counts of another size are one condition. */
  readonly anyRate?: boolean;
  /** For a comparison with a listing: conditions of the same words hold together. */
  readonly listing?: boolean;
  /** How many nodes the diagrams may have. */
  readonly budget?: number;
}

/** Makes ready to ask firewalls, in one space, so that what they do can be compared. */
export function analyse(firewalls: readonly Firewall[], options: AnalysisOptions = {}): readonly Analysis[] {
  const { known = [], also = [], effects = 'none', anyRate = false, listing = false, budget } = options;
  const prepared = firewalls.map((firewall) => {
    const { ruleset } = withFilledSets(firewall);
    return { ...firewall, ruleset: effects === 'all' ? withRatesAsEffects(ruleset) : ruleset };
  });
  const space = new PacketSpace(
    prepared.map(({ ruleset }) => ruleset),
    { also, known, diagrams: new Diagrams(budget), ...(anyRate && { conditionName: withoutRate }) },
  );
  namePorts(
    space,
    prepared.map(({ model }) => model),
  );
  let decisions: Leaves<Decision> | undefined;
  return prepared.map((firewall) => {
    const lines = new Lines().know(firewall.ruleset);
    const labels = lines.labels(firewall.ruleset, effects);
    const functions = new ChainFunctions(space, firewall.ruleset, {
      ...labels,
      ...(firewall.listed && { called: () => undefined }),
      ...(listing && { use: () => '' }),
    });
    const paths = new Paths(functions, lines.translations, decisions, arrivalsOf(firewall, space));
    decisions = paths.decisions;
    return { firewall, space, lines, paths };
  });
}

/** The table of a bridge has marked packets by the ports that they come and leave by, where these have zones. */
function arrivalsOf({ model: { portBits: bits, zones } }: Firewall, space: PacketSpace): readonly Arrival[] {
  if (!bits) return [];
  const numbers = new Set(zones.flatMap(({ hosts }) => hosts.flatMap(({ port }) => port?.number ?? [])));
  const marks = (field: number) => [0, ...[...numbers].map((number) => portMark(number, field))];
  return marks(bits.source).flatMap((source) =>
    marks(bits.dest).flatMap((dest): readonly Arrival[] => {
      const mark = (source | dest) >>> 0;
      const packets = [
        { mask: bits.source, value: source },
        { mask: bits.dest, value: dest },
      ].reduce<Node>((node, each) => {
        const asked: Match = { kind: 'packetMark', negated: false, ...each };
        return space.diagrams.and(node, space.inExtent(extentOf(asked, new Map()), ''));
      }, always);
      return [{ packets, mark }];
    }),
  );
}

/** The words for a rate or a count without their numbers. */
function withoutRate(name: string): string {
  return /\b(limit|count|rate)\b/.test(name) ? name.replace(/\b(over|until)\b/g, '').replace(/\d+(\/\w+)?/g, '') : name;
}

/** The firewall with sets that commands and events fill as they are; they are empty in a folder: nobody has given a command. */
export function withFilledSets(firewall: Firewall): Firewall {
  const { model, ruleset } = firewall;
  const filled = new Set([
    ...([4, 6] as const).flatMap((version) => [
      openedSet(version),
      openedSourcesSet(version),
      model.blacklistSet?.of[version] ?? '',
    ]),
    ...model.zones.flatMap(({ hosts }) => hosts.flatMap(({ sets }) => sets.flatMap(({ set }) => dynamicNames(set.of)))),
  ]);
  const isFilled = (name: string) => filled.has(name) || /^(dynamic-|event-)/.test(name);
  const sets = ruleset.sets.map((set) => {
    if (!isFilled(set.name)) return set;
    const { timeout: _timeout, ...rest } = set;
    return { ...rest, dynamic: false, elements: (firewall.filled && elementsOfSet(set, firewall.filled)) ?? [] };
  });
  return { ...firewall, ruleset: { ...ruleset, sets } };
}

function dynamicNames(of: Readonly<Partial<Record<4 | 6, string>>>): readonly string[] {
  const prefix = dynamicZoneSet('');
  return Object.values(of).filter((name) => name.startsWith(prefix));
}
