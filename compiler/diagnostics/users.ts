/** Macros and actions: what is found in one of them is said with the lines that use it. */
import { placeOf, type Span } from '../source.ts';
import type { Diagnostic, Label } from './message.ts';

/**
 * The diagnostic with the lines that led to its place, innermost first. Nobody can mend the standard library, so what
 * is found there is said of the nearest line of the user's.
 */
export function namingUsers(diagnostic: Diagnostic, users: readonly Span[]): Diagnostic {
  if (users.length === 0) return diagnostic;
  const { label, related } = saidOfUser(diagnostic, users);
  const shown = new Set([label, ...related].map(({ span }) => placeOf(span)));
  const further = users
    .filter((user) => !inLibrary(user) && !shown.has(placeOf(user)))
    .map((span) => ({ span, text: 'expanded from here' }));
  return { ...diagnostic, label, related: [...related, ...further] };
}

function saidOfUser({ label, related }: Diagnostic, users: readonly Span[]): Pick<Diagnostic, 'label' | 'related'> {
  const own = inLibrary(label.span) ? users.find((user) => !inLibrary(user)) : undefined;
  if (!own) return { label, related };
  const within: Label = { span: label.span, text: 'in this line of the standard library' };
  const elsewhere = related.filter(({ span }) => placeOf(span) !== placeOf(own));
  return { label: { ...label, span: own }, related: [within, ...elsewhere] };
}

/** Sources of the standard library are called so by the environment. */
function inLibrary({ source }: Span): boolean {
  return source.path.startsWith('library/');
}
