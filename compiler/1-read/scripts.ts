/** Scripts inside configuration files: the output of `?SHELL` and `?BEGIN SHELL` is read in their place, Perl is refused. */
import { includeTooDeep, perlScript, shellFailed, unmatchedDirective } from '../diagnostics/catalogue/reading.ts';
import { type Span, spanOf, standsFor, type TracedText } from '../source.ts';
import { mostNested } from './includes.ts';
import { physicalLines, type Reading } from './reading.ts';

const begin = /^\s*\??BEGIN\s+(SHELL|PERL)\b\s*;?\s*/i;
const end = /^\s*\??END(\s+(SHELL|PERL))?\s*;?\s*$/i;
// Without `?` only the spelling in capitals is a script: `shell` may be the name of a zone.
const single = /^\s*(?:\?(SHELL|PERL)\b|(SHELL|PERL)(?=\s))\s*/;
const singleAnyCase = /^\s*\?(SHELL|PERL)\b\s*/i;

/** What a logical line is to scripts: it begins or ends one, or is one alone; undefined when it is nothing of it. */
export function scriptPart(line: string): 'begin' | 'end' | 'alone' | undefined {
  if (begin.test(line)) return 'begin';
  if (end.test(line)) return 'end';
  return single.test(line) || singleAnyCase.test(line) ? 'alone' : undefined;
}

/** Takes a line that belongs to a script. Comments are the script's own here. Tells whether it did. */
export function takeScriptLine(line: TracedText, reading: Reading): boolean {
  const { script } = reading;
  if (script) {
    if (!end.test(line.text)) script.lines.push(line.text);
    else finish(reading, script.language, script.lines.join('\n'), script.opened);
    return true;
  }
  const opening = begin.exec(line.text);
  if (opening) {
    const language = languageOf(opening[1]);
    const first = line.text.slice(opening[0].length);
    reading.script = {
      language,
      opened: spanOf(line, indentOf(line), opening[0].trimEnd().length),
      lines: first === '' ? [] : [first],
    };
    return true;
  }
  const alone = single.exec(line.text) ?? singleAnyCase.exec(line.text);
  if (alone) {
    const place = spanOf(line, indentOf(line), line.text.trimEnd().length);
    finish(reading, languageOf(alone[1] ?? alone[2]), line.text.slice(alone[0].length), place);
    return true;
  }
  if (!end.test(line.text) || !line.text.includes('?')) return false;
  reading.add(unmatchedDirective(spanOf(line, indentOf(line), line.text.trimEnd().length), 'END', 'BEGIN'));
  return true;
}

function languageOf(name: string | undefined): 'SHELL' | 'PERL' {
  return name?.toUpperCase() === 'PERL' ? 'PERL' : 'SHELL';
}

function indentOf(line: TracedText): number {
  return line.text.length - line.text.trimStart().length;
}

function finish(reading: Reading, language: 'SHELL' | 'PERL', command: string, place: Span): void {
  reading.script = undefined;
  const result = outputOf(reading, language, command, place);
  if (result) reading.open(physicalLines(result));
  else reading.leaveOut();
}

/** What the script prints; undefined after a message. */
function outputOf(reading: Reading, language: 'SHELL' | 'PERL', command: string, place: Span): TracedText | undefined {
  if (language === 'PERL') {
    reading.add(perlScript(place));
    return undefined;
  }
  if (reading.inputs.length > mostNested) {
    reading.add(includeTooDeep(place, mostNested));
    return undefined;
  }
  const result = reading.environment.runShell(command);
  if (result.kind !== 'failed') return standsFor(result.text, place);
  reading.add(shellFailed(place, result.reason));
  return undefined;
}
