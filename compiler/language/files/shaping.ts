import { incoming, ports, proto } from '../packet-columns.ts';
import { file } from '../schema.ts';

/** Simple shaping: three bands for each interface. */
export const tcinterfaces = file({
  name: 'tcinterfaces',
  summary: 'simple traffic shaping',
  treatment: 'compiled',
  columns: {
    interface: { type: 'word', required: true, doc: 'the interface' },
    type: { type: 'word', doc: '`External` (each source gets its share) or `Internal` (each destination)' },
    in_bandwidth: incoming,
    out_bandwidth: { type: 'word', doc: 'the outgoing bandwidth: `rate[:burst[:latency[:peak[:minburst]]]]`' },
  },
});

export const tcpri = file({
  name: 'tcpri',
  summary: 'priorities of simple traffic shaping',
  treatment: 'compiled',
  columns: {
    band: { type: 'word', required: true, doc: 'the band, 1 to 3' },
    proto,
    ...ports,
    address: { type: 'hosts', doc: 'the address of the sender' },
    interface: { type: 'word', doc: 'the interface by which packets come' },
    helper: { type: 'helper', doc: 'the helper of the connection' },
  },
  formats: {
    1: ['band', 'proto', 'dport', 'address', 'interface', 'helper'],
    2: ['band', 'proto', 'dport', 'sport', 'address', 'interface', 'helper'],
  },
});

export const tcdevices = file({
  name: 'tcdevices',
  summary: 'traffic shaping: devices',
  treatment: 'compiled',
  columns: {
    interface: { type: 'word', required: true, doc: 'the interface; `number:interface` gives it a number' },
    in_bandwidth: incoming,
    out_bandwidth: { type: 'word', required: true, doc: 'the outgoing bandwidth' },
    options: {
      type: 'options',
      doc: '`classify`, `hfsc`, `cake` with its words, `connmark`, `linklayer=`, `overhead=`, `mtu=`, `mpu=`, `tsize=`, `flow=`, `pfifo`',
    },
    redirect: { type: 'word', doc: 'interfaces whose incoming packets are shaped here' },
  },
});

export const tcclasses = file({
  name: 'tcclasses',
  summary: 'traffic shaping: classes',
  treatment: 'compiled',
  columns: {
    interface: {
      type: 'word',
      required: true,
      doc: 'the interface or its number, optionally followed by `:class` or `:parent:class`',
    },
    mark: {
      type: 'word',
      doc: 'the mark of packets of the class, optionally followed by `:` and the priority of its filter',
    },
    rate: { type: 'word', doc: 'the guaranteed rate: `5mbit`, `full/4`' },
    ceil: { type: 'word', doc: 'the maximum rate' },
    prio: { type: 'word', required: true, doc: 'the priority for spare bandwidth: lower values first' },
    options: {
      type: 'classOptions',
      doc: '`default`, `tos=`, `tcp-ack`, `flow=`, `pfifo`, `limit=`, `red=(…)`, `fq_codel`, `cake`',
    },
  },
});

export const tcfilters = file({
  name: 'tcfilters',
  summary: 'traffic shaping: filters',
  treatment: 'compiled',
  columns: {
    class: { type: 'word', required: true, doc: 'the class, `interface:class` or `number:class`' },
    source: { type: 'hosts', doc: 'the address of the sender' },
    dest: { type: 'hosts', doc: 'the address of the receiver' },
    proto,
    ...ports,
    tos: { type: 'word', doc: 'the type of service' },
    length: { type: 'word', doc: 'the maximum packet length' },
    priority: { type: 'word', doc: 'the priority of the filter: lower values first' },
  },
});
