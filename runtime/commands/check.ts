import type { Diagnostic } from '../../compiler/diagnostics/message.ts';
import { compileFolderOf } from '../environment/configuration.ts';
import { defaultFolder, findFolder } from '../environment/folder.ts';
import { say, write } from '../output/output.ts';
import { type Call, type Status, status } from '../verb.ts';

export async function run(call: Call): Promise<Status> {
  const fixed = call.options.fix ? await fix(call) : status.done;
  const compiled = await compileFolderOf(call, 'looking');
  if (compiled.kind === 'failed') return status.configurationErrors;
  const refused = call.options.strict ? await refusedByStrict(compiled.findings) : 0;
  if (refused > 0) {
    if (!call.options.quiet) say(`--strict refuses ${refused} of these warnings`);
    return status.configurationErrors;
  }
  const { json, quiet, tap, junit, sarif } = call.options;
  const isForProgram = json || tap || junit === '-' || sarif === '-';
  if (!isForProgram && !quiet) write(1, `${compiled.folder.name}: no errors${warningsIn(compiled.findings)}\n`);
  return fixed;
}

function warningsIn(findings: readonly Diagnostic[]): string {
  const count = findings.filter(({ severity }) => severity === 'warning').length;
  return count === 0 ? '' : `, ${count} ${count === 1 ? 'warning' : 'warnings'}`;
}

/** Rewrites old spellings; the findings that are left are printed after it. */
async function fix(call: Call): Promise<Status> {
  const found = findFolder(call.arguments[0] ?? defaultFolder);
  if (found.kind === 'refused') return status.done; // the compilation says it
  const { fixFolder } = await import('../fix/fix.ts');
  const { rewrite } = await import('../fix/rewrite.ts');
  const fixed = fixFolder(found.folder);
  const reason = fixed.kind === 'refused' ? fixed.reason : rewrite(found.folder.path, fixed.files, { originals: true });
  if (reason !== undefined || fixed.kind === 'refused') {
    say(`nothing was fixed: ${reason}`);
    return status.refused;
  }
  if (call.options.quiet) return status.done;
  for (const [name, text] of fixed.files) {
    say(text === undefined ? `${name}: taken into another file; the old one is ${name}.bak` : `${name}: rewritten`);
  }
  if (fixed.files.size === 0) say('no old spelling is left to be fixed');
  return status.done;
}

/** How many of the findings are of those that `--strict` does not let pass. */
async function refusedByStrict(findings: readonly Diagnostic[]): Promise<number> {
  const { strictCodes } = await import('../../compiler/diagnostics/catalogue/index.ts');
  return findings.filter(({ code }) => strictCodes.has(code)).length;
}
