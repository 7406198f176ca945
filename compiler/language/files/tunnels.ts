import { file } from '../schema.ts';

/** Tunnels that end at the firewall: what their outer packets need. */
export const tunnels = file({
  name: 'tunnels',
  summary: 'tunnels that end at the firewall: what their outer packets need',
  treatment: 'compiled',
  byVersion: true,
  columns: {
    type: {
      type: 'tunnel',
      required: true,
      doc: 'the kind: `ipsec`, `ipip`, `gre`, `openvpn:port`, `generic:proto:port` …',
    },
    zone: { type: 'zoneName', required: true, doc: 'the zone of the remote end' },
    gateway: { type: 'hosts', also: ['gateways'], doc: 'the addresses of the remote end; any when omitted' },
    gateway_zone: { type: 'zoneNames', also: ['gateway_zones'], doc: 'zones behind the tunnel' },
  },
});

/** Which hardware addresses may speak on an interface. */
export const maclist = file({
  name: 'maclist',
  summary: 'which hardware addresses may speak on an interface',
  treatment: 'compiled',
  byVersion: true,
  columns: {
    disposition: { type: 'action', required: true, doc: '`ACCEPT`, `DROP` or `REJECT`' },
    interface: { type: 'interfaceName', required: true, doc: 'the interface' },
    mac: { type: 'hosts', doc: 'the hardware address' },
    addresses: { type: 'hosts', also: ['ipaddresses'], doc: 'the IP addresses it may use' },
  },
});
