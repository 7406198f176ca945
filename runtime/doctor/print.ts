/** What the examinations came to, for a person: what is wrong first, with the next step, then what was seen. */
import { wantsColor } from '../output/output.ts';
import type { Options } from '../verb.ts';
import type { Finding, Result } from './examination.ts';

interface NamedResult extends Result {
  readonly name: string;
}

export async function printResults(results: readonly NamedResult[], { color, quiet }: Options): Promise<string> {
  const { default: picocolors } = await import('picocolors');
  const paint = picocolors.createColors(wantsColor(color, 1));
  const findings = results.flatMap((result) => result.findings).sort(errorsFirst);
  const wrong = findings.map(({ severity, code, message, reason, next }) => {
    const heading = severity === 'error' ? paint.red(`error[${code}]`) : paint.yellow(`warning[${code}]`);
    return `${heading}: ${message}\n  why:  ${reason}\n  next: ${next}\n`;
  });
  const seen = results
    .filter((result) => result.findings.length === 0)
    .map(({ name, seen: facts }) => `${paint.green('ok')} ${name}${facts.length > 0 ? `: ${facts.join('; ')}` : ''}\n`);
  const end = findings.length === 0 ? 'no problem found\n' : `${findings.length} findings\n`;
  return [...wrong, ...(quiet ? [] : seen), end].join('');
}

function errorsFirst(a: Finding, b: Finding): number {
  return (a.severity === 'error' ? 0 : 1) - (b.severity === 'error' ? 0 : 1);
}
