/** What the files of shaping say of a line. */
import { badShaping } from '../../diagnostics/catalogue/shaping.ts';
import type { Span } from '../../source.ts';
import type { Scope } from '../scope.ts';

/** Says what is wrong with a line of shaping; nothing is made of it. */
export function say(scope: Scope, span: Span, message: string, why: string, help: string): undefined {
  scope.report.add(badShaping(span, message, why, help));
}
