/** One folder of a migration: compiled as it is, and its files in the spelling of today. */
import { isUtf8 } from 'node:buffer';
import { statSync } from 'node:fs';
import { type Compilation, compile } from '../../compiler/compile.ts';
import type { Diagnostic } from '../../compiler/diagnostics/message.ts';
import type { Environment } from '../../compiler/environment.ts';
import { positionOf } from '../../compiler/source.ts';
import { openEnvironment } from '../environment/environment.ts';
import type { Folder } from '../environment/folder.ts';
import { fixFolder, type Offer, type Texts, withTexts } from '../fix/fix.ts';
import { version } from '../generated/version.js';
import type { Note } from './report.ts';
import type { Firewall } from './same-firewall.ts';
import { type SourceFile, sourceFiles } from './source-files.ts';

/** A folder that is ready to be migrated. */
export interface Half {
  readonly kind: 'half';
  readonly folder: Folder;
  /** The permissions of the folder. */
  readonly mode: number;
  readonly firewall: Firewall;
  /** The machine as the files of today's spelling see it. */
  readonly environment: Environment;
  /** Every file in today's spelling, by its name. */
  readonly files: ReadonlyMap<string, SourceFile>;
  /** Those of them that lie in the folder itself, as text. */
  readonly texts: Texts;
  readonly notes: readonly Note[];
}

export type Prepared =
  | Half
  | { readonly kind: 'failed'; readonly findings: readonly Diagnostic[] }
  | { readonly kind: 'refused'; readonly reason: string };

/** Compiles the folder and makes the fixes of `check --fix`, in memory. */
export function prepare(folder: Folder): Prepared {
  const environment = openEnvironment(folder, 'copying');
  const compilation = compile(environment, { version, lint: false });
  const firewall = firewallOf(compilation);
  if (firewall === undefined) return { kind: 'failed', findings: compilation.report.diagnostics };
  const sources = sourceFiles(folder.path);
  if (sources.kind === 'refused') return sources;
  const fixed = fixFolder(folder);
  if (fixed.kind === 'refused')
    return { kind: 'refused', reason: `${folder.name}: old spellings could not be rewritten: ${fixed.reason}` };
  const { files } = sources;
  const strange = [...fixed.files.keys()].find((name) => !isUtf8(files.get(name)?.bytes ?? Buffer.alloc(0)));
  if (strange !== undefined)
    return { kind: 'refused', reason: `${folder.name}/${strange} is not in UTF-8: convert it with iconv(1) first` };
  return {
    kind: 'half',
    folder,
    mode: statSync(folder.path).mode & 0o777,
    firewall,
    environment: withTexts(environment, fixed.texts),
    files: rewritten(files, fixed.files),
    texts: fixed.texts,
    notes: [
      ...fixed.made.map(noteOf),
      ...sources.hidden.map((file): Note => ({ kind: 'left', file, why: 'its name begins with a dot' })),
      ...sources.nameless.map((file): Note => ({ kind: 'left', file, why: 'its name is not UTF-8' })),
    ],
  };
}

/** The tables of a compilation; undefined when it has failed. */
export function firewallOf({ report, model, rulesets }: Compilation): Firewall | undefined {
  if (report.failed || !model || !rulesets) return undefined;
  return { model, running: rulesets.running, stopped: rulesets.stopped };
}

function rewritten(
  files: ReadonlyMap<string, SourceFile>,
  texts: ReadonlyMap<string, string | undefined>,
): ReadonlyMap<string, SourceFile> {
  const result = new Map(files);
  // What goes into another file is at least as secret there.
  const taken = [...texts].filter(([, text]) => text === undefined).map(([name]) => files.get(name)?.mode ?? 0o777);
  for (const [name, text] of texts) {
    if (text === undefined) result.delete(name);
    else {
      const mode = files.get(name)?.mode ?? taken.reduce((least, mode) => least & mode, 0o644);
      result.set(name, { bytes: Buffer.from(text, 'utf8'), mode });
    }
  }
  return result;
}

/** A fix with the whole lines that it changes. */
function noteOf({ message, fix }: Offer): Note {
  const { source, start, end } = fix.span;
  const first = source.text.lastIndexOf('\n', start - 1) + 1;
  const found = source.text.indexOf('\n', end);
  const last = found === -1 ? source.text.length : found;
  const { path: file } = source;
  const line = positionOf(source, start).line;
  const was = source.text.slice(first, last);
  const now = `${source.text.slice(first, start)}${fix.text}${source.text.slice(end, last)}`;
  const why = fix.rename ? `${message}; the file becomes ${fix.rename.to}` : message;
  return { kind: 'changed', file, line, was, now, why };
}
