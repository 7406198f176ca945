/** `ftpwall migrate`: an ftpwall folder that is the same firewall as a Shorewall folder, proved before it is in its place. */

import type { Compilation } from '../../compiler/compile.ts';
import { compile } from '../../compiler/compile.ts';
import type { Diagnostic } from '../../compiler/diagnostics/message.ts';
import { invariant } from '../../compiler/invariant.ts';
import type { Version } from '../../compiler/net/version.ts';
import { openEnvironment } from '../environment/environment.ts';
import type { Folder } from '../environment/folder.ts';
import { findFolder } from '../environment/folder.ts';
import { reasonOf } from '../environment/system-errors.ts';
import { version } from '../generated/version.js';
import type { Half } from './half.ts';
import { firewallOf, prepare } from './half.ts';
import type { Draft } from './new-folder.ts';
import { refuseTarget, writeDraft } from './new-folder.ts';
import { oneFamily } from './one-family.ts';
import type { Plan } from './plan.ts';
import type { Note } from './report.ts';
import { compareFirewalls, type Difference } from './same-firewall.ts';
import type { StockFolder } from './stock-settings.ts';
import { withStockSettings } from './stock-settings.ts';
import { twoFamilies } from './two-families.ts';

/** What came of it; unless it is `written` there is nothing new on the disk. */
export type Migration =
  | {
      readonly kind: 'written';
      readonly notes: readonly Note[];
      /** The IP versions of which all packets were compared. */
      readonly proved: readonly Version[];
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
  const ours = folders.find(({ files }) => files.includes('ftpwall.conf'));
  if (ours) return refused(`${ours.name} is an ftpwall folder already`);
  const stocked: StockFolder[] = [];
  try {
    const known = folders.map((folder) => {
      if (folder.flavour !== 'ftpwall') return folder;
      const stock = withStockSettings(folder);
      stocked.push(stock);
      return stock.folder;
    });
    const migration = migrateKnown(known, to);
    if (migration.kind === 'refused') return migration;
    return { ...migration, notes: [...migration.notes, ...stocked.map(({ note }) => note)] };
  } catch (error) {
    return refused(`a folder without settings could not be copied: ${reasonOf(error)}`);
  } finally {
    for (const each of stocked) each.discard();
  }
}

/** Migrates folders that each have a settings file. */
function migrateKnown(folders: readonly Folder[], to: string): Migration {
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
  if (!first) return refused('no folder was named');
  if (!second) return writeProved(halves, oneFamily(first), to);
  if (first.folder.flavour !== 'shorewall' || second.folder.flavour !== 'shorewall6')
    return refused('two folders become one when the first has a shorewall.conf and the second a shorewall6.conf');
  return migratePair(first, second, to);
}

function migratePair(four: Half, six: Half, to: string): Migration {
  const compileFiles = (files: Plan['files']) => {
    const draft = writeDraft(files);
    try {
      return compileDraft(draft, to);
    } finally {
      draft.discard();
    }
  };
  let plan: ReturnType<typeof twoFamilies>;
  try {
    plan = twoFamilies(four, six, compileFiles);
  } catch (error) {
    return refused(`${to} could not be written: ${reasonOf(error)}`);
  }
  if (plan.kind === 'plan') return writeProved([four, six], plan, to);
  if (plan.findings.length > 0) return refused('the two folders do not compile as one', plan.findings);
  return refused(`the two folders cannot be one:\n  ${plan.differing.join('\n  ')}`);
}

/** Writes the plan elsewhere, proves it there, and only then writes it in its place. */
function writeProved(halves: readonly Half[], { files, notes }: Plan, to: string): Migration {
  let draft: Draft | undefined;
  try {
    const mode = halves.reduce((least, half) => least & half.mode, 0o755);
    draft = writeDraft(files);
    const judged = prove(halves, draft, to);
    if (judged.kind === 'refused') return judged;
    draft.keep(to, mode);
    return { ...judged, notes };
  } catch (error) {
    return refused(`${to} could not be written: ${reasonOf(error)}`);
  } finally {
    draft?.discard();
  }
}

type Proof = {
  readonly kind: 'written';
  readonly proved: readonly Version[];
  readonly findings: readonly Diagnostic[];
};

function prove(halves: readonly Half[], draft: Draft, to: string): Proof | Refusal {
  const compilation = compileDraft(draft, to);
  const findings = compilation.report.diagnostics;
  const after = firewallOf(compilation);
  if (!after) return refused('an ftpwall directory cannot say what these lines say', findings);
  const proved: Version[] = [];
  for (const { firewall } of halves) {
    for (const one of firewall.model.families.versions) {
      const differences = compareFirewalls(firewall, after, one);
      if (typeof differences === 'string')
        return refused(`whether the new configuration is the same firewall is not known: ${differences}`, findings);
      if (differences.length > 0)
        return refused('the new configuration would not be the same firewall', findings, differences);
      proved.push(one);
    }
  }
  return { kind: 'written', proved, findings };
}

/** Compiles what is written there, under the name that it will have. */
function compileDraft({ path }: Draft, to: string): Compilation {
  const found = findFolder(path);
  invariant(found.kind === 'folder', 'the new folder cannot be read');
  return compile(openEnvironment({ ...found.folder, name: to }, 'looking'), { version, lint: false });
}

function refused(
  reason: string,
  findings: readonly Diagnostic[] = [],
  differences: readonly Difference[] = [],
): Refusal {
  return { kind: 'refused', reason, findings, differences };
}
