import { noWayIn } from '../../diagnostics/catalogue/holes.ts';
import type { Model } from '../../model/index.ts';
import type { Rule } from '../../model/rule.ts';
import type { Law } from '../law.ts';

/** Ports by which nobody logs in: FTP, mail, names, the web. Any other one may be that of a login or of a VPN. */
const services = new Set([20, 21, 25, 53, 67, 68, 69, 80, 110, 123, 143, 161, 162, 443, 465, 514, 587, 993, 995, 8080]);

/** Somebody can log in over the network to repair things. */
export const adminHasAWayIn: Law = (model, { report }) => {
  if (report.leftOut.isPartOf('rules', 'policy', 'zones', 'interfaces', 'hosts', 'tunnels')) return;
  const zone = model.zones.find(({ name }) => name === model.firewall);
  if (!zone || model.policies.some((each) => each.dest === model.firewall && isOpen(each, model))) return;
  if (model.rules.some((rule) => admitsLogin(rule, model))) return;
  report.add(noWayIn(zone.origin, model.firewall));
};

function isOpen({ verdict, source, implicit }: Model['policies'][number], { firewall }: Model): boolean {
  return (verdict.kind === 'accept' || verdict.kind === 'continue') && source !== firewall && !implicit;
}

function admitsLogin({ pairs, action, traffic, blacklist }: Rule, { firewall }: Model): boolean {
  if (blacklist || !pairs.some(({ source, dest }) => dest === firewall && source !== firewall)) return false;
  if (!['accept', 'call', 'queue', 'raw', 'redirect', 'continue'].includes(action.kind)) return false;
  if (traffic.protocols.length === 0) return true;
  return traffic.protocols.some(({ protocol, dports, negated, icmp }) => {
    if (icmp || protocol === 1 || protocol === 58) return false;
    return (
      negated ||
      !dports ||
      dports.negated ||
      dports.set !== undefined ||
      dports.ranges.some(({ first, last }) => first !== last || !services.has(first))
    );
  });
}
