import { activeTls, highPortsWideOpen, port1024Alone, relatedAcceptsAll } from '../../diagnostics/catalogue/ftp.ts';
import type { Law } from '../law.ts';
import { admits, comesFrom, portRanges, singlePorts, tcpOf } from './ports.ts';

/** The macro by which somebody says that he wants it: told what it opens, and not to take it out. */
const activeMacro = 'library/macro.FTPSactive';

/** High ports opened for transfers that a helper would follow, and RELATED accepted from anybody. */
export const transfersAreNotWideOpen: Law = (model, { report }) => {
  const enabled = model.helpers.some((each) => each.helper.name === 'ftp' && each.enabled);
  for (const rule of model.rules) {
    if (
      rule.section === 'RELATED' &&
      rule.action.kind === 'accept' &&
      rule.traffic.ofHelper === undefined &&
      rule.traffic.protocols.length === 0
    )
      report.add(relatedAcceptsAll(rule.origin));
    if (!admits(rule)) continue;
    if (rule.origin[0].source.path === activeMacro) {
      const [pair] = rule.pairs;
      report.add(activeTls(rule.origin, pair?.source ?? 'dmz', pair?.dest ?? 'net'));
      continue;
    }
    if (tcpOf(rule).length === 0) continue;
    const high = portRanges(rule).some((range) => range.first <= 1024 && range.last >= 65000);
    const fromHigh = tcpOf(rule).some(
      (each) =>
        each.sports &&
        !each.sports.negated &&
        each.sports.ranges.some((range) => range.first <= 1024 && range.last >= 65000),
    );
    if (
      enabled &&
      ((high && fromHigh) || (comesFrom(rule, [20]) && (high || tcpOf(rule).every((each) => !each.dports))))
    )
      report.add(highPortsWideOpen(rule.origin));
    if (comesFrom(rule, [20, 21]) && singlePorts(rule).includes(1024)) report.add(port1024Alone(rule.origin));
  }
};
