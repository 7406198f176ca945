/** Stand-alone scripts around rulesets small enough to be read in a test. */
import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { emitScript, type ScriptParts } from '../../compiler/7-emit/script.ts';
import { scriptTemplate } from '../../runtime/generated/script-template.js';

export interface SmallScript extends Partial<ScriptParts> {
  /** Rules of the running state's input chain. */
  readonly rules?: readonly string[];
}

/** Writes the script and returns its path. */
export function writeScript(folder: string, name: string, { rules = [], ...parts }: SmallScript = {}): string {
  const path = join(folder, name);
  writeFileSync(path, scriptText({ rules, ...parts }));
  chmodSync(path, 0o755);
  return path;
}

export function scriptText({ rules = [], ...parts }: SmallScript = {}): string {
  const family = parts.family ?? 'inet';
  return emitScript(scriptTemplate, {
    version: '0',
    family,
    table: 'ftpwall',
    ruleset: transaction(family, 'running', rules),
    stopped: transaction(family, 'stopped', []),
    plan: [],
    companions: [],
    ...parts,
  });
}

function transaction(family: string, state: string, rules: readonly string[]): string {
  const lines = ['iifname "lo" counter accept comment "built in"', ...rules].map((rule) => `\t\t${rule}\n`);
  return `table ${family} ftpwall
delete table ${family} ftpwall
table ${family} ftpwall {
	chain about {
		comment "ftpwall ${state} 0"
	}
	chain input {
		type filter hook input priority filter; policy drop;
${lines.join('')}	}
}
`;
}
