/** Files of two folders that are not lines of both: which can be one all the same, and how. */
import { settingsFileNames } from '../../compiler/1-read/settings-file.ts';
import { shellScripts } from '../../compiler/language/extension-scripts.ts';
import { compiledFiles } from '../../compiler/language/files/index.ts';
import { laterFiles } from '../../compiler/language/files/later.ts';
import type { FileTable } from '../../compiler/language/schema.ts';
import { library } from '../generated/library.js';
import type { Half } from './half.ts';
import { meaningOf, mergeLines } from './line-merge.ts';
import type { Note } from './report.ts';
import { mergeParams, mergeScripts } from './shell-merge.ts';
import type { SourceFile } from './source-files.ts';

/** What becomes of a file. `otherwise`: what a folder reads that does not have it. */
export type FileTreatment =
  | { readonly kind: 'lines'; readonly otherwise: string }
  | { readonly kind: 'params' | 'script' | 'alike' | 'settings' | 'apart' };

const tables: Readonly<Record<string, FileTable>> = compiledFiles;

/** How the two files of a name become one. */
export function treatmentOf(name: string, four: Half, six: Half): FileTreatment {
  if (name === settingsFileNames.shorewall || name === settingsFileNames.shorewall6) return { kind: 'settings' };
  if (paramsFiles(four).has(name) || paramsFiles(six).has(name)) return { kind: 'params' };
  if (shellScripts.includes(name)) return { kind: 'script' };
  if (name in tables) return tables[name]?.byVersion ? { kind: 'lines', otherwise: '' } : { kind: 'alike' };
  if (laterFiles.some((table) => table.name === name)) return { kind: 'alike' };
  if (/^(macro|action)\.[\w!-]+$/.test(name)) {
    const standard = Object.hasOwn(library(), name) ? library()[name] : undefined;
    if (standard !== undefined) return { kind: 'lines', otherwise: standard };
    return four.files.has(name) && six.files.has(name) ? { kind: 'lines', otherwise: '' } : { kind: 'apart' };
  }
  const both = four.files.has(name) && six.files.has(name);
  return both && isIncluded(name, four) && isIncluded(name, six) ? { kind: 'lines', otherwise: '' } : { kind: 'apart' };
}

/** `params`, and the files that it includes by name. */
function paramsFiles({ files }: Half): ReadonlySet<string> {
  const found = new Set(['params']);
  for (const name of found)
    for (const [, included = ''] of (files.get(name)?.bytes.toString('utf8') ?? '').matchAll(
      /^[ \t]*(?:INCLUDE|\.)[ \t]+([^\s;#$]+)/gm,
    ))
      found.add(included);
  return found;
}

/** Whether a line of the folder includes the file. */
function isIncluded(name: string, { files }: Half): boolean {
  const last = name.split('/').at(-1) ?? name;
  return [...files.values()].some(({ bytes }) =>
    bytes
      .toString('utf8')
      .split('\n')
      .some((line) => /^\s*\??INCLUDE\s/i.test(line) && line.includes(last)),
  );
}

/** The files that are no lines of both, what must be alike and is not, and what there is to tell. */
export interface Others {
  readonly files: ReadonlyMap<string, SourceFile>;
  readonly differing: readonly string[];
  readonly notes: readonly Note[];
}

/** Takes what both have, or one; `params` and scripts become one of both. */
export function otherFiles(four: Half, six: Half): Others {
  const files = new Map<string, SourceFile>();
  const differing: string[] = [];
  const notes: Note[] = [];
  for (const name of [...new Set([...four.files.keys(), ...six.files.keys()])].sort()) {
    const { kind } = treatmentOf(name, four, six);
    if (kind === 'lines' || kind === 'settings') continue;
    const [mine, theirs] = [four.files.get(name), six.files.get(name)];
    const file = mine ?? theirs;
    if (!file) continue;
    const mode = file.mode & (theirs?.mode ?? 0o777);
    const [a, b] = [mine, theirs].map((each) => each?.bytes.toString('utf8') ?? '');
    const put = (text: string, why: string) => {
      files.set(name, { bytes: Buffer.from(text, 'utf8'), mode });
      notes.push({ kind: 'changed', file: name, why });
    };
    const says = (text: string | undefined) => meaningOf(text ?? '') !== '';
    files.set(name, { bytes: file.bytes, mode });
    if (a === b || (!says(a) && !says(b))) continue;
    if (kind === 'params')
      put(
        mergeParams(a ?? '', b ?? ''),
        'the folders give other values: each IP version gets its own, told by `g_family`',
      );
    else if (kind === 'script' && says(a) && says(b))
      put(mergeScripts(a ?? '', b ?? ''), 'the scripts of both folders, one after the other');
    else if (kind === 'alike') differing.push(...ownLines(name, a ?? '', b ?? ''));
    else if (mine && theirs) {
      files.set(`${name}.ipv6`, theirs);
      notes.push({ kind: 'left', file: `${name}.ipv6`, why: 'the file of the folder for IPv6, which nothing reads' });
    } else
      notes.push({
        kind: 'changed',
        file: name,
        why: `only the folder for IPv${mine ? 4 : 6} had it; it is there for both now`,
      });
  }
  return { files, differing, notes };
}

function ownLines(file: string, four: string, six: string): readonly string[] {
  return mergeLines(four, six)
    .filter(({ of, text }) => of !== 'both' && meaningOf(text) !== '')
    .map(
      ({ of, text }) =>
        `${file}: \`${meaningOf(text)}\` is in the folder for IPv${of} only, and its lines hold for both: make the two files alike`,
    );
}
