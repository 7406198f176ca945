/** The plan for a Shorewall and a Shorewall6 folder: one folder for both IP versions, or why they cannot be one. */
import { settingsFileNames } from '../../compiler/1-read/settings-file.ts';
import type { Compilation } from '../../compiler/compile.ts';
import type { Diagnostic } from '../../compiler/diagnostics/diagnostic.ts';
import { files as tables } from '../../compiler/language/files/index.ts';
import { laterFiles } from '../../compiler/language/files/later.ts';
import type { Model } from '../../compiler/model.ts';
import { library } from '../generated/library.js';
import { adviseBugs, adviseStrictness } from './advice.ts';
import type { Half } from './half.ts';
import { meaningOf, mergeLines, textOf, type Unit } from './line-merge.ts';
import { mergeSettings, withSetting } from './merge-settings.ts';
import { mergeInterfaces, mergeZones } from './merge-zones.ts';
import type { Plan } from './migrate.ts';
import { addedNote, mentions } from './one-family.ts';
import type { Note } from './report.ts';
import { restrict, restrictable } from './restrict.ts';
import { explicitSettings, knownSettings, settingsText } from './settings-text.ts';
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
  const lines = new Map(
    restrictable
      .filter((name) => four.files.has(name) || six.files.has(name))
      .map((name) => [name, mergeLines(textIn(four, name), textIn(six, name))] as const),
  );
  const differing = [
    ...settings.differing,
    ...zones.differing,
    ...interfaces.differing,
    ...policiesDiffer(four, six),
    ...[...lines].flatMap(([name, units]) => directivesDiffer(name, units)),
    ...others.differing,
  ];
  if (differing.length > 0) return { kind: 'differing', differing, findings: [] };
  const filesWith = (merged: ReadonlyMap<string, readonly Unit[]>): Files => {
    const texts = [...merged, ['zones', zones.units] as const, ['interfaces', interfaces.units] as const];
    const made = texts.map(([name, units]) => [name, fileOf(name, textOf(units), four, six)] as const);
    return new Map([...others.files, [settingsFileNames.ftpwall, settings.file] as const, ...made]);
  };
  const restricted = restrict(lines, (merged) => compileFiles(filesWith(merged)));
  if (restricted.kind === 'refused') return { kind: 'differing', differing: restricted.differing, findings: [] };
  if (restricted.kind === 'failed')
    return { kind: 'differing', differing: [], findings: restricted.compilation.report.diagnostics };
  return {
    kind: 'plan',
    files: filesWith(restricted.files),
    notes: [
      ...[four, six].flatMap((half) =>
        half.notes.map((note) => ({ ...note, file: `${half.folder.name}/${note.file}` })),
      ),
      ...[...lines].flatMap(([name, units]) => mergeNotes(name, units, restricted.files.get(name) ?? [])),
      ...mergeNotes('zones', zones.before, zones.units),
      ...mergeNotes('interfaces', interfaces.before, interfaces.units),
      ...settings.notes,
      ...others.notes,
      ...adviseBugs(four),
      ...adviseBugs(six),
    ],
  };
}

function textIn({ texts }: Half, name: string): string {
  return texts.get(name) ?? '';
}

function fileOf(name: string, text: string, four: Half, six: Half): SourceFile {
  const mode = (four.files.get(name)?.mode ?? 0o777) & (six.files.get(name)?.mode ?? 0o777);
  return { bytes: Buffer.from(text, 'utf8'), mode };
}

function mergedSettings(four: Half, six: Half) {
  const known = knownSettings(four.environment);
  const { replaced, differing } = mergeSettings(known, knownSettings(six.environment));
  const texts = [...four.texts.values(), ...six.texts.values()];
  const explicit = explicitSettings(known, 'both', (name) => mentions(texts, name));
  const old = textIn(four, settingsFileNames.shorewall);
  const text = replaced.reduce(withSetting, settingsText(old, explicit));
  const mode = fileOf(settingsFileNames.shorewall, '', four, six).mode & 0o755;
  const notes: readonly Note[] = [
    ...explicit.map(addedNote),
    ...replaced.map(
      ({ name, value }): Note => ({
        kind: 'changed',
        file: 'ftpwall.conf',
        now: `${name}=${value}`,
        why: 'said for both IP versions',
      }),
    ),
    {
      kind: 'left',
      file: settingsFileNames.shorewall6,
      why: 'its settings are those of shorewall.conf, whose text and comments were taken; where programs lie may differ',
    },
    ...adviseStrictness(known),
  ];
  return { file: { bytes: Buffer.from(text, 'utf8'), mode }, differing, notes };
}

/** The lines of `policy` that differ, unless the policies of all zones are the same nevertheless. */
function policiesDiffer(four: Half, six: Half): readonly string[] {
  if (policiesIn(four.firewall.model) === policiesIn(six.firewall.model)) return [];
  return ownLines('policy', mergeLines(textIn(four, 'policy'), textIn(six, 'policy')));
}

function policiesIn({ policies, fallbacks }: Model): string {
  return JSON.stringify([policies, fallbacks], (name, value) =>
    name === 'origin' ? undefined : typeof value === 'bigint' ? String(value) : value,
  );
}

function ownLines(file: string, units: readonly Unit[]): readonly string[] {
  return units
    .filter(({ of, text }) => of !== 'both' && meaningOf(text) !== '')
    .map(({ of, text }) => `${file}: \`${meaningOf(text)}\` is in the folder for IPv${of} only`);
}

/** Conditions and sections that only one has would cut the lines of the other. */
function directivesDiffer(file: string, units: readonly Unit[]): readonly string[] {
  const live = (version: 4 | 6) =>
    units.some(({ of, text }) => (of === version || of === 'both') && meaningOf(text) !== '');
  if (!live(4) || !live(6)) return [];
  return ownLines(
    file,
    units.filter(({ text }) => /^\?(?!COMMENT\b)|^INCLUDE\b/i.test(meaningOf(text))),
  );
}

interface Others {
  readonly files: Files;
  readonly differing: readonly string[];
  readonly notes: readonly Note[];
}

const merged = ['zones', 'interfaces', ...restrictable, settingsFileNames.shorewall, settingsFileNames.shorewall6];

/** Files that are taken as they are: both have the same, or it makes no difference that only one has it. */
function otherFiles(four: Half, six: Half): Others {
  const files = new Map<string, SourceFile>();
  const differing: string[] = [];
  const notes: Note[] = [];
  const names = [...new Set([...four.files.keys(), ...six.files.keys()])].filter((name) => !merged.includes(name));
  for (const name of names.sort()) {
    const [mine, theirs] = [four.files.get(name), six.files.get(name)];
    const file = mine ?? theirs;
    if (!file) continue;
    const units = mergeLines(mine?.bytes.toString('utf8') ?? '', theirs?.bytes.toString('utf8') ?? '');
    const own = ownLines(name, units);
    files.set(name, { bytes: file.bytes, mode: file.mode & (theirs?.mode ?? 0o777) });
    if (own.length === 0 || name === 'policy') continue;
    if (isTable(name) || (mine && theirs) || hidesStandard(name)) differing.push(...own);
    else
      notes.push({
        kind: 'changed',
        file: name,
        why: `only the folder for IPv${mine ? 4 : 6} had it; it is there for both now`,
      });
  }
  return { files, differing, notes };
}

function isTable(name: string): boolean {
  return [...tables, ...laterFiles].some((table) => table.name === name);
}

/** A macro or action of one folder in the place of the standard one, which the other folder uses. */
function hidesStandard(name: string): boolean {
  return Object.hasOwn(library(), name);
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
