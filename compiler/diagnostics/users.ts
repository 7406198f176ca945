/** Macros and actions: what is found in one of them is said with the lines that use it. */
import { placeOf, type Span } from '../source.ts';
import type { Diagnostic, Label } from './diagnostic.ts';

/**
 * The diagnostic with the lines that led to its place, innermost first. Nobody can mend the standard library, so what
 * is found there is said of the nearest line of the user's.
 */
export function namingUsers(diagnostic: Diagnostic, users: readonly Span[]): Diagnostic {
  if (users.length === 0) return diagnostic;
  const own = inLibrary(diagnostic.label.span) ? users.find((user) => !inLibrary(user)) : undefined;
  const label = own ? { ...diagnostic.label, span: own } : diagnostic.label;
  const within: readonly Label[] = own
    ? [{ span: diagnostic.label.span, text: 'in this line of the standard library' }]
    : [];
  const shown = new Set([label, ...diagnostic.related].map(({ span }) => placeOf(span)));
  const further = users
    .filter((user) => !inLibrary(user) && !shown.has(placeOf(user)))
    .map((span) => ({ span, text: 'used here' }));
  return { ...diagnostic, label, related: [...diagnostic.related, ...within, ...further] };
}

/** Sources of the standard library are called so by the environment. */
function inLibrary({ source }: Span): boolean {
  return source.path.startsWith('library/');
}
