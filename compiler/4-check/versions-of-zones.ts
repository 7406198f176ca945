import { zonesOfOtherVersion } from '../diagnostics/catalogue/checking.ts';
import type { Model } from '../model/index.ts';
import type { Rule } from '../model/rule.ts';
import type { ZonePair } from '../model/zone.ts';
import type { Version } from '../net/version.ts';
import type { Span } from '../source.ts';
import type { Law } from './law.ts';

/** A line is about packets that can pass between its zones: of an IP version that both hold and the line does not leave out. */
export const versionsOfZones: Law = (model, { report }) => {
  const lines = new Map<Span, Rule[]>();
  for (const rule of model.rules) {
    const line = rule.origin.at(-1) ?? rule.origin[0];
    lines.set(line, [...(lines.get(line) ?? []), rule]);
  }
  for (const rules of lines.values()) {
    const [rule] = rules;
    const [pair] = rule?.pairs ?? [];
    if (!rule || !pair || rules.some((each) => each.pairs.some((between) => hasPackets(each, between, model))))
      continue;
    report.add(zonesOfOtherVersion(rule.origin, wordsFor(rule, pair, model)));
  }
};

function hasPackets({ traffic }: Rule, { source, dest }: ZonePair, model: Model): boolean {
  return traffic.versions.some((version) => [source, dest].every((name) => versionsOf(name, model).includes(version)));
}

function versionsOf(name: string, { zones }: Model): readonly Version[] {
  return zones.find((zone) => zone.name === name)?.versions ?? [];
}

function wordsFor({ traffic }: Rule, { source, dest }: ZonePair, model: Model): string {
  const parts = [...new Set([source, dest])].map((name) => `\`${name}\` holds ${inWords(versionsOf(name, model))}`);
  return [`the line asks for ${inWords(traffic.versions)}`, ...parts].join(', ');
}

function inWords(versions: readonly Version[]): string {
  return versions.map((version) => `IPv${version}`).join(' and ');
}
