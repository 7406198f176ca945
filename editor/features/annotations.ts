/** What is shown beside a line: the rules that it became, how often they were met, and whether a promise holds. */
import type { CodeLens, InlayHint, Range } from 'vscode-languageserver/node';
import type { Finding } from '../analysis/digest.ts';
import { rangeInLine } from '../places.ts';

/** Characters of a hint; the tooltip has all. */
const longest = 70;

/** What is known of the lines of a file. */
export interface LineFacts {
  /** The rules of a line. */
  readonly meaning: (line: number) => readonly string[];
  /** Packets that the running firewall has counted for a line of this text. */
  readonly packets: (text: string) => number | undefined;
}

/** A hint behind each line of the range that became rules. */
export function inlayHints(
  lines: readonly string[],
  range: Range,
  { meaning, packets }: LineFacts,
): readonly InlayHint[] {
  const hints: InlayHint[] = [];
  for (let line = range.start.line; line <= Math.min(range.end.line, lines.length - 1); line += 1) {
    const rules = meaning(line);
    const text = lines[line] ?? '';
    const counted = packets(text);
    const parts = [
      rules.length === 0 ? '' : `⇒ ${shortened(rules)}`,
      counted === undefined ? '' : `${counted} packets`,
    ];
    const label = parts.filter((part) => part !== '').join(' · ');
    if (label === '') continue;
    hints.push({
      position: { line, character: text.trimEnd().length },
      label,
      paddingLeft: true,
      ...(rules.length > 0 ? { tooltip: { kind: 'markdown', value: `\`\`\`nft\n${rules.join('\n')}\n\`\`\`` } } : {}),
    });
  }
  return hints;
}

function shortened(rules: readonly string[]): string {
  const [first = ''] = rules;
  const text = first.length > longest ? `${first.slice(0, longest)}…` : first;
  return rules.length > 1 ? `${text} (+${rules.length - 1})` : text;
}

/** Above each line of `assertions`, whether it holds. */
export function assertionLenses(
  rows: readonly number[],
  { findings, isProved }: { readonly findings: readonly Finding[]; readonly isProved: boolean },
): readonly CodeLens[] {
  return rows.map((line) => {
    const wrong = findings.find(({ range, severity }) => range.start.line === line && severity === 1);
    const isEmpty = findings.some(({ range, code }) => range.start.line === line && code === 'assertion-about-nothing');
    const title = wrong
      ? `✗ ${wrong.code === 'assertion-fails' ? 'does not hold' : 'is not proved'}: ${wrong.message.split('\n')[0]}`
      : isProved
        ? isEmpty
          ? '✗ no packet is what it names'
          : '✓ holds for all packets'
        : 'not proved: the configuration has mistakes';
    return { range: rangeInLine(line, 0, 0), command: { title, command: '' } };
  });
}
