/** The firewalls that questions are asked of: a folder, or what a generation keeps of its folders. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Firewall } from '../../compiler/answers/firewall.ts';
import { compile } from '../../compiler/compile.ts';
import type { Environment } from '../../compiler/environment.ts';
import type { FrameTable, SetElement } from '../../compiler/ir/ruleset.ts';
import { stateOf } from '../apply/last-script.ts';
import { openEnvironment } from '../environment/environment.ts';
import { findFolder } from '../environment/folder.ts';
import { version } from '../generated/version.js';
import { copyNames, listGenerations, readCurrent } from '../generations/generation.ts';
import { showFindings } from '../output/findings.ts';
import { say } from '../output/output.ts';
import type { Call } from '../verb.ts';

/** A firewall with the machine that its names are looked up on. */
export interface Asked {
  readonly firewall: Firewall;
  readonly environment: Environment;
  /** Tables for what passes below IP. */
  readonly frames?: readonly FrameTable[];
}

/**
 * The firewalls of a folder or of a generation by its number: two of a pair of Shorewall folders, one for each IP version.
 * Undefined where there is none; the user has been told why, unless it should be `silent`.
 */
export async function firewallsOf(
  name: string,
  call: Call,
  how: 'tell' | 'silent' = 'tell',
): Promise<readonly Asked[] | undefined> {
  const folders = foldersOf(name, call, how);
  if (folders === undefined) return undefined;
  const all: Asked[] = [];
  for (const path of folders) {
    const one = await firewallOf(path, call, how);
    if (!one) return undefined;
    all.push(one);
  }
  return isRunning(name, call) ? withSetsAsTheyAre(all, call) : all;
}

/** The same sets in firewalls that come after others: a restart keeps what commands and events have put there. */
export function withSetsOf(others: readonly Asked[], all: readonly Asked[]): readonly Asked[] {
  return all.map(({ firewall, ...rest }) => {
    const filled = others.find((each) => each.firewall.ruleset.family === firewall.ruleset.family)?.firewall.filled;
    return { firewall: { ...firewall, ...(filled && { filled }) }, ...rest };
  });
}

/** Whether the name is the number of the generation that is loaded. */
function isRunning(name: string, call: Call): boolean {
  return name === String(readCurrent(stateOf(call))?.number) && !existsSync(name);
}

/** The firewalls with what commands and events have put into their sets. */
async function withSetsAsTheyAre(all: readonly Asked[], call: Call): Promise<readonly Asked[]> {
  const { readSets, scriptOfSets } = await import('../sets/contents.ts');
  const { readElement } = await import('../sets/boxes.ts');
  const script = await scriptOfSets(call);
  const sets = script && (await readSets(script));
  if (!sets) return all;
  return all.map(({ firewall, ...rest }) => {
    const filled = new Map<string, readonly SetElement[]>();
    for (const [name, { type, elements }] of sets.tables.get(firewall.ruleset.family) ?? [])
      filled.set(
        name,
        elements.flatMap(({ element }) => readElement(element, type) ?? []),
      );
    return { firewall: { ...firewall, filled }, ...rest };
  });
}

function foldersOf(name: string, call: Call, how: 'tell' | 'silent'): readonly string[] | undefined {
  if (!/^\d+$/.test(name) || existsSync(name)) return [name];
  const generation = listGenerations(stateOf(call)).find(({ number }) => number === Number(name));
  if (!generation) {
    if (how === 'tell') say(`there is no generation ${name}; \`ftpwall generations\` lists them`);
    return undefined;
  }
  return copyNames.map((copy) => join(generation.folder, copy)).filter((path) => existsSync(path));
}

async function firewallOf(name: string, call: Call, how: 'tell' | 'silent'): Promise<Asked | undefined> {
  const found = findFolder(name);
  if (found.kind === 'refused') {
    if (how === 'tell') say(found.reason);
    return undefined;
  }
  const environment = openEnvironment(found.folder, 'looking');
  const { family } = call.options;
  const { report, model, lowered, frames } = compile(environment, {
    version,
    purpose: 'answers',
    lint: false,
    ...(family !== undefined && { family }),
  });
  const errors = report.diagnostics.filter(({ severity }) => severity === 'error');
  if (errors.length > 0 || !model || !lowered) {
    if (how === 'tell') await showFindings(errors, call.options);
    return undefined;
  }
  return { firewall: { model, ruleset: lowered }, environment, ...(frames && { frames }) };
}
