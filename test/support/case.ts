/** A case: a folder with a configuration, what is made of it, and packets that it decides. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Compilation } from '../../compiler/compile.ts';
import { compile } from '../../compiler/compile.ts';
import type { Judgement } from '../../compiler/ir/packet.ts';
import type { NftRule, Ruleset } from '../../compiler/ir/ruleset.ts';
import { placeOf } from '../../compiler/source.ts';
import { memoryEnvironment } from './memory-environment.ts';
import type { InterfaceOf } from './packets.ts';

/** One folder of test/cases. */
export interface Case {
  readonly name: string;
  readonly folder: string;
  readonly packets?: string;
}

const casesFolder = join(import.meta.dirname, '..', 'cases');

/** Every case, sorted by name. */
export function cases(): readonly Case[] {
  return readdirSync(casesFolder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => {
      const folder = join(casesFolder, name);
      const packets = join(folder, 'packets');
      return { name, folder, ...(existsSync(packets) ? { packets: readFileSync(packets, 'utf8') } : {}) };
    })
    .sort((a, b) => a.name.localeCompare(b.name));
}

/** The files of the configuration, by name. */
export function filesOf({ folder }: Case): Readonly<Record<string, string>> {
  const config = join(folder, 'config');
  return Object.fromEntries(readdirSync(config).map((name) => [name, readFileSync(join(config, name), 'utf8')]));
}

/** Compiles the configuration of a case. */
export function compileCase(each: Case): Compilation {
  return compile(memoryEnvironment(filesOf(each)), { version: '0' });
}

/** The interface of a zone, from the `interfaces` file of a case: its first line for the zone. */
export function interfacesOf(each: Case): InterfaceOf {
  const found = new Map<string, string>();
  for (const line of (filesOf(each).interfaces ?? '').split('\n')) {
    const [zone, name] = line.replace(/#.*/, '').trim().split(/\s+/);
    const physical = /physical=([^,\s]+)/.exec(line)?.[1] ?? name;
    if (zone && physical && !zone.startsWith('?') && !found.has(zone)) found.set(zone, physical.replace(/\+$/, '9'));
  }
  return (zone) => found.get(zone);
}

/** The lines of a file, by number, that some rule of the ruleset comes from. */
export function linesOf(ruleset: Ruleset, file: string): ReadonlySet<number> {
  return new Set(ruleset.chains.flatMap((chain) => chain.rules.flatMap((rule) => linesOfRule(rule, file))));
}

/** The lines of a file whose rules a packet met. */
export function linesMet(ruleset: Ruleset, { trace }: Judgement, file: string): readonly number[] {
  const chains = new Map(ruleset.chains.map((chain) => [chain.name, chain]));
  return trace.flatMap((step) => {
    const rule = chains.get(step.chain)?.rules[step.rule];
    return rule ? linesOfRule(rule, file) : [];
  });
}

function linesOfRule(rule: NftRule, file: string): readonly number[] {
  return (rule.origin ?? []).flatMap((span) => {
    const [, path, line] = /^(.*):(\d+)$/.exec(placeOf(span)) ?? [];
    return path === file && line ? [Number(line)] : [];
  });
}
