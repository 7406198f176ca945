import { translationWithoutRange } from '../../diagnostics/catalogue/ftp.ts';
import type { Rule } from '../../model/rule.ts';
import type { Law } from '../law.ts';
import { admits, ftpOf, portRanges, serverPort, singlePorts } from './ports.ts';

/** Without the helper nobody translates what a server announces: its range must be translated like its control port. */
export const translatedServersHaveARange: Law = (model, { report }) => {
  const ftp = ftpOf(model);
  if (!ftp || ftp.enabled || report.leftOut.isPartOf('rules')) return;
  const rules = model.rules.filter(admits);
  const ranges = rules.filter((rule) => portRanges(rule).length > 0);
  for (const rule of rules) {
    if (rule.action.kind !== 'dnat') continue;
    const rewritten = serverPort(rule);
    const port = singlePorts(rule).find((each) => ftp.ports.includes(rewritten ?? each));
    if (port === undefined || ranges.some((range) => leadsTo(range, rule))) continue;
    report.add(translationWithoutRange(rule.origin, port));
  }
};

/** Whether the rule translates to the server of the other. */
function leadsTo(rule: Rule, other: Rule): boolean {
  if (rule.action.kind !== 'dnat' || other.action.kind !== 'dnat') return false;
  const { server } = rule.action;
  return server.addresses?.first === other.action.server.addresses?.first;
}
