import { file } from '../schema.ts';

/** The parts of the network that policies and rules speak of. */
export const zones = file({
  name: 'zones',
  summary: 'the parts of the network, by name',
  treatment: 'compiled',
  required: true,
  byVersion: true,
  columns: {
    zone: { type: 'zoneDeclaration', required: true, doc: 'the name, and after `:` the zones that it is a part of' },
    type: { type: 'zoneType', doc: 'the type of the zone; `ip` when omitted', example: 'ip' },
    options: { type: 'options', doc: 'options for both directions' },
    in_options: { type: 'options', also: ['in'], doc: 'options for packets from the zone' },
    out_options: { type: 'options', also: ['out'], doc: 'options for packets to the zone' },
  },
});
