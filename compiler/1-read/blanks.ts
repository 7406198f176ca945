/** Blanks and comments around what a line says. */
import { slice, type TracedText } from '../source.ts';

// Not what JavaScript calls white space: a no-break space or a byte order mark is a mistake that has to be seen.
const leading = /^[ \t\n\v\f\r]*/;
const blank = ' \t\n\v\f\r';

/** The text without the blanks around it, or only without those at its end. */
export function trimmed(text: TracedText, where: 'around' | 'end' = 'around'): TracedText {
  const whole = text.text;
  let end = whole.length;
  while (end > 0 && blank.includes(whole[end - 1] ?? '')) end--;
  const start = where === 'end' ? 0 : Math.min(end, leading.exec(whole)?.[0].length ?? 0);
  return start === 0 && end === whole.length ? text : slice(text, start, end);
}

/** The text before its comment, without the blanks around it. Quotes do not protect a `#`. */
export function withoutComment(text: TracedText): TracedText {
  const hash = text.text.indexOf('#');
  return trimmed(hash === -1 ? text : slice(text, 0, hash));
}
