/**
 * What an edit of a large folder has changed, before the whole of it is compiled: the changed lines alone are read and
 * resolved, with every declaration that they may need; what was found in other lines moves with them.
 */
import type { Range } from 'vscode-languageserver/node';
import { read } from '../../compiler/1-read/read.ts';
import { parse } from '../../compiler/2-parse/parse.ts';
import { resolve } from '../../compiler/3-resolve/resolve.ts';
import { Report } from '../../compiler/diagnostics/report.ts';
import type { Environment } from '../../compiler/environment.ts';
import { files } from '../../compiler/language/files/index.ts';
import { editorEnvironment } from '../folder/environment.ts';
import { pathIn } from '../folder/texts.ts';
import type { AnalysisRequest, Finding } from './digest.ts';
import { findingOf } from './findings.ts';
import { type Part, type Reads, withoutLines } from './mask.ts';

/** Lines of a file that are not those from before: `first` to `last`, not included; `before` lines stood there. */
export interface Change {
  readonly first: number;
  readonly last: number;
  readonly before: number;
}

/** Files with fewer lines are read whole: they declare what others name. */
const longFile = 400;

/** Lines of a long file that are judged together. */
const partLines = 500;

/** Of so many changed lines at most the first are judged at once. */
const mostChanged = 300;

/** The lines between what two texts have in common. */
export function changeBetween(old: string, now: string): Change | undefined {
  if (old === now) return undefined;
  const [a, b] = [old.split('\n'), now.split('\n')];
  let first = 0;
  while (first < a.length && first < b.length && a[first] === b[first]) first += 1;
  let same = 0;
  while (same < a.length - first && same < b.length - first && a[a.length - 1 - same] === b[b.length - 1 - same])
    same += 1;
  return { first, last: b.length - same, before: a.length - same - first };
}

/** The findings for the texts as they are now. `known` belongs to `old`. */
export function quickFindings(
  request: AnalysisRequest,
  { old, known }: { readonly old: ReadonlyMap<string, string>; readonly known: readonly Finding[] },
): readonly Finding[] {
  const changes = changesBetween(old, request.open);
  const kept = known.flatMap((finding) => movedFinding(finding, changes) ?? []);
  return [...kept, ...findingsOfLines(request, changes).filter((finding) => isOfChange(finding, changes))];
}

/** What was found in texts that are older than what is shown: of lines that have changed since, what is shown stands. */
export function laterFindings(
  found: { readonly texts: ReadonlyMap<string, string>; readonly findings: readonly Finding[] },
  shown: { readonly texts: ReadonlyMap<string, string>; readonly findings: readonly Finding[] },
): readonly Finding[] {
  const changes = changesBetween(found.texts, shown.texts);
  const kept = found.findings.flatMap((finding) => movedFinding(finding, changes) ?? []);
  return [...kept, ...shown.findings.filter((finding) => isOfChange(finding, changes))];
}

function changesBetween(
  old: ReadonlyMap<string, string>,
  now: ReadonlyMap<string, string>,
): ReadonlyMap<string, Change> {
  const changes = new Map<string, Change>();
  for (const [path, text] of now) {
    const before = old.get(path);
    const change = before === undefined ? undefined : changeBetween(before, text);
    if (change) changes.set(path, change);
  }
  return changes;
}

function isOfChange({ path, range }: Finding, changes: ReadonlyMap<string, Change>): boolean {
  const change = changes.get(path);
  return change !== undefined && range.start.line >= change.first && range.start.line < change.last;
}

/** Messages of stages 1 to 3 about the lines that have changed. */
function findingsOfLines(request: AnalysisRequest, changes: ReadonlyMap<string, Change>): readonly Finding[] {
  const { folder } = request;
  return findingsWhere(request, (name, line) => {
    const change = changes.get(pathIn(folder, name));
    return change !== undefined && line >= change.first && line < Math.min(change.last, change.first + mostChanged);
  });
}

/** Messages of stages 1 to 3 about a whole folder, some lines of its long files at a time: memory for all is never needed. */
export function findingsByParts(request: AnalysisRequest): readonly Finding[] {
  const found = new Map<string, Finding>();
  let isMore = true;
  for (let first = 0; isMore; first += partLines) {
    isMore = false;
    const part = findingsWhere(request, (_name, line) => {
      isMore ||= line >= first + partLines;
      return line >= first && line < first + partLines;
    });
    // Short files are read each time.
    for (const finding of part) found.set(JSON.stringify([finding.path, finding.range, finding.code]), finding);
  }
  return [...found.values()];
}

/** Messages of stages 1 to 3 about these lines of long files, and about the short ones. */
function findingsWhere(request: AnalysisRequest, reads: Reads): readonly Finding[] {
  const part = partOf(request, reads);
  if (!part) return [];
  const report = new Report();
  const names = files.map(({ name }) => name);
  const lines = read(part.environment, report, names);
  resolve(parse(lines, report), lines, part.environment, {}, report);
  const shown = { folder: request.folder, lineIn: part.lineIn };
  return report.diagnostics.flatMap((diagnostic) => findingOf(shown, diagnostic) ?? []);
}

/** The folder with these lines of its long files alone; undefined when it cannot be read. */
export function partOf(request: AnalysisRequest, reads: Reads): Part | undefined {
  const environment = editorEnvironment(request);
  if ('refused' in environment) return undefined;
  const isLong = new Map<string, boolean>();
  return withoutLines(environment, (name, line) => {
    const long = isLong.get(name) ?? hasManyLines(environment, name);
    isLong.set(name, long);
    return !long || reads(name, line);
  });
}

function hasManyLines(environment: Environment, name: string): boolean {
  const result = environment.readFile(name);
  return result.kind === 'text' && result.source.text.split('\n').length >= longFile;
}

/** The finding where its line is now; undefined when that has changed. */
function movedFinding(finding: Finding, changes: ReadonlyMap<string, Change>): Finding | undefined {
  const range = movedRange(finding.range, changes.get(finding.path));
  if (!range) return undefined;
  const { fix, ...rest } = finding;
  const fixAt = fix && movedRange(fix.range, changes.get(fix.path));
  return {
    ...rest,
    range,
    ...(fix && fixAt ? { fix: { ...fix, range: fixAt } } : {}),
    related: finding.related.flatMap((each) => {
      const at = movedRange(each.range, changes.get(each.path));
      return at ? [{ ...each, range: at }] : [];
    }),
  };
}

function movedRange(range: Range, change: Change | undefined): Range | undefined {
  if (!change || range.end.line < change.first) return range;
  if (range.start.line < change.first + change.before) return undefined;
  const by = change.last - change.first - change.before;
  return {
    start: { ...range.start, line: range.start.line + by },
    end: { ...range.end, line: range.end.line + by },
  };
}
