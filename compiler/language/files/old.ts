import { file } from '../schema.ts';

/** Files of older versions that are understood as their successors. */
export const routestopped = file({
  name: 'routestopped',
  summary: 'the old spelling of stoppedrules',
  treatment: { converted: 'stoppedrules' },
  columns: {
    interface: { type: 'interfaceName', required: true, doc: 'the interface' },
    hosts: { type: 'hosts', doc: 'the addresses behind it' },
    options: { type: 'options', doc: '`routeback`, `source`, `dest`, `notrack`, `critical`' },
    proto: { type: 'protocols', doc: 'the protocol' },
    dport: { type: 'ports', doc: 'the ports of the destination' },
    sport: { type: 'ports', doc: 'the ports of the source' },
  },
});

export const blacklist = file({
  name: 'blacklist',
  summary: 'the old spelling of blrules',
  treatment: { converted: 'blrules' },
  columns: {
    networks: { type: 'hosts', doc: 'the user whose packets match' },
    proto: { type: 'protocols', doc: 'the protocol' },
    port: { type: 'ports', doc: 'the ports' },
    options: { type: 'options', doc: '`src`, `dst`, `whitelist`, `audit`' },
  },
});

export const notrack = file({
  name: 'notrack',
  summary: 'the old spelling of conntrack',
  treatment: { converted: 'conntrack' },
  columns: {
    source: { type: 'endpoint', doc: 'the source of the packets' },
    dest: { type: 'hostPlace', doc: 'the destination of the packets' },
    proto: { type: 'protocols', doc: 'the protocol' },
    dport: { type: 'ports', doc: 'the ports of the destination' },
    sport: { type: 'ports', doc: 'the ports of the source' },
    user: { type: 'users', doc: 'the user of the process on the firewall' },
  },
});
