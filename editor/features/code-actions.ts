/** Quick fixes: what a message offers, and a comment that allows a warning in its line. */
import {
  type CodeAction,
  CodeActionKind,
  type Diagnostic,
  DiagnosticSeverity,
  type Range,
  type TextEdit,
} from 'vscode-languageserver/node';
import type { Finding } from '../analysis/digest.ts';
import { rangeInLine, uriOf } from '../places.ts';

/** What can be done about the messages in a range of a file. */
export function codeActions(
  findings: readonly Finding[],
  range: Range,
  {
    lines,
    only,
    shown,
  }: {
    readonly lines: readonly string[];
    readonly only: readonly string[] | undefined;
    readonly shown: (finding: Finding) => Diagnostic;
  },
): readonly CodeAction[] {
  const wanted = (kind: string) =>
    only === undefined || only.some((each) => kind === each || kind.startsWith(`${each}.`));
  const here = findings.filter(
    (each) => each.range.start.line <= range.end.line && each.range.end.line >= range.start.line,
  );
  const quick = here.flatMap((finding) => [...fixOf(finding, shown), ...allowIn(finding, lines, shown)]);
  const all = findings.flatMap(({ fix }) => (fix?.isCertain ? [fix] : []));
  return [
    ...(wanted(CodeActionKind.QuickFix) ? quick : []),
    ...(wanted(CodeActionKind.SourceFixAll) && all.length > 0
      ? [{ title: 'Apply all fixes of ftpwall', kind: CodeActionKind.SourceFixAll, edit: { changes: editsOf(all) } }]
      : []),
  ];
}

type Fix = NonNullable<Finding['fix']>;

function fixOf(finding: Finding, shown: (finding: Finding) => Diagnostic): readonly CodeAction[] {
  const { fix } = finding;
  if (!fix) return [];
  return [
    {
      title: fix.text === '' ? 'Remove it' : `Write \`${fix.text}\``,
      kind: CodeActionKind.QuickFix,
      diagnostics: [shown(finding)],
      isPreferred: true,
      edit: { changes: editsOf([fix]) },
    },
  ];
}

/** The edits by file; of those that overlap the first is made. */
function editsOf(fixes: readonly Fix[]): { [uri: string]: TextEdit[] } {
  const changes: { [uri: string]: TextEdit[] } = {};
  const sorted = [...fixes].sort(
    (a, b) => a.range.start.line - b.range.start.line || a.range.start.character - b.range.start.character,
  );
  for (const { path, range, text } of sorted) {
    const edits = changes[uriOf(path)] ?? [];
    changes[uriOf(path)] = edits;
    const last = edits.at(-1)?.range.end;
    const overlaps =
      last &&
      (last.line > range.start.line || (last.line === range.start.line && last.character > range.start.character));
    if (!overlaps) edits.push({ range, newText: text });
  }
  return changes;
}

function allowIn(
  finding: Finding,
  lines: readonly string[],
  shown: (finding: Finding) => Diagnostic,
): readonly CodeAction[] {
  const { code, severity, range, path } = finding;
  const text = lines[range.start.line] ?? '';
  // A comment behind a comment is a part of it.
  if (severity !== DiagnosticSeverity.Warning || text.includes('#') || /\\\s*$/.test(text)) return [];
  const end = text.trimEnd().length;
  const edit = { range: rangeInLine(range.start.line, end, text.length), newText: `  # ftpwall: allow ${code}` };
  return [
    {
      title: `Allow \`${code}\` in this line`,
      kind: CodeActionKind.QuickFix,
      diagnostics: [shown(finding)],
      edit: { changes: { [uriOf(path)]: [edit] } },
    },
  ];
}
