/** Physical lines become logical ones: a `\` at the end of a line joins the next one to it. */
import { continuedComment, lineTooLong } from '../diagnostics/catalogue/reading.ts';
import { join, type Span, slice, spanOf, type TracedText } from '../source.ts';
import { trimmed } from './blanks.ts';
import type { Said } from './expand.ts';

/** No list that a person keeps is longer; a longer line is not configuration. */
export const longestLine = 262_144;

/** Collects the physical lines of one logical line. */
export class Continuation {
  readonly #said: Said;
  #parts: TracedText[] = [];
  #length = 0;
  /** The last character that was collected. */
  #tail = '';
  #hasComment = false;
  /** The `\` at the end of a comment, until it is known whether it swallows something. */
  #swallowing: Span | undefined;

  constructor(said: Said) {
    this.#said = said;
  }

  /** Takes a physical line. Returns the logical line that it ends, or undefined when that goes on. */
  add(physical: TracedText): TracedText | undefined {
    const { text } = physical;
    // Most lines are alone, and nothing else is asked of them.
    if (this.#length === 0 && this.#parts.length === 0 && !text.includes('\\') && text.length <= longestLine)
      return physical;
    const line = this.#prepared(physical);
    const continued = line.text.endsWith('\\');
    const part = continued ? slice(line, 0, line.text.length - 1) : line;
    this.#warnOfSwallowing(part);
    this.#keep(part);
    if (!continued) return this.finish();
    if (this.#hasComment) this.#swallowing ??= spanOf(line, line.text.length - 1);
    return undefined;
  }

  /** What was collected and not ended: at the end of a file the last line is whole, `\` or not. */
  finish(): TracedText | undefined {
    const parts = this.#parts;
    const tooLong = this.#length > longestLine;
    this.#parts = [];
    this.#length = 0;
    this.#tail = '';
    this.#hasComment = false;
    this.#swallowing = undefined;
    if (parts.length === 0 || tooLong) return undefined;
    return parts.length === 1 ? parts[0] : join(parts);
  }

  /** The line without the comment behind its `\`, and without leading blanks where a list goes on. */
  #prepared(physical: TracedText): TracedText {
    const listGoesOn = this.#tail === ',' || this.#tail === ':';
    const indent = listGoesOn ? (/^\s*/.exec(physical.text)?.[0].length ?? 0) : 0;
    const line = indent > 0 ? slice(physical, indent) : physical;
    const backslash = line.text.indexOf('\\');
    const commentBehind = backslash !== -1 && /\\\s*#/.test(line.text);
    return commentBehind ? trimmed(slice(line, 0, line.text.indexOf('#')), 'end') : line;
  }

  #keep(part: TracedText): void {
    this.#length += part.text.length;
    this.#tail = part.text.at(-1) ?? this.#tail;
    this.#hasComment ||= part.text.includes('#');
    if (this.#length <= longestLine) {
      this.#parts.push(part);
      return;
    }
    const before = this.#length - part.text.length;
    if (before <= longestLine) this.#said.add(lineTooLong(spanOf(this.#parts[0] ?? part, 0, 1), longestLine));
  }

  #warnOfSwallowing(part: TracedText): void {
    if (this.#swallowing && /^\s*[^#\s]/.test(part.text)) {
      this.#said.add(continuedComment(this.#swallowing));
    }
    this.#swallowing = undefined;
  }
}
