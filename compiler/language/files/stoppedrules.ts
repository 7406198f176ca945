import { ports, proto } from '../packet-columns.ts';
import { file } from '../schema.ts';

/** What is still accepted when the firewall is stopped. */
export const stoppedrules = file({
  name: 'stoppedrules',
  summary: 'what is still accepted when the firewall is stopped',
  treatment: 'compiled',
  byVersion: true,
  columns: {
    action: { type: 'action', required: true, doc: 'the verdict', format: '`ACCEPT`, `DROP` or `NOTRACK`' },
    source: { type: 'hostPlace', doc: 'the source of the packets' },
    dest: { type: 'hostPlace', doc: 'the destination of the packets' },
    proto,
    ...ports,
  },
});
