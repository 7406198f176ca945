import { file } from '../schema.ts';

/** Zones that are only some of the hosts behind an interface. */
export const hosts = file({
  name: 'hosts',
  summary: 'zones that are only some of the hosts behind an interface',
  treatment: 'compiled',
  byVersion: true,
  columns: {
    zone: { type: 'zoneName', required: true, doc: 'the zone the hosts belong to' },
    hosts: {
      type: 'hostPlace',
      required: true,
      also: ['host'],
      doc: '`interface:address,…`',
      example: 'eth1:10.0.1.0/24',
    },
    options: { type: 'options', doc: 'what holds for packets of these hosts' },
  },
});
