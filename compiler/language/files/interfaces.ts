import { file } from '../schema.ts';

/** Which network interface leads to which zone. */
export const interfaces = file({
  name: 'interfaces',
  summary: 'which network interface leads to which zone',
  treatment: 'compiled',
  required: true,
  byVersion: true,
  columns: {
    zone: {
      type: 'zoneName',
      doc: 'the zone behind the interface; `-` when `hosts` says it, or when no zone is there',
    },
    interface: {
      type: 'interfaceName',
      required: true,
      doc: 'the name of the interface, or `name+` for all that begin so',
      example: 'eth0',
    },
    broadcast: { type: 'broadcast', doc: 'only in format 1, and without a meaning today' },
    options: { type: 'options', doc: 'what holds for packets of this interface', example: 'tcpflags,nosmurfs' },
  },
  formats: { 1: ['zone', 'interface', 'broadcast', 'options'], 2: ['zone', 'interface', 'options'] },
});
