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
      doc: 'the zone behind the interface; `-` if `hosts` defines the zones, or if there is none',
    },
    interface: {
      type: 'interfaceName',
      required: true,
      doc: 'the name of the interface, or `name+` for all interfaces whose name begins with `name`',
      example: 'eth0',
    },
    broadcast: { type: 'broadcast', doc: 'only in format 1; without effect' },
    options: { type: 'options', doc: 'the options of this interface', example: 'tcpflags,nosmurfs' },
  },
  formats: { 1: ['zone', 'interface', 'broadcast', 'options'], 2: ['zone', 'interface', 'options'] },
});
