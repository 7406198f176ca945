/** The `assertions` file: lines with the columns of `rules` that say what must hold. */
import type { Parsed } from '../../2-parse/parse.ts';
import { notAVerdict } from '../../diagnostics/catalogue/assertions.ts';
import { withValue } from '../../language/schema.ts';
import type { Assertion, Promised } from '../../model/assertion.ts';
import { asRuleRow } from '../rules/rule-row.ts';
import { resolveConditions } from '../rules/rules.ts';
import type { Scope } from '../scope.ts';

const verdicts: Readonly<Record<string, Promised>> = { ACCEPT: 'accept', DROP: 'drop', REJECT: 'reject', DENY: 'deny' };

/** Every promise of the file. */
export function resolveAssertions(rows: Parsed['config']['assertions'], scope: Scope): readonly Assertion[] {
  return rows.flatMap((row): readonly Assertion[] => {
    const { action, source, dest, proto, dport, sport, origdest } = row.cells;
    const { name, parameters, log } = action.value;
    const promised = parameters || log || !Object.hasOwn(verdicts, name) ? undefined : verdicts[name];
    if (!promised) {
      scope.report.add(notAVerdict(action.span, action.text.text));
      return [];
    }
    // What is asked of the packets does not depend on the verdict.
    const plain = withValue(action, { ...action.value, name: 'ACCEPT' });
    const rule = asRuleRow({ action: plain, source, dest, proto, dport, sport, origdest }, row);
    return resolveConditions(rule, scope).map(({ pairs, traffic }) => ({
      promised,
      pairs,
      traffic,
      place: action.span,
      origin: row.origin,
    }));
  });
}
