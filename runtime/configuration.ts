/** From a call of a verb to what its configuration compiles to; what there is to say of it is said here. */
import { type Compilation, type CompileOptions, compile } from '../compiler/compile.ts';
import type { Diagnostic } from '../compiler/diagnostics/diagnostic.ts';
import type { Ruleset } from '../compiler/ir/ruleset.ts';
import type { Model } from '../compiler/model.ts';
import type { Span } from '../compiler/source.ts';
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
      /** The folder for IPv6 of a pair. */
      readonly folder6?: Folder;
      readonly artifact: Artifact;
      /** What the configuration means. */
      readonly model: Model;
      /** Where a settings file says that the firewall may not be started. */
      readonly startupDisabled?: Span;
      /** The tables as data: the firewall, and what keeps an IP version closed that it does not see. */
      readonly rulesets: readonly Ruleset[];
      readonly findings: readonly Diagnostic[];
    }
  | { readonly kind: 'failed' };

/** The configuration of a call: one folder, or one for IPv4 and one for IPv6 that are loaded together. */
export async function compileFolderOf(call: Call, purpose: Purpose): Promise<Compiled> {
  const [first = defaultFolder, second] = call.arguments;
  const compiled = await compileFolder(first, call, purpose);
  if (compiled.kind === 'failed') return compiled;
  if (second === undefined) return { ...compiled, ...startupOf(compiled) };
  const other = await compileFolder(second, call, purpose);
  if (other.kind === 'failed') return other;
  const [four, six] = compiled.folder.flavour === 'shorewall' ? [compiled, other] : [other, compiled];
  if (four.folder.flavour !== 'shorewall' || six.folder.flavour !== 'shorewall6') {
    say('two folders are loaded together when one has a shorewall.conf and the other a shorewall6.conf');
    return { kind: 'failed' };
  }
  const { joinPair } = await import('../compiler/compile-pair.ts');
  const { artifact, rulesets } = joinPair(four.compilation, six.compilation, optionsOf(call));
  const findings = [...four.findings, ...six.findings];
  const { folder, model } = four;
  const startup = startupOf(four, six);
  return { kind: 'compiled', folder, folder6: six.folder, model, ...startup, artifact, rulesets, findings };
}

function startupOf(...folders: readonly CompiledFolder[]): { readonly startupDisabled?: Span } {
  const startupDisabled = folders.map(({ model }) => model.startupDisabled).find((place) => place !== undefined);
  return startupDisabled ? { startupDisabled } : {};
}

/** A folder that was compiled without errors. */
interface CompiledFolder {
  readonly kind: 'compiled';
  readonly folder: Folder;
  readonly compilation: Compilation;
  readonly artifact: Artifact;
  readonly model: Model;
  readonly rulesets: readonly Ruleset[];
  readonly findings: readonly Diagnostic[];
}

/** Only who asks for warnings waits for those that need the whole ruleset. */
function optionsOf({ verb, options: { allow, family, lint } }: Call): CompileOptions {
  return {
    version,
    scriptTemplate,
    allow,
    lint: verb === 'check' && lint,
    ...(family === undefined ? {} : { family }),
  };
}

/** Compiles a folder and prints the findings. */
async function compileFolder(
  name: string,
  call: Call,
  purpose: Purpose,
): Promise<CompiledFolder | { readonly kind: 'failed' }> {
  const found = findFolder(name);
  if (found.kind === 'refused') {
    say(found.reason);
    return { kind: 'failed' };
  }
  const reason = purpose === 'loading' ? distrust(found.folder.path) : undefined;
  if (reason !== undefined) {
    say(`the configuration folder ${found.folder.name} cannot be trusted: ${reason}`);
    return { kind: 'failed' };
  }
  const environment = openEnvironment(found.folder, purpose);
  const options = optionsOf(call);
  const compilation = wantsProgress(call.options)
    ? (await import('./progress.ts')).withProgress('compiling', () => compile(environment, options))
    : compile(environment, options);
  const { report, artifact, model, rulesets } = compilation;
  const failed = artifact === undefined || model === undefined || rulesets === undefined || report.failed;
  // What is applied has a result of its own, and the findings are in it.
  if (failed || purpose === 'looking' || !call.options.json) await showFindings(report.diagnostics, call.options);
  if (failed) return { kind: 'failed' };
  const tables = [rulesets.running, ...rulesets.companions];
  const findings = report.diagnostics;
  return { kind: 'compiled', folder: found.folder, compilation, artifact, model, rulesets: tables, findings };
}
