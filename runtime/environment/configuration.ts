/** From a call of a verb to what its configuration compiles to; what there is to say of it is said here. */
import { type Compilation, type CompileOptions, compile } from '../../compiler/compile.ts';
import { halfOf, joinPair } from '../../compiler/compile-pair.ts';
import type { Diagnostic } from '../../compiler/diagnostics/message.ts';
import { renderJsonOfFolders } from '../../compiler/diagnostics/render.ts';
import { invariant } from '../../compiler/invariant.ts';
import type { Ruleset } from '../../compiler/ir/ruleset.ts';
import type { Model } from '../../compiler/model/index.ts';
import type { Span } from '../../compiler/source.ts';
import type { Artifact } from '../../compiler/system-plan.ts';
import { scriptTemplate } from '../generated/script-template.js';
import { version } from '../generated/version.js';
import { copyNames, type ToKeep } from '../generations/generation.ts';
import type { KeptHalf } from '../generations/kept-halves.ts';
import { showFindings } from '../output/findings.ts';
import { say, wantsProgress, write } from '../output/output.ts';
import type { Call } from '../verb.ts';
import { openEnvironment, type Purpose } from './environment.ts';
import { defaultFolder, type Folder, findFolder } from './folder.ts';
import { distrust } from './trust.ts';

/** What came of a configuration. When it failed, the user has been told why. */
export type Compiled =
  | {
      readonly kind: 'compiled';
      /** The folder, or that for IPv4 of a pair. */
      readonly folder: Folder;
      /** All folders, as a generation keeps them. */
      readonly folders: ToKeep['folders'];
      /** What each folder for one IP version gives to a pair; none of a folder for both. */
      readonly halves: readonly KeptHalf[];
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
  if (second === undefined) {
    const compiled = await compileFolder(first, call, purpose);
    return compiled.kind === 'failed' ? compiled : { ...compiled, ...startupOf(compiled), ...keptOf([compiled]) };
  }
  // One document for both, and the mistakes of both in one run.
  const together = call.options.json;
  const compiled = await compileFolder(first, besideAnother(call), purpose, together);
  const other = await compileFolder(second, besideAnother(call), purpose, together);
  const failed = compiled.kind === 'failed' || other.kind === 'failed';
  if (together && (failed || purpose === 'looking')) {
    const all = [
      { name: first, findings: compiled.findings },
      { name: second, findings: other.findings },
    ];
    write(1, renderJsonOfFolders(all));
  }
  if (compiled.kind === 'failed' || other.kind === 'failed') return { kind: 'failed' };
  const [four, six] = compiled.folder.flavour === 'shorewall' ? [compiled, other] : [other, compiled];
  if (four.folder.flavour !== 'shorewall' || six.folder.flavour !== 'shorewall6') {
    say('two folders are loaded together when one has a shorewall.conf and the other a shorewall6.conf');
    return { kind: 'failed' };
  }
  const kept = keptOf([four, six]);
  const [half4, half6] = kept.halves;
  invariant(half4 && half6, 'a Shorewall folder is for both IP versions');
  const { artifact, rulesets } = joinPair(half4, half6, compileOptionsOf(call));
  const findings = [...four.findings, ...six.findings];
  const { folder, model } = four;
  return { kind: 'compiled', folder, ...kept, model, ...startupOf(four, six), artifact, rulesets, findings };
}

/** That a folder leaves the other IP version alone is no news where another folder is for that. */
export function besideAnother(call: Call): Call {
  return { ...call, options: { ...call.options, allow: [...call.options.allow, 'ipv6-not-filtered'] } };
}

/** What a generation keeps of the folders. The names are those of its copies of them. */
function keptOf(all: readonly CompiledFolder[]): { readonly folders: ToKeep['folders']; readonly halves: KeptHalf[] } {
  const folders = all.map(({ folder: { path } }) => ({ path, copyFrom: path }));
  const halves = all.flatMap(({ compilation, folder }, index) => {
    const half = halfOf(compilation);
    return half === undefined ? [] : [{ ...half, folder: folder.path, copy: copyNames[index] ?? '' }];
  });
  return { folders, halves };
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

/** What the options of a call are to the compiler. Only `check` waits for the warnings that need the whole ruleset. */
export function compileOptionsOf({ verb, options: { allow, family, lint, notes } }: Call): CompileOptions {
  return {
    version,
    scriptTemplate,
    allow,
    lint: verb === 'check' && lint,
    notes: verb === 'check' && notes,
    ...(lint ? {} : { prove: false }),
    ...(family === undefined ? {} : { family }),
  };
}

/** Compiles a folder and prints the findings. */
async function compileFolder(
  name: string,
  call: Call,
  purpose: Purpose,
  silent = false,
): Promise<CompiledFolder | { readonly kind: 'failed'; readonly findings: readonly Diagnostic[] }> {
  const found = findFolder(name);
  if (found.kind === 'refused') {
    say(found.reason);
    return { kind: 'failed', findings: [] };
  }
  const reason = purpose === 'loading' ? distrust(found.folder.path) : undefined;
  if (reason !== undefined) {
    say(`the configuration folder ${found.folder.name} cannot be trusted: ${reason}`);
    return { kind: 'failed', findings: [] };
  }
  const environment = openEnvironment(found.folder, purpose);
  const options = compileOptionsOf(call);
  const compilation = wantsProgress(call.options)
    ? (await import('../output/progress.ts')).withProgress('compiling', () => compile(environment, options))
    : compile(environment, options);
  const { report, artifact, model, rulesets } = compilation;
  const failed = artifact === undefined || model === undefined || rulesets === undefined || report.failed;
  // What is applied has a result of its own, and the findings are in it.
  if (!silent && (failed || purpose === 'looking' || !call.options.json))
    await showFindings(report.diagnostics, call.options);
  if (failed) return { kind: 'failed', findings: report.diagnostics };
  const tables = [rulesets.running, ...rulesets.companions];
  const findings = report.diagnostics;
  return { kind: 'compiled', folder: found.folder, compilation, artifact, model, rulesets: tables, findings };
}
