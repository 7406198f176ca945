import { forwardingOff } from '../../diagnostics/catalogue/holes.ts';
import type { Model } from '../../model/index.ts';
import type { ZonePair } from '../../model/zone.ts';
import type { Version } from '../../net/version.ts';
import type { Origin } from '../../source.ts';
import type { Law } from '../law.ts';
import { isForThisMachine } from './this-machine.ts';

/** Where a line lets packets pass between networks, the machine forwards them. */
export const forwardsWhatPasses: Law = (model, { environment, report }) => {
  const [version] = model.families.versions;
  const how = version && model.forwarding[version];
  if (!version || !how || how === 'on') return;
  if (report.leftOut.mayDeclare('IP_FORWARDING', settingsFile(model))) return;
  if (how === 'keep' && (environment.forwards(version) !== false || !isForThisMachine(model, environment))) return;
  const origin = firstForwarded(model, version);
  if (origin) report.add(forwardingOff(origin, version, how));
};

function settingsFile({ settingsPlace }: Model): string {
  return settingsPlace?.source.path ?? '';
}

/** The first line by which packets pass between two zones that are not the firewall. */
function firstForwarded(model: Model, version: Version): Origin | undefined {
  const networks = new Set(model.zones.filter(({ kind }) => kind === 'network').map(({ name }) => name));
  const passes = ({ source, dest }: ZonePair) => source !== dest && networks.has(source) && networks.has(dest);
  const policy = model.policies.find(
    (each) => each.verdict.kind === 'accept' && !each.implicit && each.versions.includes(version) && passes(each),
  );
  if (policy) return policy.origin;
  return model.rules.find(
    ({ action, blacklist, traffic, pairs }) =>
      (action.kind === 'accept' || action.kind === 'dnat') &&
      !blacklist &&
      traffic.versions.includes(version) &&
      pairs.some(passes),
  )?.origin;
}
