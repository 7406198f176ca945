import { helperMark } from '../../compiler/language/mark-layout.ts';
import type { Examination, Finding } from './examination.ts';
import type { TrackedConnection } from './machine.ts';

/** Control connections that live now have the helper, and our mark that a rule admitted them. */
export const connections: Examination = {
  name: 'control connections',
  topic: 'ftp',
  examine({ machine, transfers }) {
    const all = machine.connections();
    if (all === undefined) return { seen: ['connections cannot be listed: install conntrack'], findings: [] };
    const ports = new Set(transfers.helped.flatMap(({ asked }) => asked));
    const control = all.filter(({ port }) => ports.has(port));
    const bare = control.filter(({ helper }) => helper === undefined);
    const unmarked = control.filter(({ helper, mark }) => helper === 'ftp' && (mark & helperMark) === 0);
    const findings: Finding[] = [];
    if (bare.length > 0) {
      findings.push({
        code: 'connection-without-helper',
        severity: 'warning',
        message: `control connections without a helper: ${list(bare)}`,
        reason:
          'they were opened before the rules that attach the helper were loaded; an established connection gets no helper',
        next: 'reconnect the clients, or delete the connections: conntrack -D -p tcp --orig-port-dst PORT',
      });
    }
    if (unmarked.length > 0) {
      findings.push({
        code: 'connection-not-admitted',
        severity: 'warning',
        message: `control connections whose transfers are refused: ${list(unmarked)}`,
        reason:
          'they have the helper, but no rule of ftpwall accepted them with it: another table attached it, or they are older than the rules',
        next: 'list the port in `modules`, accept it with a rule such as FTP(ACCEPT), and reconnect the clients',
      });
    }
    return { seen: [`${control.length} control connections`], findings };
  },
};

const mostNamed = 5;

function list(connections: readonly TrackedConnection[]): string {
  const named = connections.slice(0, mostNamed).map(({ source, dest, port }) => `${source} to ${dest} port ${port}`);
  return [...named, ...(connections.length > mostNamed ? [`${connections.length - mostNamed} more`] : [])].join(', ');
}
