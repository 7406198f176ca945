import { targetCannot } from '../diagnostics/catalogue/checking.ts';
import type { Law } from './check.ts';

/** What a kernel may lack is refused here, at the line that asks for it, not by the kernel. */
export const targetCanDoIt: Law = (model, { capabilities, report }) => {
  if (capabilities.has('queue')) return;
  for (const rule of model.rules) if (rule.action.kind === 'queue') report.add(targetCannot(rule.origin, 'NFQUEUE'));
  for (const policy of model.policies)
    if (policy.verdict.kind === 'queue') report.add(targetCannot(policy.origin, 'NFQUEUE'));
};
