/**
 * What differs in the tables for what passes below IP (`arp ftpwall`, `bridge ftpwall`), rule by rule: they are no matter of
 * packets of IP, so they are compared by what they say. Of a listing, as nft 1.0.6 prints them.
 */
import { placesOf } from '../../compiler/7-emit/places.ts';
import { printRule } from '../../compiler/7-emit/rule.ts';
import type { OtherChange } from '../../compiler/answers/diff.ts';
import type { Asked } from './firewalls.ts';

/** The rules of each chain in their order, by table and chain: `table arp ftpwall` and `chain input`. */
export type FrameRules = ReadonlyMap<string, readonly string[]>;

const separator = '\n';

/** The rules that the configurations have. */
export function frameRulesOf(asked: readonly Asked[]): FrameRules {
  const found = new Map<string, string[]>();
  for (const { frames = [] } of asked)
    for (const { family, table, chains } of frames)
      for (const { name, rules } of chains)
        found.set(
          [`table ${family} ${table}`, `chain ${name}`].join(separator),
          rules.map((rule) => printRule(rule, family, rule.comment ?? (rule.origin && placesOf(rule.origin)))),
        );
  return found;
}

/** Those that stand in a listing of nft(8). */
export function frameRulesListed(text: string): FrameRules {
  const found = new Map<string, string[]>();
  let table: string | undefined;
  let rules: string[] | undefined;
  for (const line of text.split('\n').map((each) => each.trim())) {
    const [, begun] = /^(table (?:arp|bridge) ftpwall) \{/.exec(line) ?? [];
    const [, chain] = /^(chain \S+) \{/.exec(line) ?? [];
    if (begun) table = begun;
    else if (table && chain) {
      rules = [];
      found.set([table, chain].join(separator), rules);
    } else if (line === '}') {
      if (rules) rules = undefined;
      else table = undefined;
    } else if (rules && !/^(type|comment|policy) /.test(line) && line !== '')
      rules.push(line.replace(/counter packets \d+ bytes \d+/, 'counter'));
  }
  return found;
}

/** The rules that come and go; where only their order differs, all of them. */
export function frameChanges(before: FrameRules, after: FrameRules): readonly OtherChange[] {
  return [...new Set([...before.keys(), ...after.keys()])].flatMap((place): readonly OtherChange[] => {
    const [old, young] = [before.get(place) ?? [], after.get(place) ?? []];
    const [meantBefore, meantAfter] = [old.map(meaningOf), young.map(meaningOf)];
    if (meantBefore.join('\n') === meantAfter.join('\n')) return [];
    const gone = withoutThose(old, meantAfter);
    const come = withoutThose(young, meantBefore);
    const [from = '', to = ''] = place.split(separator);
    if (gone.length + come.length === 0) return [{ from, to, line: null, before: old, after: young }];
    const lines = [...new Set([...come, ...gone].map(lineOf))];
    return lines.map((line) => ({
      from,
      to,
      line,
      before: gone.filter((rule) => lineOf(rule) === line),
      after: come.filter((rule) => lineOf(rule) === line),
    }));
  });
}

function withoutThose(rules: readonly string[], meant: readonly string[]): readonly string[] {
  const left = [...meant];
  return rules.filter((rule) => {
    const at = left.indexOf(meaningOf(rule));
    if (at !== -1) left.splice(at, 1);
    return at === -1;
  });
}

/** The line of the configuration that a rule names. */
function lineOf(rule: string): string | null {
  return / comment "(\S+:\d+)[ "]/.exec(rule)?.[1] ?? null;
}

/** Operations of ARP by their names in nft (RFC 826, RFC 903, RFC 2390). */
const operations = ['request', 'reply', 'rrequest', 'rreply', '', '', '', 'inrequest', 'inreply', 'nak'];

/** The parts of a rule without their order, which nft changes, and without its place in the configuration. */
function meaningOf(rule: string): string {
  return rule
    .replace(/ comment "[^"]*"$/, '')
    .replace(/(arp operation (?:!= )?)([a-z]+)/, (_, words: string, name: string) => {
      const number = operations.indexOf(name) + 1;
      return `${words}${number === 0 ? name : number}`;
    })
    .replace(/& (0x[0-9a-f]+) \| (0x[0-9a-f]+)/g, (_, kept: string, set: string) => {
      const all = (Number(kept) | Number(set)) >>> 0;
      return `& 0x${all.toString(16)} | ${set}`;
    })
    .split(/ (?=(?:iifname|oifname|arp|ether|meta|counter|drop|accept|continue|return)\b)/)
    .filter((part) => !/^(?:comment|counter$)/.test(part))
    .sort()
    .join(' ');
}
