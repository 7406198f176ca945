/** From a call of a verb to what its configuration compiles to; what there is to say of it is said here. */
import { compile } from '../compiler/compile.ts';
import type { Diagnostic } from '../compiler/diagnostics/diagnostic.ts';
import type { Ruleset } from '../compiler/ir/ruleset.ts';
import type { Model } from '../compiler/model.ts';
import type { Artifact } from '../compiler/system-plan.ts';
import { openEnvironment, type Purpose } from './environment.ts';
import { showFindings } from './findings.ts';
import { defaultFolder, type Folder, findFolder } from './folder.ts';
import { scriptTemplate } from './generated/script-template.js';
import { version } from './generated/version.js';
import { say, wantsProgress } from './output.ts';
import { distrust } from './trust.ts';
import type { Call } from './verb.ts';

/** What came of a configuration. When it failed, the user has been told why. */
export type Compiled =
  | {
      readonly kind: 'compiled';
      readonly folder: Folder;
      readonly artifact: Artifact;
      /** What the configuration means. */
      readonly model: Model;
      /** The tables as data: the firewall, and what keeps an IP version closed that it does not see. */
      readonly rulesets: readonly Ruleset[];
      readonly findings: readonly Diagnostic[];
    }
  | { readonly kind: 'failed' };

/** Compiles the folder that the call names and prints the findings. */
export async function compileFolderOf(call: Call, purpose: Purpose): Promise<Compiled> {
  const found = findFolder(call.arguments[0] ?? defaultFolder);
  if (found.kind === 'refused') {
    say(found.reason);
    return { kind: 'failed' };
  }
  const reason = purpose === 'loading' ? distrust(found.folder.path) : undefined;
  if (reason !== undefined) {
    say(`the configuration folder ${found.folder.name} cannot be trusted: ${reason}`);
    return { kind: 'failed' };
  }
  const { allow, family } = call.options;
  const environment = openEnvironment(found.folder, purpose);
  const options = { version, scriptTemplate, allow, ...(family === undefined ? {} : { family }) };
  const { report, artifact, model, rulesets } = wantsProgress(call.options)
    ? (await import('./progress.ts')).withProgress('compiling', () => compile(environment, options))
    : compile(environment, options);
  const failed = artifact === undefined || model === undefined || rulesets === undefined || report.failed;
  // What is applied has a result of its own, and the findings are in it.
  if (failed || purpose === 'looking' || !call.options.json) await showFindings(report.diagnostics, call.options);
  if (failed) return { kind: 'failed' };
  const tables = [rulesets.running, ...rulesets.companions];
  return { kind: 'compiled', folder: found.folder, artifact, model, rulesets: tables, findings: report.diagnostics };
}
