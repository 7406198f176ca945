/**
 * Whether any rule may be without effect at all, told by one packet of each: if no earlier rule of its chain matches that
 * packet, the rule decides it. Most configurations have no such rule, and need no analysis of all packets.
 */
import type { Extent, FieldValues } from '../ir/fields.ts';
import { type SetsByName, setsByName } from '../ir/flow.ts';
import { extentOf } from '../ir/matches/index.ts';
import type { NftRule, Ruleset, Statement } from '../ir/ruleset.ts';
import { placeOf } from '../source.ts';

/** Comparing each with each is quick in chains up to so many rules; longer ones are analysed. */
const shortChain = 300;

/** True where a rule of some line may never be reached, or may match nothing. */
export function mayHaveUselessRules(ruleset: Ruleset): boolean {
  const sets = setsByName(ruleset);
  return ruleset.chains.some(({ rules }) => {
    if (!rules.some(({ origin }) => origin)) return false;
    if (rules.length > shortChain) return true;
    const all = rules.map(
      (rule): Asked => ({ line: lineOf(rule), extents: extentsOf(rule, sets), decides: decides(rule) }),
    );
    return rules.some((rule, index) => rule.origin && isCandidate(index, all));
  });
}

/** A rule by what it asks. */
interface Asked {
  /** The line that somebody wrote; rules of one line take nothing from each other. */
  readonly line: string | undefined;
  readonly extents: Extents;
  /** Whether a packet that it matches may go no further. */
  readonly decides: boolean;
}

function lineOf({ origin }: NftRule): string | undefined {
  const line = origin?.at(-1);
  return line && placeOf(line);
}

function decides({ statements }: NftRule): boolean {
  const last = statements.at(-1);
  if (last?.kind === 'verdict') return last.verdict.kind !== 'continue';
  return last !== undefined && !lasting.includes(last.kind);
}

const lasting: readonly Statement['kind'][] = [
  'counter',
  'log',
  'attachHelper',
  'setMark',
  'setField',
  'setPriority',
  'withoutEcn',
  'tproxy',
  'notrack',
  'setEvents',
  'changeSet',
  'clampMss',
];

type Extents = readonly Extent[];

function extentsOf({ matches }: NftRule, sets: SetsByName): Extents {
  return matches.map((match) => extentOf(match, sets));
}

function isCandidate(index: number, all: readonly Asked[]): boolean {
  const own = all[index];
  const packet = own && packetOf(own.extents);
  if (!packet) return true;
  const before = all
    .slice(0, index)
    .filter(({ line, decides: ends }) => ends && (line === undefined || line !== own.line));
  return before.some(({ extents }) => mayMatch(extents, packet));
}

/** A value for each field that a rule asks for: the first that it names. Fields without one have a value that no rule names. */
type Sample = ReadonlyMap<FieldValues['field'], FieldValues>;

/** Undefined when two conditions ask for the same field: then only the analysis knows whether both can hold. */
function packetOf(extents: Extents): Sample | undefined {
  const sample = new Map<FieldValues['field'], FieldValues>();
  for (const { requires, boxes, negated } of extents) {
    for (const values of requires) if (!isKnown(sample, values)) sample.set(values.field, values);
    if (negated) continue;
    const [box, ...more] = boxes;
    if (!box) return undefined;
    for (const values of more.length > 0 ? [] : box) {
      const before = sample.get(values.field);
      if (before && !isSame(before, values)) return undefined;
      sample.set(values.field, values);
    }
  }
  return sample;
}

function isKnown(sample: Sample, values: FieldValues): boolean {
  return sample.has(values.field);
}

function isSame(a: FieldValues, b: FieldValues): boolean {
  const text = (values: FieldValues) =>
    JSON.stringify(values, (_name, value) => (typeof value === 'bigint' ? String(value) : value));
  return text(a) === text(b);
}

/** Whether a rule may hold for the packet. Where it cannot be told, the answer is yes; a condition that no packet tells decides nothing. */
function mayMatch(extents: Extents, sample: Sample): boolean {
  return extents.every(({ requires, boxes, negated, condition }) => {
    if (condition || !requires.every((values) => mayHave(sample, values))) return false;
    return negated || boxes.some((box) => box.every((values) => mayHave(sample, values)));
  });
}

/** A line without a state is about new connections. */
const usual: Sample = new Map([['state', { field: 'state', words: ['new'] }]]);

function mayHave(sample: Sample, asked: FieldValues): boolean {
  const known = sample.get(asked.field) ?? usual.get(asked.field);
  if (!known) return !hasOthers(asked);
  if ('ranges' in asked && 'ranges' in known) {
    const [first] = known.ranges;
    return !first || asked.ranges.some((range) => range.first <= first.first && first.first <= range.last);
  }
  if ('version' in asked && 'version' in known) return asked.version === known.version;
  if ('words' in asked && 'words' in known) return known.words.some((word) => asked.words.includes(word));
  return true;
}

/** Whether a field has values besides these, of which the packet without a condition on it has one. */
function hasOthers(asked: FieldValues): boolean {
  if (asked.field === 'protocol' || asked.field === 'dport' || asked.field === 'sport' || asked.field === 'icmp')
    return true;
  // Zones may be told apart by networks, so that a whole network may be all that comes.
  return 'ranges' in asked && asked.ranges.every(({ first, last }) => first === last);
}
