/** What a migration has to tell: a line for each line that changed, and what is worth a look. */
import type { Version } from '../../compiler/net/version.ts';
import type { Difference } from './same-firewall.ts';

/** One thing to tell. Lines count from 1; `line` and `was` are those of the old file, absent of what is new. */
export interface Note {
  /** `changed`: a line is another; `added`: a line is new; `differs`: Shorewall does otherwise by mistake; `advice`: a look is recommended; `left`: a file stays behind. */
  readonly kind: 'changed' | 'added' | 'differs' | 'advice' | 'left';
  readonly file: string;
  readonly line?: number;
  readonly was?: string;
  readonly now?: string;
  readonly why: string;
}

const titles = [
  ['changed', 'Lines that changed'],
  ['added', 'Settings that are written down, as Shorewall takes them'],
  ['differs', 'Where Shorewall does otherwise than it was told, and ftpwall does not'],
  ['advice', 'Worth a look'],
  ['left', 'Left behind'],
] as const satisfies readonly (readonly [Note['kind'], string])[];

/** The report for people. */
export function reportText(
  from: readonly string[],
  to: string,
  notes: readonly Note[],
  proved: readonly Version[],
): string {
  const parts = titles.flatMap(([kind, title]) => {
    const mine = notes.filter((note) => note.kind === kind);
    return mine.length === 0 ? [] : [`\n${title}:\n${bySentence(mine).map(sentenceText).join('')}`];
  });
  const versions = proved.map((version) => `IPv${version}`).join(' and ');
  return `${to}: written from ${from.join(' and ')}; nothing was loaded\n${parts.join('')}\nBoth do the same to every packet of ${versions}, running and stopped.\nNext: ftpwall check ${to}, then ftpwall safe-start ${to}\n`;
}

/** Notes that say the same together, in the order in which each sentence is first said. */
function bySentence(notes: readonly Note[]): readonly (readonly Note[])[] {
  const sentences = new Map<string, Note[]>();
  for (const note of notes) sentences.set(note.why, [...(sentences.get(note.why) ?? []), note]);
  return [...sentences.values()];
}

/** A sentence once, with all its lines under it. */
function sentenceText(notes: readonly Note[]): string {
  const [only] = notes;
  if (only && notes.length === 1) return `  ${placeOf(only)}: ${only.why}\n${changeOf(only, '    ')}`;
  const lines = notes.map((note) => `    ${placeOf(note)}\n${changeOf(note, '      ')}`);
  return `  ${only?.why ?? ''}:\n${lines.join('')}`;
}

function placeOf({ file, line }: Note): string {
  return line === undefined ? file : `${file}:${line}`;
}

function changeOf({ was, now }: Note, indent: string): string {
  return [...(was === undefined ? [] : linesOf('-', was)), ...(now === undefined ? [] : linesOf('+', now))]
    .map((line) => `${indent}${line}`)
    .join('');
}

function linesOf(sign: string, text: string): readonly string[] {
  return text.split('\n').map((line) => `${sign} ${line}\n`);
}

/** The packets that keep a migration from being written. */
export function differencesText(differences: readonly Difference[]): string {
  return differences
    .map(({ packet, before, after }) => `  ${packet}\n    before: ${before}\n    after:  ${after}\n`)
    .join('');
}
