import { file } from '../schema.ts';
import { ruleColumns } from './rules.ts';

/** What the firewall is promised to do, proved for all packets. */
export const assertions = file({
  name: 'assertions',
  summary: 'what must hold of the firewall: proved for all packets before it is loaded',
  treatment: 'compiled',
  byVersion: true,
  columns: {
    action: {
      type: 'action',
      required: true,
      doc: 'the verdict that all these packets must get: `ACCEPT`, `DROP`, `REJECT`, or `DENY` for either of the last two',
    },
    source: { ...ruleColumns.source, required: true },
    dest: {
      ...ruleColumns.dest,
      required: true,
      doc: 'the destination of the packets, after DNAT',
      example: 'dmz:10.0.1.5',
    },
    proto: ruleColumns.proto,
    dport: ruleColumns.dport,
    sport: ruleColumns.sport,
    origdest: ruleColumns.origdest,
  },
});
