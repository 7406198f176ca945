/** `ftpwall migrate`: an ftpwall folder that is the same firewall as a Shorewall folder, proved before it is in its place. */
import { compile } from '../../compiler/compile.ts';
import type { Diagnostic } from '../../compiler/diagnostics/diagnostic.ts';
import { openEnvironment } from '../environment.ts';
import { type Folder, findFolder } from '../folder.ts';
import { version } from '../generated/version.js';
import { compareFirewalls, type Difference } from '../prove/same-firewall.ts';
import { reasonOf } from '../system-errors.ts';
import { firewallOf, type Half, prepare } from './half.ts';
import { type Draft, refuseTarget, writeDraft } from './new-folder.ts';
import { oneFamily } from './one-family.ts';
import type { Note, Proved } from './report.ts';
import type { SourceFile } from './source-files.ts';

/** What the new folder is to be. */
export interface Plan {
  readonly kind: 'plan';
  readonly files: ReadonlyMap<string, SourceFile>;
  readonly notes: readonly Note[];
}

/** What came of it; unless it is `written` there is nothing new on the disk. */
export type Migration =
  | {
      readonly kind: 'written';
      readonly notes: readonly Note[];
      readonly proved: readonly Proved[];
      readonly findings: readonly Diagnostic[];
    }
  | Refusal;

/** Why nothing was written. `errors`: of the old folder, or of what the new one would be. */
export interface Refusal {
  readonly kind: 'refused';
  readonly reason: string;
  readonly findings: readonly Diagnostic[];
  readonly differences: readonly Difference[];
}

/** Migrates one folder, or the two of a pair, IPv4 first. */
export function migrate(folders: readonly Folder[], to: string): Migration {
  const foreign = folders.find(({ flavour }) => flavour === 'ftpwall');
  if (foreign)
    return refused(
      `${foreign.name} has neither a shorewall.conf nor a shorewall6.conf: its settings are a part of the firewall, so put it there first`,
    );
  const untouchable = refuseTarget(
    to,
    folders.map(({ path }) => path),
  );
  if (untouchable !== undefined) return refused(untouchable);
  const halves: Half[] = [];
  for (const folder of folders) {
    const half = prepare(folder);
    if (half.kind === 'failed') return refused(`${folder.name} has errors: mend them first`, half.findings);
    if (half.kind === 'refused') return refused(half.reason);
    halves.push(half);
  }
  const [first, second] = halves;
  if (second) return refused('two folders cannot be made one yet: migrate one of them');
  if (!first) return refused('no folder was named');
  const plan = oneFamily(first);
  return writeProved(halves, plan, to);
}

/** Writes the plan beside its place, proves it there, and only then puts it in its place. */
function writeProved(halves: readonly Half[], { files, notes }: Plan, to: string): Migration {
  let draft: Draft | undefined;
  try {
    const mode = halves.reduce((least, half) => least & half.mode, 0o755);
    draft = writeDraft(to, files, mode);
    const judged = prove(halves, draft, to);
    if (judged.kind === 'refused') return judged;
    draft.keep();
    draft = undefined;
    return { ...judged, notes };
  } catch (error) {
    return refused(`${to} could not be written: ${reasonOf(error)}`);
  } finally {
    draft?.discard();
  }
}

type Proof = { readonly kind: 'written'; readonly proved: readonly Proved[]; readonly findings: readonly Diagnostic[] };

function prove(halves: readonly Half[], draft: Draft, to: string): Proof | Refusal {
  const found = findFolder(draft.path);
  if (found.kind === 'refused') return refused(found.reason);
  const compilation = compile(openEnvironment({ ...found.folder, name: to }, 'looking'), { version });
  const findings = compilation.report.diagnostics;
  const after = firewallOf(compilation);
  if (!after) return refused('an ftpwall directory cannot say what these lines say', findings);
  const proved: Proved[] = [];
  for (const { firewall } of halves) {
    for (const one of firewall.model.families.versions) {
      const { packets, differences } = compareFirewalls(firewall, after, one);
      if (differences.length > 0)
        return refused('the new configuration would not be the same firewall', findings, differences);
      proved.push({ version: one, packets });
    }
  }
  return { kind: 'written', proved, findings };
}

function refused(
  reason: string,
  findings: readonly Diagnostic[] = [],
  differences: readonly Difference[] = [],
): Refusal {
  return { kind: 'refused', reason, findings, differences };
}
