import { file } from '../schema.ts';

/** One-to-one translation: a public address for an internal host. */
export const nat = file({
  name: 'nat',
  summary: 'one-to-one translation: a public address for an internal host',
  treatment: 'compiled',
  byVersion: true,
  columns: {
    external: { type: 'hosts', required: true, doc: 'the public address' },
    interface: { type: 'labelledInterfaces', required: true, doc: 'the interfaces that have it' },
    internal: { type: 'hosts', required: true, doc: 'the address of the host' },
    allints: { type: 'yesNo', also: ['allints'], doc: 'whether the public address works from every interface' },
    local: { type: 'yesNo', doc: 'whether it works from the firewall itself' },
  },
});

/** Translation of whole networks. */
export const netmap = file({
  name: 'netmap',
  summary: 'translation of whole networks, address by address',
  treatment: 'compiled',
  byVersion: true,
  columns: {
    type: { type: 'direction', required: true, doc: '`SNAT` or `DNAT`' },
    net1: { type: 'hosts', required: true, doc: 'the network as it is' },
    interface: {
      type: 'interfaces',
      required: true,
      doc: 'the interfaces by which packets come (DNAT) or leave (SNAT)',
    },
    net2: { type: 'hosts', required: true, doc: 'the network it becomes' },
    net3: { type: 'hosts', doc: 'the network of the other end' },
    proto: { type: 'protocols', doc: 'the protocol' },
    dport: { type: 'ports', doc: 'the ports of the destination' },
    sport: { type: 'ports', doc: 'the ports of the source' },
  },
});
