import { ftpPortNotListed, listedPortUnused } from '../../diagnostics/catalogue/ftp.ts';
import type { Law } from '../law.ts';
import { admits, ftpOf, serverPort, singlePorts, tcpOf } from './ports.ts';

/** The list of FTP ports and the rules for FTP name the same ports. */
export const ftpPortsAreListed: Law = (model, { report }) => {
  const ftp = ftpOf(model);
  if (!ftp) return;
  const used = new Set<number>();
  let everything =
    model.settings.autoHelpers && model.policies.some((policy) => policy.verdict.kind === 'accept' && !policy.implicit);
  for (const rule of model.rules) {
    if (!admits(rule)) continue;
    const port = serverPort(rule);
    const ports = port === undefined ? singlePorts(rule) : [port];
    for (const each of ports) used.add(each);
    if (
      tcpOf(rule).some((each) => !each.dports || each.dports.ranges.some((range) => range.first !== range.last)) ||
      rule.traffic.protocols.length === 0
    )
      everything ||= model.settings.autoHelpers;
    const named = rule.helper === 'ftp';
    const strange =
      named && !report.leftOut.isPartOf('modules', 'helpers') ? ports.filter((each) => !ftp.ports.includes(each)) : [];
    if (strange[0] !== undefined)
      report.add(ftpPortNotListed(rule.origin, strange[0], [...ftp.ports, ...strange].join(',')));
  }
  if (everything || !ftp.listed || !ftp.origin || report.leftOut.isPartOf('rules', 'conntrack')) return;
  for (const port of ftp.ports) if (!used.has(port)) report.add(listedPortUnused(ftp.origin, port));
};
