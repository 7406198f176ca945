/** The state of reading one configuration file: what is open, and what its lines have said so far. */
import { binaryFile, missingEnd, unreadableFile } from '../diagnostics/catalogue/reading.ts';
import type { Diagnostic } from '../diagnostics/message.ts';
import type { Report } from '../diagnostics/report.ts';
import type { Environment } from '../environment.ts';
import { type LineFeatures, lineFeatures } from '../language/line-features.ts';
import { lineSpan, type Source, type Span, slice, type TracedText, traced } from '../source.ts';
import { Conditions } from './conditions.ts';
import { Continuation } from './continuation.ts';
import type { Said } from './expand.ts';
import type { LogicalLine, Section } from './logical-line.ts';
import type { Scope } from './variables.ts';

/** What every file of one compilation shares. */
export interface Surroundings {
  readonly environment: Environment;
  readonly report: Report;
}

/** A text being read: the file itself, a file that it includes, or the output of a script. */
export interface Input {
  /** The name of a file, as messages show it; absent for the output of a script. */
  readonly path?: string;
  /** The physical lines, without their line ends. */
  readonly lines: Iterator<TracedText>;
  readonly conditions: Conditions;
  readonly continuation: Continuation;
}

/** A shell or Perl script between `?BEGIN` and `?END`. */
export interface Script {
  readonly language: 'SHELL' | 'PERL';
  readonly opened: Span;
  readonly lines: string[];
}

/** One configuration file being read, with all that it includes: ?FORMAT, ?SECTION and ?COMMENT hold across them. */
export class Reading implements Said {
  readonly name: string;
  readonly environment: Environment;
  readonly scope: Scope;
  readonly features: LineFeatures;
  readonly lines: LogicalLine[] = [];
  /** Lines with a variable that has no value. */
  readonly partial: LogicalLine[] = [];
  /** The innermost input is the last. */
  readonly inputs: Input[] = [];
  /** How often a file was included so far. */
  included = 0;
  section: Section = 'NEW';
  /** The last section that was begun by ?SECTION. */
  begun: Section | undefined;
  /** Whether lines stand before the first ?SECTION: they belong to NEW, which may still be named after them. */
  hasEarlyLines = false;
  format: 1 | 2 | 3;
  comment: string | undefined;
  script: Script | undefined;
  /** The DEFAULTS of an action. */
  defaults: readonly TracedText[] | undefined;
  readonly #report: Report;

  constructor(name: string, surroundings: Surroundings, scope: Scope, features = lineFeatures(name)) {
    this.name = name;
    this.environment = surroundings.environment;
    this.scope = scope;
    this.features = features;
    const { firstFormat, firstFormat6 = firstFormat } = this.features;
    this.format = surroundings.environment.flavour === 'shorewall6' ? firstFormat6 : firstFormat;
    this.#report = surroundings.report;
  }

  add(diagnostic: Diagnostic): void {
    this.#report.add(diagnostic);
  }

  /** A line is left out after a message; without its text, nobody knows what else is. */
  leaveOut(line?: TracedText): void {
    if (line) this.#report.leftOut.line(this.name, line.text);
    else this.#report.leftOut.lines(this.name);
  }

  /** The input whose lines come next. */
  get input(): Input | undefined {
    return this.inputs.at(-1);
  }

  /** Begins to read a text. Its lines come before the rest of those that are open. */
  open(lines: Iterator<TracedText>, path?: string): void {
    const input = { lines, conditions: new Conditions(), continuation: new Continuation(this) };
    this.inputs.push(path === undefined ? input : { ...input, path });
  }

  /** Begins to read a file; not when it is no text. */
  openSource(source: Source): void {
    this.#report.opened(source.path);
    const zero = source.text.indexOf('\0');
    if (zero !== -1) {
      this.add(binaryFile({ source, start: zero, end: zero + 1 }, source.path));
      this.leaveOut();
    } else this.open(physicalLines(traced({ source, start: 0, end: source.text.length })), source.path);
  }

  /** What is open at the end of an input has been forgotten. */
  close(input: Input): void {
    input.conditions.judgeEnd(this);
    this.inputs.pop();
    if (!this.script) return;
    this.add(missingEnd(this.script.opened, this.script.language));
    this.leaveOut();
    this.script = undefined;
  }
}

/** Reports that a file is there but cannot be read. The place is the file as a whole. */
export function refuseUnreadable(report: Report, path: string, reason: string): void {
  report.add(unreadableFile(lineSpan({ path, text: '' }, 1), path, reason));
  report.leftOut.lines(path);
}

/** The physical lines of a text, without line feeds and the carriage returns before them. */
export function* physicalLines(text: TracedText): Generator<TracedText, undefined> {
  const whole = text.text;
  for (let start = 0; start < whole.length; ) {
    const feed = whole.indexOf('\n', start);
    const next = feed === -1 ? whole.length : feed;
    const end = next > start && whole[next - 1] === '\r' ? next - 1 : next;
    yield slice(text, start, end);
    start = next + 1;
  }
  return undefined;
}
