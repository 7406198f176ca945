/** The ?IFs that are open in one text. */
import { missingEndif, unmatchedDirective } from '../diagnostics/catalogue/reading.ts';
import type { Span } from '../source.ts';
import type { Said } from './expand.ts';

interface Open {
  /** Absent when the ?IF was mistyped: it has a message already. */
  readonly opened?: Span;
  /** Whether lines around this ?IF are left out already. */
  readonly omittedOutside: boolean;
  /** Whether one of its branches was read; no other one is then. */
  readonly read: boolean;
  readonly omitting: boolean;
  /** Whether ?ELSE was met: only ?ENDIF can follow. */
  readonly last: boolean;
}

/** Decides which lines count. A condition is evaluated only when its answer matters. */
export class Conditions {
  readonly #open: Open[] = [];

  /** Whether lines are left out now. */
  get omitting(): boolean {
    return this.#open.at(-1)?.omitting ?? false;
  }

  /** `?IF`. When the condition cannot be read, `holds` says undefined, and no branch is read. */
  begin(opened: Span | undefined, holds: () => boolean | undefined): void {
    const omittedOutside = this.omitting;
    const holding = omittedOutside ? false : holds();
    this.#open.push({
      ...(opened ? { opened } : {}),
      omittedOutside,
      read: holding !== false,
      omitting: holding !== true,
      last: false,
    });
  }

  /** `?ELSIF` and `?ELSE`. */
  otherwise(name: 'ELSIF' | 'ELSE', place: Span, holds: () => boolean | undefined, said: Said): void {
    const open = this.#open.at(-1);
    if (!open || open.last) {
      said.add(unmatchedDirective(place, name, 'IF'));
      return;
    }
    const holding = open.omittedOutside || open.read ? false : holds();
    const read = open.read || holding !== false;
    this.#open.splice(-1, 1, { ...open, read, omitting: holding !== true, last: name === 'ELSE' });
  }

  /** `?ENDIF`. */
  end(place: Span, said: Said): void {
    if (!this.#open.pop()) said.add(unmatchedDirective(place, 'ENDIF', 'IF'));
  }

  /** At the end of the text nothing may be open. */
  judgeEnd(said: Said): void {
    for (const { opened } of this.#open) if (opened) said.add(missingEndif(opened));
  }
}
