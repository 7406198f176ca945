import { advertisedRouteLost } from '../diagnostics/catalogue/interfaces.ts';
import { fits } from '../ir/interfaces.ts';
import type { Model } from '../model/index.ts';
import type { Interface } from '../model/interface.ts';
import type { Law } from './law.ts';

/**
 * A machine that forwards IPv6 drops the routes that it learned from router advertisements, and ignores later ones, unless
 * accept_ra is 2 (Linux, Documentation/networking/ip-sysctl.rst).
 */
export const advertisedRoutesStay: Law = (model, { environment, report }) => {
  if (!model.families.versions.includes(6) || report.leftOut.isPartOf('interfaces')) return;
  const learning = model.interfaces.filter((each) => forwards(each, model) && setting(each, 'accept_ra') === undefined);
  if (learning.length === 0) return;
  for (const name of environment.advertisedInterfaces()) {
    const found = learning.find(({ pattern }) => fits(pattern, name));
    if (found) report.add(advertisedRouteLost(found.origin, name));
  }
};

function forwards(each: Interface, { forwarding }: Model): boolean {
  return forwarding[6] === 'on' || setting(each, 'forwarding') === '1';
}

/** The value of a kernel setting that the options of an interface give. */
function setting({ options }: Interface, key: string): string | undefined {
  return options[6]?.sysctls.find((each) => each.version === 6 && each.key === key)?.value;
}
