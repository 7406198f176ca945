/** Which IP versions a line can be about, and what is said when there is none. */
import { mixedVersions, otherVersion } from '../../diagnostics/catalogue/ip-versions.ts';
import { versionOfMatch } from '../../ir/context.ts';
import { versionIn } from '../../ir/nft-words.ts';
import type { Match } from '../../ir/ruleset.ts';
import type { SetMatch } from '../../model/sets.ts';
import type { HostMatch, ProtocolMatch, Traffic } from '../../model/traffic.ts';
import type { AddressRange } from '../../net/ranges.ts';
import type { Version } from '../../net/version.ts';
import { type Origin, type Span, spanOf } from '../../source.ts';
import type { RuleRow } from '../rules/rule-row.ts';
import type { Scope } from '../scope.ts';

/** The IP versions that all parts allow. */
export function versionsOf(
  hosts: readonly (HostMatch | undefined)[],
  protocols: readonly ProtocolMatch[],
  conditions: readonly Match[],
  scope: Scope,
): readonly Version[] {
  const { versions } = scope.families;
  let count = 0;
  let last: Version = 4;
  for (const version of versions) {
    if (!allow(version, hosts, protocols, conditions)) continue;
    count += 1;
    last = version;
  }
  if (count === versions.length) return versions;
  return count === 0 ? neither : alone[last];
}

/** The same lists for all lines: there are as many of them as lines. */
const neither: readonly Version[] = [];
const alone: Readonly<Record<Version, readonly Version[]>> = { 4: [4], 6: [6] };

/** Loops that make no objects, as functions and iterators would be: this is asked for every line and version. */
function allow(
  version: Version,
  hosts: readonly (HostMatch | undefined)[],
  protocols: readonly ProtocolMatch[],
  conditions: readonly Match[],
): boolean {
  for (let at = 0; at < hosts.length; at += 1) if (!hasVersion(hosts[at], version)) return false;
  if (conditions.length > 0 && conditions.some((match) => (versionAsked(match) ?? version) !== version)) return false;
  const only = protocols[0];
  if (!only) return true;
  return protocols.length === 1 ? protocolHas(only, version) : protocols.some((each) => protocolHas(each, version));
}

/** The IP version that a condition is about, where it is about one. */
function versionAsked(match: Match): Version | undefined {
  return match.kind === 'raw' ? versionIn(match.text) : versionOfMatch(match);
}

/** Whether hosts of the IP version can be among those that are named. */
export function hasVersion(match: HostMatch | undefined, version: Version): boolean {
  if (!match) return true;
  const { ranges, sets } = match;
  // Most lines name one address.
  if (ranges && ranges[0]?.version !== version && (ranges.length === 1 || !areOf(ranges, version))) return false;
  return sets.length === 0 || holdVersion(sets, version);
}

function areOf(ranges: readonly AddressRange[], version: Version): boolean {
  return ranges.some((range) => range.version === version);
}

function holdVersion(sets: readonly SetMatch[], version: Version): boolean {
  return sets.every((each) => holdsVersion(each, version));
}

/** The IP versions that are compiled and read the line. */
export function versionsRead({ version }: { readonly version?: Version }, { families }: Scope): readonly Version[] {
  return version === undefined ? families.versions : families.versions.filter((each) => each === version);
}

/** A set may hold addresses of one version only; those of the other are not in it. */
function holdsVersion({ set, negated }: SetMatch, version: Version): boolean {
  return negated || (set.members ?? [set]).some(({ of }) => of[version] !== undefined);
}

/** ICMP is of IPv4 alone and ICMPv6 of IPv6; every other protocol is of both. */
export function protocolHas(match: ProtocolMatch, version: Version): boolean {
  if (match.negated) return true;
  if (match.protocol === 1) return version === 4;
  if (match.protocol === 58) return version === 6;
  return true;
}

/** A column that asks for packets of one IP version. */
export interface VersionPart {
  readonly place: Span;
  readonly version: Version;
}

/** The columns that ask for one IP version, in their order. */
export function versionParts(row: RuleRow, traffic: Versioned): readonly VersionPart[] {
  return [...partsOf(row, traffic)];
}

/** What of a line's traffic can be of one IP version. */
interface Versioned extends Pick<Traffic, 'protocols' | 'conditions'> {
  readonly source?: HostMatch | undefined;
  readonly dest?: HostMatch | undefined;
  readonly originalDest?: HostMatch | undefined;
}

function* partsOf({ cells, inlineMatches }: RuleRow, traffic: Versioned): Generator<VersionPart> {
  const { protocols, conditions } = traffic;
  const hosts = [
    [cells.source, traffic.source],
    [cells.dest, traffic.dest],
    [cells.origdest, traffic.originalDest],
  ] as const;
  for (const [cell, match] of hosts) {
    const only = ([4, 6] as const).filter((version) => hasVersion(match, version));
    if (cell && only.length === 1 && only[0]) yield { place: cell.span, version: only[0] };
  }
  // Without PROTO it is `-p` that names one.
  const proto = cells.proto?.span ?? (inlineMatches && spanOf(inlineMatches));
  for (const version of [4, 6] as const)
    if (proto && protocols.length > 0 && protocols.every((each) => !protocolHas(each, version)))
      yield { place: proto, version: version === 4 ? 6 : 4 };
  if (cells.headers && conditions.some((match) => match.kind === 'extensionHeader' || isNextHeader(match)))
    yield { place: cells.headers.span, version: 6 };
  for (const match of conditions) {
    const version = versionAsked(match);
    if (inlineMatches && version && match.kind !== 'extensionHeader') yield { place: spanOf(inlineMatches), version };
  }
}

/** What `exactly:` of HEADERS asks for. */
function isNextHeader(match: Match): boolean {
  return match.kind === 'field' && match.field === 'next header';
}

/** Says why no packet fits: two columns that ask for different IP versions, or one that asks for a version that is not compiled. */
export function sayVersions(
  line: { readonly origin: Origin; readonly version?: Version },
  parts: readonly VersionPart[],
  scope: Scope,
): void {
  const { report } = scope;
  const read = versionsRead(line, scope);
  const foreign = parts.find(({ version }) => !read.includes(version));
  const last = parts.at(-1);
  const first = parts.find(({ version }) => version !== last?.version);
  if (first && last)
    report.add(mixedVersions(last.place, `IPv${last.version}`, { span: first.place, text: `IPv${first.version}` }));
  else {
    const compiled = read.map((version) => `IPv${version}`).join(' and ');
    report.add(otherVersion(foreign?.place ?? line.origin, `IPv${foreign?.version ?? 6}`, compiled));
  }
}
