/** Collects what there is to say during one compilation. */
import type { Span } from '../source.ts';
import type { Diagnostic } from './message.ts';
import { namingUsers } from './users.ts';

/** All findings of a run, in the order in which they were made, without repetitions. */
export class Report {
  readonly #found: Diagnostic[] = [];
  readonly #seen = new Map<object, Set<string>>();
  readonly #allowed: Set<string>;
  /** The lines that led to what is being read now, innermost first. */
  #users: readonly Span[] = [];

  /** `allowed` holds codes of warnings that the user does not want to see. */
  constructor(allowed: Iterable<string> = []) {
    this.#allowed = new Set(allowed);
  }

  add(found: Diagnostic): void {
    const diagnostic = namingUsers(found, this.#users);
    if (diagnostic.severity === 'warning' && this.#allowed.has(diagnostic.code)) return;
    const { source, start, end } = diagnostic.label.span;
    const seen = this.#seen.get(source) ?? new Set<string>();
    this.#seen.set(source, seen);
    const key = `${diagnostic.code} ${start} ${end} ${diagnostic.message}`;
    if (seen.has(key)) return;
    seen.add(key);
    this.#found.push(diagnostic);
  }

  /** While `work` runs, what is found is said with the lines that led there, innermost first: those that name a macro or an action. */
  usedBy<Result>(users: readonly Span[], work: () => Result): Result {
    const before = this.#users;
    this.#users = [...users, ...before];
    try {
      return work();
    } finally {
      this.#users = before;
    }
  }

  /** Allows a code of a warning from now on, and forgets what was already said of it. */
  allow(code: string): void {
    this.#allowed.add(code);
    const kept = this.#found.filter((each) => each.severity === 'error' || each.code !== code);
    this.#found.splice(0, this.#found.length, ...kept);
  }

  /** Whether an error was found: nothing may be built. */
  get failed(): boolean {
    return this.#found.some((each) => each.severity === 'error');
  }

  get diagnostics(): readonly Diagnostic[] {
    return this.#found;
  }
}
