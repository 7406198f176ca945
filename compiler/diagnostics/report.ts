/** Collects what there is to say during one compilation. */
import { lineText, placeOf, positionOf, type Span } from '../source.ts';
import { LeftOut } from './left-out.ts';
import type { Diagnostic } from './message.ts';
import { namingUsers } from './users.ts';

/** All findings of a run, without repetitions. */
export class Report {
  /** What mistakes have left out so far. */
  readonly leftOut = new LeftOut();
  readonly #found: Diagnostic[] = [];
  #made = 0;
  #elsewhere = false;
  /** The findings in their order, until one more is made. */
  #sorted: readonly Diagnostic[] | undefined;
  /** The files in the order in which they were opened. */
  readonly #files = new Map<string, number>();
  readonly #seen = new Map<object, Set<string>>();
  readonly #allowed: Set<string>;
  /** The lines of which one error is all that is told. */
  readonly #alone = new Set<string>();
  /** The lines that led to what is being read now, innermost first. */
  #users: readonly Span[] = [];

  /** `allowed` holds codes of warnings that the user does not want to see. */
  constructor(allowed: Iterable<string> = []) {
    this.#allowed = new Set(allowed);
  }

  add(found: Diagnostic): void {
    this.#made += 1;
    const diagnostic = namingUsers(found, this.#users);
    if (diagnostic.severity !== 'error' && (this.#allowed.has(diagnostic.code) || isAllowedThere(diagnostic))) return;
    if (this.#alone.size > 0 && this.#alone.has(placeOf(diagnostic.label.span))) return;
    const { source, start, end } = diagnostic.label.span;
    const seen = this.#seen.get(source) ?? new Set<string>();
    this.#seen.set(source, seen);
    const key = `${diagnostic.code} ${start} ${end} ${diagnostic.message}`;
    if (seen.has(key) || (this.#elsewhere && this.#hasErrorAt(diagnostic.label.span))) return;
    seen.add(key);
    this.#found.push(diagnostic);
    this.#sorted = undefined;
    this.opened(source.path);
  }

  /** Adds an error that is all that is told of its line: whatever else is found there follows from it. */
  addAlone(found: Diagnostic): void {
    const place = placeOf(found.label.span);
    this.#made += 1;
    if (this.#alone.has(place)) return;
    const others = this.#found.filter(({ label }) => placeOf(label.span) !== place);
    this.#found.splice(0, this.#found.length, ...others);
    this.add(found);
    this.#alone.add(place);
  }

  /** A file is read now: what is found in it comes after what is found in files that were opened before. */
  opened(path: string): void {
    if (!this.#files.has(path)) this.#files.set(path, this.#files.size);
  }

  /** While `work` runs, what is found is said with the lines that led there, innermost first: those that name a macro or an action. */
  usedBy<Result>(users: readonly Span[], work: () => Result): Result {
    if (users.length === 0) return work();
    const before = this.#users;
    this.#users = [...users, ...before];
    try {
      return work();
    } finally {
      this.#users = before;
    }
  }

  /** Whether a file of this name, or in a folder of this name, was opened. */
  wasOpened(name: string): boolean {
    return [...this.#files.keys()].some((path) => path === name || path.startsWith(`${name}/`));
  }

  /** While `work` runs, nothing more is said of a place that has an error. */
  elsewhere(work: () => void): void {
    this.#elsewhere = true;
    work();
    this.#elsewhere = false;
  }

  #hasErrorAt({ source, start, end }: Span): boolean {
    return this.#found.some(
      ({ severity, label: { span } }) =>
        severity === 'error' && span.source === source && span.start < end && start < span.end,
    );
  }

  /** Allows a code of a warning from now on, and forgets what was already said of it. */
  allow(code: string): void {
    this.#allowed.add(code);
    const kept = this.#found.filter((each) => each.severity === 'error' || each.code !== code);
    this.#found.splice(0, this.#found.length, ...kept);
    this.#sorted = undefined;
  }

  /** Whether an error was found: nothing may be built. */
  get failed(): boolean {
    return this.#found.some((each) => each.severity === 'error');
  }

  /** Something is wrong for a reason that has a message already. */
  passOver(): void {
    this.#made += 1;
  }

  /** How often something was found, whether or not that made another message. */
  get count(): number {
    return this.#made;
  }

  /** All findings, in the order of files and lines. */
  get diagnostics(): readonly Diagnostic[] {
    const rank = ({ label }: Diagnostic) => this.#files.get(label.span.source.path) ?? 0;
    this.#sorted ??= [...this.#found].sort(
      (one, other) => rank(one) - rank(other) || one.label.span.start - other.label.span.start,
    );
    return this.#sorted;
  }
}

/** `# ftpwall: allow CODE` at the end of a line: its warnings of these codes are not wanted. */
function isAllowedThere({ code, label: { span } }: Diagnostic): boolean {
  const text = lineText(span.source, positionOf(span.source, span.start).line);
  const [, codes = ''] = /#\s*ftpwall:\s*allow\s+([\w-]+(?:[\s,]+[\w-]+)*)\s*$/.exec(text) ?? [];
  return codes.split(/[\s,]+/).includes(code);
}
