/** The firewalls that questions are asked of: a folder, or what a generation keeps of its folders. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Firewall } from '../../compiler/answers/firewall.ts';
import { compile } from '../../compiler/compile.ts';
import type { Environment } from '../../compiler/environment.ts';
import { stateOf } from '../apply/last-script.ts';
import { openEnvironment } from '../environment/environment.ts';
import { findFolder } from '../environment/folder.ts';
import { version } from '../generated/version.js';
import { copyNames, listGenerations } from '../generations/generation.ts';
import { showFindings } from '../output/findings.ts';
import { say } from '../output/output.ts';
import type { Call } from '../verb.ts';

/** A firewall with the machine that its names are looked up on. */
export interface Asked {
  readonly firewall: Firewall;
  readonly environment: Environment;
}

/**
 * The firewalls of a folder or of a generation by its number: two of a pair of Shorewall folders, one for each IP version.
 * Undefined where there is none; the user has been told why.
 */
export async function firewallsOf(name: string, call: Call): Promise<readonly Asked[] | undefined> {
  const folders = foldersOf(name, call);
  if (folders === undefined) return undefined;
  const all: Asked[] = [];
  for (const path of folders) {
    const one = await firewallOf(path, call);
    if (!one) return undefined;
    all.push(one);
  }
  return all;
}

function foldersOf(name: string, call: Call): readonly string[] | undefined {
  if (!/^\d+$/.test(name) || existsSync(name)) return [name];
  const generation = listGenerations(stateOf(call)).find(({ number }) => number === Number(name));
  if (!generation) {
    say(`there is no generation ${name}; \`ftpwall generations\` lists them`);
    return undefined;
  }
  return copyNames.map((copy) => join(generation.folder, copy)).filter((path) => existsSync(path));
}

async function firewallOf(name: string, call: Call): Promise<Asked | undefined> {
  const found = findFolder(name);
  if (found.kind === 'refused') {
    say(found.reason);
    return undefined;
  }
  const environment = openEnvironment(found.folder, 'looking');
  const { family } = call.options;
  const { report, model, lowered } = compile(environment, {
    version,
    purpose: 'answers',
    lint: false,
    ...(family !== undefined && { family }),
  });
  const errors = report.diagnostics.filter(({ severity }) => severity === 'error');
  if (errors.length > 0 || !model || !lowered) {
    await showFindings(errors, call.options);
    return undefined;
  }
  return { firewall: { model, ruleset: lowered }, environment };
}
