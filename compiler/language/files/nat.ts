import { file } from '../schema.ts';

/** One-to-one translation: a public address for an internal host. */
export const nat = file({
  name: 'nat',
  summary: 'one-to-one translation: a public address for an internal host',
  treatment: 'compiled',
  byVersion: true,
  columns: {
    external: { type: 'hosts', required: true, doc: 'the public address', format: 'one address' },
    interface: { type: 'labelledInterfaces', required: true, doc: 'the interfaces that have the address' },
    internal: { type: 'hosts', required: true, doc: 'the address of the host', format: 'one address' },
    allints: { type: 'yesNo', also: ['allints'], doc: 'whether the public address works on every interface' },
    local: { type: 'yesNo', doc: 'whether the firewall itself can use the public address' },
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
    net1: { type: 'hosts', required: true, doc: 'the original network' },
    interface: {
      type: 'interfaces',
      required: true,
      doc: 'the interfaces by which packets come (DNAT) or leave (SNAT)',
    },
    net2: { type: 'hosts', required: true, doc: 'the network to which it is mapped' },
    net3: { type: 'hosts', doc: 'the network of the remote end' },
    proto: { type: 'protocols', doc: 'the protocol' },
    dport: { type: 'ports', doc: 'the ports of the destination' },
    sport: { type: 'ports', doc: 'the ports of the source' },
  },
});
