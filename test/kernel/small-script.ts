/** Stand-alone scripts: around rulesets small enough to be read in a test, and of a configuration. */
import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { emitScript, type ScriptParts } from '../../compiler/7-emit/script.ts';
import { compile } from '../../compiler/compile.ts';
import { scriptTemplate } from '../../runtime/generated/script-template.js';
import { memoryEnvironment } from '../support/memory-environment.ts';

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

/** Writes the script of a configuration and returns its path; one that does not compile is an error of the test. */
export function writeCompiled(folder: string, name: string, files: Readonly<Record<string, string>>): string {
  const { artifact, report } = compile(memoryEnvironment(files), { version: '0', scriptTemplate });
  if (!artifact) throw new Error(report.diagnostics.map(({ code }) => code).join(' '));
  const path = join(folder, name);
  writeFileSync(path, artifact.script);
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
