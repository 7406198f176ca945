import { readHits } from '../status/counters.ts';
import type { Examination, Finding } from './examination.ts';

const unannounced = /^RELATED, but/;
const invalid = /^INVALID_DISPOSITION/;

/** What the counters of the lines concerned say: which were met, and what was refused for a reason. */
export const refusals: Examination = {
  name: 'counters',
  topic: 'ftp',
  examine({ model, transfers, machine }) {
    const hits = readHits();
    if (hits.kind === 'refused') return { seen: [`the counters cannot be read: ${hits.reason}`], findings: [] };
    const packets = (match: (place: string) => boolean): number =>
      hits.lines.filter(({ place }) => match(place)).reduce((sum, line) => sum + line.packets, 0);
    const findings: Finding[] = [];
    const related = packets((place) => unannounced.test(place));
    if (related > 0) {
      findings.push({
        code: 'transfers-refused',
        severity: 'warning',
        message: `${related} packets of transfers were refused, because no accepted connection announced them`,
        reason:
          'their control connection was not accepted by a rule of ftpwall with a helper, or they go to a port below 1024',
        next: 'ftpwall hits --watch while a client tries; the control connection must match a line for FTP (ftpwall show ftp)',
      });
    }
    const strange = packets((place) => invalid.test(place));
    const logged = machine.file('/proc/sys/net/netfilter/nf_conntrack_log_invalid') ?? '0';
    const dropped = ['drop', 'reject'].includes(model.settings.invalid.kind);
    if (dropped && strange > 0 && logged === '0') {
      findings.push({
        code: 'invalid-not-logged',
        severity: 'warning',
        message: `${strange} packets were dropped as INVALID, for an unknown reason`,
        reason: 'the kernel logs the reason only if nf_conntrack_log_invalid is set',
        next: 'sysctl net.netfilter.nf_conntrack_log_invalid=6, let a client try, read the kernel log, and set it back to 0',
      });
    }
    const lines = [...new Set([...transfers.helped, ...transfers.tls].map(({ place }) => place))];
    const seen = lines.map((line) => `${line} matched ${packets((place) => place === line)} connections`);
    return { seen, findings };
  },
};
