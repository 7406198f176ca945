/** What a configuration opens and closes compared with what a machine has loaded now, as its listing tells. */
import type { Change, Outcome } from '../../compiler/answers/compare/comparison.ts';
import { compareWithListing } from '../../compiler/answers/compare/verify.ts';
import type { Dump, UnknownPart } from '../../compiler/dumps/dump.ts';
import { readDump } from '../../compiler/dumps/read.ts';
import { kindOfChange } from './differences.ts';
import type { Asked } from './firewalls.ts';
import { packetsText, witnessText } from './print-answers.ts';

/** What becomes otherwise of packets when the configuration takes the place of what is listed. */
export interface ListingPlan {
  /** No packet fares otherwise, whatever of the listing is not understood. */
  readonly equal: boolean;
  /** Packets that fare otherwise; the line of `before` is that of the configuration that was loaded, where its rule tells. */
  readonly changes: readonly Change[];
  /** Packets of which what is not understood decides whether they do. */
  readonly uncertain: readonly Change[];
  readonly unknown: readonly Omit<UnknownPart, 'condition'>[];
}

/** `name`: what the listing is called in messages. A text says why there is no answer. */
export function planAgainst(asked: readonly Asked[], name: string, text: string): ListingPlan | string {
  const dump = listed(name, text);
  if (typeof dump === 'string') return dump;
  const conditions = dump.unknown.flatMap(({ condition }) => condition ?? []);
  const changes: Change[] = [];
  const uncertain: Change[] = [];
  for (const { firewall } of asked) {
    const { versions } = firewall.model.families;
    const found = compareWithListing({ ruleset: dump.ruleset, versions, unknown: conditions }, firewall);
    if (found.kind === 'undecided') return `undecided, because ${found.reason}`;
    const lines = text.split('\n');
    changes.push(...found.differences.map((each) => namedChange(each, lines)));
    uncertain.push(...found.uncertain.map((each) => namedChange(each, lines)));
  }
  const isWhole = dump.unknown.every(({ kind }) => kind !== 'line');
  return {
    equal: changes.length === 0 && uncertain.length === 0 && isWhole,
    changes: [...changes].sort(byWeight),
    uncertain,
    unknown: dump.unknown.map(({ condition: _condition, ...part }) => part),
  };
}

/** A machine without any rules lists nothing, and lets everything through. */
function listed(name: string, text: string): Dump | string {
  if (text.trim() === '') {
    const ruleset = { family: 'inet', table: 'dump', sets: [], helpers: [], chains: [] } as const;
    return { format: 'nft', versions: [4, 6], ruleset, unknown: [], rules: 0 };
  }
  const read = readDump({ path: name, text }, undefined);
  if (read.kind === 'none') return `${name}: ${read.reason}`;
  if (read.dump.format !== 'nft') return `${name}: a plan is made against what \`nft list ruleset\` prints`;
  return read.dump;
}

/** A rule of ours names the line that it was made of in its comment; another one is named by its place in the listing. */
function namedChange(
  { from, to, before, after, packets, allPackets, size, witness }: Change,
  lines: readonly string[],
) {
  return { from, to, before: namedOutcome(before, lines), after, packets, allPackets, size, witness };
}

function namedOutcome(outcome: Outcome, lines: readonly string[]): Outcome {
  const [, number] = /:(\d+)$/.exec(outcome.line ?? '') ?? [];
  if (number === undefined) return { ...outcome, line: null, by: outcome.by || 'no rule' };
  const [, comment] = / comment "([^"]*)"$/.exec(lines[Number(number) - 1] ?? '') ?? [];
  const [place = ''] = comment?.split(' ') ?? [];
  return /^[\w./-]+:\d+$/.test(place) ? { ...outcome, line: place } : { ...outcome, line: null };
}

/** New connections first, what opens before what closes, and the most packets first. */
function byWeight(a: Change, b: Change): number {
  return Number(a.witness.state !== 'new') - Number(b.witness.state !== 'new') || rank(a) - rank(b) || b.size - a.size;
}

function rank(change: Change): number {
  return ['opens', 'closes'].indexOf(kindOfChange(change)) === -1 ? 2 : kindOfChange(change) === 'opens' ? 0 : 1;
}

/** For people: a paragraph for each pair of zones and line, with the most ordinary of its packets. */
export function listingPlanText({ equal, changes, uncertain, unknown }: ListingPlan): string {
  if (equal) return 'equal for all packets\n';
  const lines = [
    ...paragraphs(changes, ''),
    ...paragraphs(uncertain, 'perhaps '),
    ...unknown.map(({ line, text }) => `not understood  line ${line} of what is loaded: ${text}`),
  ];
  return `${lines.join('\n')}\n`;
}

function paragraphs(changes: readonly Change[], heading: string): readonly string[] {
  const groups = new Map<string, Change[]>();
  for (const change of changes) {
    // What closes is told by the rule that let it through; where none did, many lines say no together.
    const by = placeNow(change.after.verdict === 'accept' ? change.after : change.before);
    const key = [kindOfGroup(change), change.from, change.to, by].join(' ');
    groups.set(key, [...(groups.get(key) ?? []), change]);
  }
  return [...groups.values()].flatMap((group) => {
    const first = group.find(({ after, witness }) => after.line !== null && witness.state === 'new') ?? group[0];
    if (!first) return [];
    const more = group.length > 1 || !first.allPackets || first.packets.length > mostLines;
    return [
      `${heading}${kindOfChange(first)}  ${first.from} → ${first.to}  ${placeNow(first.after)} (was ${placeNow(first.before)})`,
      ...first.packets.slice(0, mostLines).map((packets) => `    ${packetsText(packets)}`),
      ...(more ? ['    and more'] : []),
      `    e.g. ${witnessText(first.witness)}`,
    ];
  });
}

const mostLines = 3;

/** Drop and reject are one kind where packets were accepted before. */
function kindOfGroup(change: Change): string {
  return change.before.verdict === 'accept' && change.after.verdict !== 'accept' ? 'closes' : kindOfChange(change);
}

function placeNow({ verdict, line, by }: Outcome): string {
  return `${verdict.toUpperCase()} ${line ?? (by.replace(/ counter packets \d+ bytes \d+/, '') || 'policy of the chain')}`;
}
