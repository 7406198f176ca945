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
      doc: 'the addresses behind the interface',
      format: '`interface:address,…`; `interface:dynamic` for a set that commands fill',
      example: 'eth1:10.0.1.0/24',
    },
    options: { type: 'options', doc: 'the options of these hosts' },
  },
});
