/** The plan for a Shorewall and a Shorewall6 folder: one folder for both IP versions, or why they cannot be one. */
import { settingsFileNames } from '../../compiler/1-read/settings-file.ts';
import type { Compilation } from '../../compiler/compile.ts';
import type { Diagnostic } from '../../compiler/diagnostics/message.ts';
import { adviseBugs, adviseStrictness } from './advice.ts';
import type { Half } from './half.ts';
import { meaningOf, mergeLines, type Unit } from './line-merge.ts';
import { mergeSettings, settingsOfBoth } from './merge-settings.ts';
import { mergeInterfaces, mergeZones } from './merge-zones.ts';
import { addedNote, mentions } from './one-family.ts';
import { otherFiles, treatmentOf } from './other-files.ts';
import type { Plan } from './plan.ts';
import type { Note } from './report.ts';
import { restrict } from './restrict.ts';
import { explicitSettings, knownSettings } from './settings-text.ts';
import type { SourceFile } from './source-files.ts';

type Files = ReadonlyMap<string, SourceFile>;

/** `differing`: the lines that cannot be in one folder, a sentence each. */
export type PairPlan =
  | Plan
  | { readonly kind: 'differing'; readonly differing: readonly string[]; readonly findings: readonly Diagnostic[] };

/** Merges IPv4's folder with IPv6's. `compileFiles` compiles a folder of these files. */
export function twoFamilies(four: Half, six: Half, compileFiles: (files: Files) => Compilation): PairPlan {
  const settings = mergedSettings(four, six);
  const others = otherFiles(four, six);
  const zones = mergeZones(textIn(four, 'zones'), textIn(six, 'zones'));
  const interfaces = mergeInterfaces(textIn(four, 'interfaces'), textIn(six, 'interfaces'));
  const differing = [...settings.differing, ...zones.differing, ...others.differing];
  if (differing.length > 0) return { kind: 'differing', differing, findings: [] };
  const lines = new Map<string, readonly Unit[]>([
    ...mergedFiles(four, six),
    ['zones', zones.units],
    ['interfaces', interfaces.units],
  ]);
  const filesWith = (texts: ReadonlyMap<string, { readonly text: string }>): Files =>
    new Map([
      ...others.files,
      [settingsFileNames.ftpwall, settings.file] as const,
      ...[...texts].map(([name, { text }]) => [name, fileOf(name, text, four, six)] as const),
    ]);
  const { files, compilation } = restrict(lines, (texts) => compileFiles(filesWith(texts)));
  if (compilation.report.failed) return { kind: 'differing', differing: [], findings: compilation.report.diagnostics };
  return {
    kind: 'plan',
    files: filesWith(files),
    notes: [
      ...[four, six].flatMap((half) =>
        half.notes.map((note) => ({ ...note, file: `${half.folder.name}/${note.file}` })),
      ),
      ...[...lines].flatMap(([name, units]) => mergeNotes(name, beforeOf(name, units), units)),
      ...settings.notes,
      ...others.notes,
      ...adviseBugs(four),
      ...adviseBugs(six),
    ],
  };
  function beforeOf(name: string, units: readonly Unit[]): readonly Unit[] {
    return name === 'zones' ? zones.before : name === 'interfaces' ? interfaces.before : units;
  }
}

function textIn({ texts, files }: Half, name: string): string {
  return texts.get(name) ?? files.get(name)?.bytes.toString('utf8') ?? '';
}

function fileOf(name: string, text: string, four: Half, six: Half): SourceFile {
  const mode = (four.files.get(name)?.mode ?? 0o777) & (six.files.get(name)?.mode ?? 0o777);
  return { bytes: Buffer.from(text, 'utf8'), mode: mode === 0o777 ? 0o644 : mode };
}

/** Files whose lines may each be of one IP version: what both have, and tables that one has. */
function mergedFiles(four: Half, six: Half): readonly (readonly [string, readonly Unit[]])[] {
  const names = [...new Set([...four.files.keys(), ...six.files.keys()])].sort();
  return names.flatMap((name) => {
    const treatment = treatmentOf(name, four, six);
    if (treatment.kind !== 'lines') return [];
    const text = (half: Half) => (half.files.has(name) ? textIn(half, name) : treatment.otherwise);
    return [[name, mergeLines(text(four), text(six))] as const];
  });
}

function mergedSettings(four: Half, six: Half) {
  const known = knownSettings(four.environment);
  const merged = mergeSettings(four, six);
  const texts = [...four.texts.values(), ...six.texts.values()];
  const explicit = explicitSettings(known, 'both', (name) => mentions(texts, name));
  const text = settingsOfBoth(textIn(four, settingsFileNames.shorewall), explicit, merged);
  const mode = fileOf(settingsFileNames.shorewall, '', four, six).mode & 0o755;
  const notes: readonly Note[] = [
    ...explicit.map(addedNote),
    ...merged.notes,
    {
      kind: 'left',
      file: settingsFileNames.shorewall6,
      why: 'its settings are in ftpwall.conf, whose other lines and comments are those of shorewall.conf; where programs lie may differ',
    },
    ...adviseStrictness(known),
  ];
  return { file: { bytes: Buffer.from(text, 'utf8'), mode }, differing: merged.differing, notes };
}

function mergeNotes(file: string, before: readonly Unit[], after: readonly Unit[]): readonly Note[] {
  return before.flatMap(({ text, of }, index): readonly Note[] => {
    const now = after[index]?.text ?? '';
    const said = meaningOf(text);
    if (said === '' || (of === 'both' && text === now)) return [];
    if (text !== now)
      return [
        { kind: 'changed', file, was: text, now, why: of === 'both' ? 'for both IP versions' : `for IPv${of} alone` },
      ];
    return [{ kind: 'changed', file, now, why: `from the folder for IPv${of}, and about IPv${of} alone` }];
  });
}
