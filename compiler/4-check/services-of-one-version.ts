import { serviceOfOneVersion } from '../diagnostics/catalogue/checking.ts';
import type { Model } from '../model/index.ts';
import type { Rule } from '../model/rule.ts';
import type { ProtocolMatch } from '../model/traffic.ts';
import type { ZonePair } from '../model/zone.ts';
import type { NumberRange } from '../net/ranges.ts';
import type { Version } from '../net/version.ts';
import { admits } from './ftp/ports.ts';
import { isFromAnybody } from './holes/outside.ts';
import type { Law } from './law.ts';

/** Ports of a protocol that a line admits. */
interface Service {
  readonly protocol: number;
  readonly ports: NumberRange;
}

/**
 * What the firewall itself offers everybody of a zone is offered over both IP versions, where both zones hold both. Servers
 * behind DNAT have addresses of one version, and say nothing of the other.
 */
export const servicesOfBothVersions: Law = (model, { report }) => {
  if (model.families.versions.length < 2) return;
  for (const rule of model.rules) {
    const { action, traffic } = rule;
    const version = traffic.versions[0];
    if (version === undefined || traffic.versions.length > 1 || action.kind !== 'accept') continue;
    if (!admits(rule) || !isFromAnybody(traffic)) continue;
    const other = version === 4 ? 6 : 4;
    const pair = rule.pairs.find((each) => each.dest === model.firewall && holdsBoth(each.source, model));
    if (!pair || isAcceptedByPolicy(pair, other, model)) continue;
    const lacking = servicesIn(rule.traffic.protocols).find(
      (service) => !model.rules.some((each) => decides(each, { pair, version: other, service })),
    );
    if (lacking) report.add(serviceOfOneVersion(rule.origin, { ...lacking, version, source: pair.source }));
  }
};

function holdsBoth(name: string, { zones }: Model): boolean {
  return zones.find((zone) => zone.name === name)?.versions.length === 2;
}

function isAcceptedByPolicy({ source, dest }: ZonePair, version: Version, { policies }: Model): boolean {
  return policies.some(
    (each) =>
      each.source === source && each.dest === dest && each.versions.includes(version) && each.verdict.kind === 'accept',
  );
}

function servicesIn(protocols: readonly ProtocolMatch[]): readonly Service[] {
  return protocols.flatMap(({ protocol, negated, dports }) =>
    protocol === undefined || negated || !dports || dports.negated
      ? []
      : dports.ranges.map((ports) => ({ protocol, ports })),
  );
}

/** Whether the rule decides for the packets that are wanted, one way or the other. */
function decides(
  rule: Rule,
  wanted: { readonly pair: ZonePair; readonly version: Version; readonly service: Service },
): boolean {
  const { pair, version, service } = wanted;
  const { action, traffic, pairs } = rule;
  if (!admits(rule) && action.kind !== 'drop' && action.kind !== 'reject') return false;
  if (!traffic.versions.includes(version)) return false;
  if (!pairs.some(({ source, dest }) => source === pair.source && dest === pair.dest)) return false;
  if (traffic.protocols.length === 0) return true;
  return traffic.protocols.some(({ protocol, negated, dports }) => {
    if (negated || dports?.negated || dports?.set) return true; // more than can be told here
    if (protocol !== service.protocol) return false;
    const { ports } = service;
    return !dports || dports.ranges.some((range) => range.first <= ports.first && ports.last <= range.last);
  });
}
