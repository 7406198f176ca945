import { helperProtocol } from '../diagnostics/catalogue/checking.ts';
import { helperTable } from '../language/names.ts';
import type { Law } from './check.ts';

/** A helper meets only connections of its own protocol. */
export const helpersHaveTheirProtocol: Law = (model, { report }) => {
  for (const { helper, traffic, origin } of model.rules) {
    if (helper === undefined) continue;
    const { protocol } = helperTable[helper as keyof typeof helperTable];
    const number = protocol === 'tcp' ? 6 : 17;
    const fits =
      traffic.protocols.length > 0 && traffic.protocols.every((each) => !each.negated && each.protocol === number);
    if (!fits) report.add(helperProtocol(origin, helper, protocol));
  }
};
