/** From a call of a verb to what its configuration compiles to; what there is to say of it is said here. */
import { compile } from '../compiler/compile.ts';
import type { Artifact } from '../compiler/system-plan.ts';
import { openEnvironment, type Purpose } from './environment.ts';
import { showFindings } from './findings.ts';
import { defaultFolder, type Folder, findFolder } from './folder.ts';
import { scriptTemplate } from './generated/script-template.js';
import { version } from './generated/version.js';
import { say } from './output.ts';
import { distrust } from './trust.ts';
import type { Call } from './verb.ts';

/** What came of a configuration. When it failed, the user has been told why. */
export type Compiled =
  | { readonly kind: 'compiled'; readonly folder: Folder; readonly artifact: Artifact }
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
  const { report, artifact } = compile(openEnvironment(found.folder, purpose), {
    version,
    scriptTemplate,
    allow,
    ...(family === undefined ? {} : { family }),
  });
  await showFindings(report.diagnostics, call.options);
  return artifact === undefined || report.failed
    ? { kind: 'failed' }
    : { kind: 'compiled', folder: found.folder, artifact };
}
