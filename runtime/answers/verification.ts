/** How a configuration compares with a listing of rules, as a verb prints it. */
import type { Outcome } from '../../compiler/answers/compare/comparison.ts';
import { compareWithListing, type Mismatch } from '../../compiler/answers/compare/verify.ts';
import type { Dump, UnknownPart } from '../../compiler/dumps/dump.ts';
import type { Asked } from './firewalls.ts';
import { packetsText, witnessText } from './print-answers.ts';

/** All that a comparison has found. */
export interface Verified {
  /** No packet fares otherwise, whatever unknown parts mean. */
  readonly equal: boolean;
  readonly versions: readonly ('ipv4' | 'ipv6')[];
  readonly rules: number;
  readonly differences: readonly Mismatch[];
  /** What differs or not by what the unknown parts mean. */
  readonly uncertain: readonly Mismatch[];
  readonly unknown: readonly Omit<UnknownPart, 'condition'>[];
}

/** Compares; a text says why there is no answer. */
export function verified(asked: readonly Asked[], dump: Dump): Verified | string {
  const { versions, rules } = dump;
  const unknown = dump.unknown.flatMap(({ condition }) => condition ?? []);
  const differences: Mismatch[] = [];
  const uncertain: Mismatch[] = [];
  let compared = 0;
  for (const { firewall } of asked) {
    const { versions: filtered } = firewall.model.families;
    const both = versions.filter((version) => filtered.includes(version));
    if (both.length === 0) continue;
    compared += both.length;
    const found = compareWithListing({ ruleset: dump.ruleset, versions: both, unknown }, firewall);
    if (found.kind === 'undecided') return `undecided, because ${found.reason}`;
    differences.push(...found.differences);
    uncertain.push(...found.uncertain);
  }
  if (compared < versions.length)
    return `the listing is of ${versions.map(nameOf).join(' and ')}, which the configuration does not filter`;
  const isWhole = dump.unknown.every(({ kind }) => kind !== 'line');
  return {
    equal: differences.length === 0 && uncertain.length === 0 && isWhole,
    versions: versions.map((version) => (version === 4 ? 'ipv4' : 'ipv6')),
    rules,
    differences,
    uncertain,
    unknown: dump.unknown.map(({ condition: _condition, ...part }) => part),
  };
}

function nameOf(version: 4 | 6): string {
  return `IPv${version}`;
}

/** For people: what differs first, then what cannot be told, then what is not understood. */
export function verifiedText(found: Verified, name: string): string {
  const { equal, versions, rules, differences, uncertain, unknown } = found;
  const about = `${versions.map((version) => version.replace('ipv', 'IPv')).join(' and ')}, ${rules} rules of ${name}`;
  const lines = [
    ...differences.flatMap((each) => mismatchText('differs', each)),
    ...uncertain.flatMap((each) => mismatchText('cannot be told', each)),
    ...unknown.map(({ line, kind, text }) => `not understood  ${name}:${line}  ${kind}  ${text}`),
    equal
      ? `equal for all packets (${about}${unknown.length > 0 ? `; ${unknown.length} not understood, whatever they mean` : ''})`
      : [
          `${differences.length} ${differences.length === 1 ? 'difference' : 'differences'}`,
          ...(uncertain.length > 0 ? [`${uncertain.length} that what is not understood decides`] : []),
          ...(unknown.length > 0 ? [`${unknown.length} not understood`] : []),
          `(${about})`,
        ].join(', '),
  ];
  return `${lines.join('\n')}\n`;
}

function mismatchText(heading: string, each: Mismatch): readonly string[] {
  const { from, to, before, after, packets, allPackets, dependsOn } = each;
  return [
    `${heading}  ${from} → ${to}  ${outcomeText(after)} (listing: ${outcomeText(before)})`,
    ...packets.slice(0, mostLines).map((text) => `    ${packetsText(text)}`),
    ...(allPackets && packets.length <= mostLines ? [] : ['    and more']),
    `    e.g. ${witnessText(each.witness)}`,
    ...(dependsOn.length > 0 ? [`    depends on ${dependsOn.join('; ')}`] : []),
  ];
}

const mostLines = 6;

function outcomeText({ verdict, line, by, dnat, snat }: Outcome): string {
  const place = line === null ? by : `${line}  ${by}`;
  const words = [verdict.toUpperCase(), place || 'policy of the chain', dnat ?? '', snat ?? ''];
  return words.filter((word) => word !== '').join(' ');
}
