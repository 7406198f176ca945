import {
  controlWithoutRange,
  helperOnTls,
  helperWrongDirection,
  rangeWithoutControl,
} from '../../diagnostics/catalogue/ftp.ts';
import { parsePassive } from '../../language/ftps.ts';
import type { Rule } from '../../model/rule.ts';
import type { PortMatch } from '../../model/traffic.ts';
import type { Law } from '../law.ts';
import { admits, comesFrom, ftpOf, portRanges, serverPort, singlePorts } from './ports.ts';

/** FTP with TLS: a helper is blind there, and the passive range goes with the control port, to the same server. */
export const tlsHasItsRange: Law = (model, { report }) => {
  const ftp = ftpOf(model);
  const passive = parsePassive(model.settings.ftpsPassive);
  const rules = model.rules.filter(admits);
  const speaks = (rule: Rule): boolean =>
    [...singlePorts(rule), serverPort(rule)].some(
      (port) => port !== undefined && (port === 990 || ftp?.ports.includes(port)),
    );
  for (const { action, traffic, origin } of model.tracking) {
    const fromServer = traffic.protocols.some((each) => isFtp(each.sports, ftp?.ports) && !each.dports && !each.either);
    if (action.kind === 'helper' && action.helper === 'ftp' && fromServer) report.add(helperWrongDirection(origin));
  }
  for (const rule of rules) {
    if (rule.helper === 'ftp' && [...singlePorts(rule), serverPort(rule)].includes(990))
      report.add(helperOnTls(rule.origin));
    if (rule.helper === 'ftp' && comesFrom(rule, ftp?.ports ?? [21]) && singlePorts(rule).length === 0)
      report.add(helperWrongDirection(rule.origin));
    // The other line of the two may have been left out.
    if (!passive || report.leftOut.isPartOf('rules')) continue;
    const range = portRanges(rule).some((each) => each.first === passive.first && each.last === passive.last);
    if (range && !rules.some((other) => other !== rule && speaks(other) && sameServer(rule, other)))
      report.add(rangeWithoutControl(rule.origin));
    const tls = [...singlePorts(rule), serverPort(rule)].includes(990);
    if (
      tls &&
      !rules.some(
        (other) =>
          other !== rule &&
          sameServer(rule, other) &&
          portRanges(other).some((each) => each.first === passive.first && each.last === passive.last),
      )
    )
      report.add(controlWithoutRange(rule.origin, `${passive.first}:${passive.last}`));
  }
};

/** Whether the ports are nothing but ports of the list. */
function isFtp(ports: PortMatch | undefined, list: readonly number[] = [21]): boolean {
  return (
    ports !== undefined &&
    !ports.negated &&
    ports.ranges.every(({ first, last }) => first === last && list.includes(first))
  );
}

/** Whether two rules are between the same zones and lead to the same server. */
function sameServer(a: Rule, b: Rule): boolean {
  const server = (rule: Rule): string => {
    const addresses =
      rule.action.kind === 'dnat'
        ? rule.action.server.addresses && [rule.action.server.addresses]
        : (rule.traffic.dest?.ranges ?? rule.traffic.dest?.sets.flatMap(({ set }) => set.fixed ?? []));
    return (addresses ?? []).map((range) => `${range.first}-${range.last}`).join(' ');
  };
  return (
    server(a) === server(b) &&
    a.pairs.some((pair) => b.pairs.some((other) => other.source === pair.source && other.dest === pair.dest))
  );
}
