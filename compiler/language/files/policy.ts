import { file } from '../schema.ts';

/** What happens to a new connection that no rule decides. */
export const policy = file({
  name: 'policy',
  summary: 'what happens to a new connection that no rule decides',
  treatment: 'compiled',
  required: true,
  byVersion: true,
  columns: {
    source: { type: 'zoneSelector', required: true, doc: 'the zones the connection comes from' },
    dest: { type: 'zoneSelector', required: true, doc: 'the zones the connection goes to' },
    policy: { type: 'policyAction', required: true, doc: 'the verdict' },
    loglevel: { type: 'logLevel', also: ['log'], doc: 'log each decision at this level', example: 'info' },
    rate: { type: 'rate', also: ['limit'], doc: 'allow at most this many new connections', example: '10/sec:40' },
    connlimit: { type: 'connectionLimit', doc: 'allow at most this many connections for each source' },
  },
});
