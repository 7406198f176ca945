import { zonesOfOtherVersion } from '../diagnostics/catalogue/checking.ts';
import type { Rule } from '../model/rule.ts';
import type { ZonePair } from '../model/zone.ts';
import type { Version } from '../net/version.ts';
import type { Span } from '../source.ts';
import type { Law } from './law.ts';

/** A line is about packets that can pass between its zones: of an IP version that both hold and the line does not leave out. */
export const versionsOfZones: Law = (model, { report }) => {
  const versions: VersionsByZone = new Map(model.zones.map((zone) => [zone.name, zone.versions]));
  const isEmpty = (rule: Rule) => !rule.pairs.some((between) => hasPackets(rule, between, versions));
  const empty = model.rules.filter(isEmpty);
  if (empty.length === 0) return;
  const firstOf = new Map<Span, Rule>();
  for (const rule of empty) if (!firstOf.has(lineOf(rule))) firstOf.set(lineOf(rule), rule);
  // A line may be several rules, of which one is enough.
  for (const rule of model.rules) if (firstOf.has(lineOf(rule)) && !isEmpty(rule)) firstOf.delete(lineOf(rule));
  for (const rule of firstOf.values()) {
    const [pair] = rule.pairs;
    if (pair) report.add(zonesOfOtherVersion(rule.origin, wordsFor(rule, pair, versions)));
  }
};

function lineOf({ origin }: Rule): Span {
  return origin.at(-1) ?? origin[0];
}

type VersionsByZone = ReadonlyMap<string, readonly Version[]>;

function hasPackets({ traffic }: Rule, { source, dest }: ZonePair, versions: VersionsByZone): boolean {
  const ours = versions.get(source);
  const theirs = versions.get(dest);
  if (!ours || !theirs) return false;
  for (const version of traffic.versions) if (ours.includes(version) && theirs.includes(version)) return true;
  return false;
}

function wordsFor({ traffic }: Rule, { source, dest }: ZonePair, versions: VersionsByZone): string {
  const parts = [...new Set([source, dest])].map((name) => `\`${name}\` holds ${inWords(versions.get(name) ?? [])}`);
  return [`the line asks for ${inWords(traffic.versions)}`, ...parts].join(', ');
}

function inWords(versions: readonly Version[]): string {
  return versions.map((version) => `IPv${version}`).join(' and ');
}
