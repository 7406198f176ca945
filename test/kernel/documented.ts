/** The networks of the README and of the manual: the firewall is 203.0.113.2 outside. */
import type { Network } from './lab.ts';

export const documentedNetworks: readonly Network[] = [
  {
    name: 'net',
    interface: 'eth0',
    firewall: ['203.0.113.2/24', '2001:db8:1::1/64'],
    host: ['203.0.113.10/24', '2001:db8:1::10/64'],
  },
  {
    name: 'loc',
    interface: 'eth1',
    firewall: ['10.0.1.1/24', '2001:db8:3::1/64'],
    host: ['10.0.1.10/24', '2001:db8:3::10/64'],
  },
  {
    name: 'dmz',
    interface: 'eth2',
    firewall: ['10.0.2.1/24', '2001:db8:2::1/64'],
    host: ['10.0.2.10/24', '2001:db8:2::10/64'],
  },
];
