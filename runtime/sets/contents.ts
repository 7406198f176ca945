/** What sets of the running firewall hold: by the kernel's word, and as it was written. */
import type { Ruleset, SetType } from '../../compiler/ir/ruleset.ts';
import { lastScript } from '../apply/last-script.ts';
import { runScript, type Script } from '../apply/run-script.ts';
import { say } from '../output/output.ts';
import { type Call, status } from '../verb.ts';

/** The family of a table. */
export type Family = Ruleset['family'];

/** One element of a set. */
export interface Content {
  readonly set: string;
  /** As nft lists it. */
  readonly element: string;
  /** Seconds that are left; 0 for ever. */
  readonly seconds: number;
}

/** A set as the kernel has it. */
export interface KernelSet {
  readonly type: readonly SetType[];
  readonly elements: readonly Content[];
}

/** What somebody wrote into a set of entries. */
export interface Entry {
  readonly set: string;
  readonly element: string;
}

/** The sets of a table that fill at run time, by their names, and all entries that were kept, of whatever table. */
export interface SetsNow {
  readonly sets: ReadonlyMap<string, KernelSet>;
  readonly entries: readonly Entry[];
}

/** The same of every table of the firewall: a pair of Shorewall folders has one for each IP version. */
export interface FirewallSets {
  readonly tables: ReadonlyMap<Family, SetsNow['sets']>;
  readonly entries: readonly Entry[];
}

/** The script of the firewall that runs; undefined when none was started, which has been said. */
export async function scriptOfSets(call: Call): Promise<Script | undefined> {
  const script = await lastScript(call);
  if (script === undefined) say('no firewall was started, so there are no sets');
  return script;
}

/** What the sets hold now; undefined when that cannot be told, which has been said. */
export async function readSets(script: Script): Promise<FirewallSets | undefined> {
  const ended = await runScript(script, 'contents');
  if (ended.status !== status.done) return undefined;
  const tables = new Map<Family, Map<string, { readonly type: readonly SetType[]; readonly elements: Content[] }>>();
  const entries: Entry[] = [];
  for (const line of ended.output.split('\n')) {
    const [family = '', set = '', type = '', element = '', seconds = ''] = line.split('\t');
    if (family === '') {
      if (type !== '') entries.push({ set, element: type });
      continue;
    }
    const sets = tables.get(family as Family) ?? new Map();
    tables.set(family as Family, sets);
    const known = sets.get(set) ?? { type: type.split(' . ') as readonly SetType[], elements: [] };
    if (element !== '') known.elements.push({ set, element, seconds: Number(seconds) });
    sets.set(set, known);
  }
  return { tables, entries };
}
