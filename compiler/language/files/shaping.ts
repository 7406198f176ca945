import { file } from '../schema.ts';

/** Traffic shaping. Read by column; a live line is refused until it is compiled. */
export const shapingFiles = [
  file({
    name: 'tcinterfaces',
    summary: 'simple traffic shaping',
    treatment: 'later',
    columns: {
      interface: { type: 'word', required: true, doc: 'the interface' },
      type: { type: 'word', doc: '`External` or `Internal`' },
      in_bandwidth: { type: 'word', doc: 'how much may come in' },
      out_bandwidth: { type: 'word', doc: 'how much may go out' },
    },
  }),
  file({
    name: 'tcpri',
    summary: 'priorities of simple traffic shaping',
    treatment: 'later',
    columns: {
      band: { type: 'word', required: true, doc: 'the band, 1 to 3' },
      proto: { type: 'word', doc: 'the protocol' },
      dport: { type: 'word', also: ['port'], doc: 'the ports' },
      sport: { type: 'word', doc: 'the ports of the source' },
      address: { type: 'word', doc: 'the address of the sender' },
      interface: { type: 'word', doc: 'the interface by which packets come' },
      helper: { type: 'word', doc: 'the helper of the connection' },
    },
    formats: {
      1: ['band', 'proto', 'dport', 'address', 'interface', 'helper'],
      2: ['band', 'proto', 'dport', 'sport', 'address', 'interface', 'helper'],
    },
  }),
  file({
    name: 'tcdevices',
    summary: 'traffic shaping: devices',
    treatment: 'later',
    columns: {
      interface: { type: 'word', required: true, doc: 'the interface; `number:interface` gives it a number' },
      in_bandwidth: { type: 'word', doc: 'how much may come in' },
      out_bandwidth: { type: 'word', required: true, doc: 'how much may go out' },
      options: { type: 'word', doc: '`classify`, `hfsc`, `linklayer=` …' },
      redirect: { type: 'word', doc: 'interfaces whose incoming packets are shaped here' },
    },
  }),
  file({
    name: 'tcclasses',
    summary: 'traffic shaping: classes',
    treatment: 'later',
    columns: {
      interface: { type: 'word', required: true, doc: 'the interface, with `:class` behind it' },
      mark: { type: 'word', doc: 'the mark of packets of the class' },
      rate: { type: 'word', doc: 'what the class has for sure' },
      ceil: { type: 'word', doc: 'what it may have at most' },
      prio: { type: 'word', required: true, doc: 'its priority' },
      options: { type: 'word', doc: '`default`, `tos=`, `tcp-ack`, `flow=` …' },
    },
  }),
  file({
    name: 'tcfilters',
    summary: 'traffic shaping: filters',
    treatment: 'later',
    columns: {
      class: { type: 'word', required: true, doc: 'the class, `interface:class`' },
      source: { type: 'word', doc: 'the address of the sender' },
      dest: { type: 'word', doc: 'the address of the receiver' },
      proto: { type: 'word', doc: 'the protocol' },
      dport: { type: 'word', doc: 'the ports of the destination' },
      sport: { type: 'word', doc: 'the ports of the source' },
      tos: { type: 'word', doc: 'the type of service' },
      length: { type: 'word', doc: 'the length of packets at most' },
      priority: { type: 'word', doc: 'the priority of the filter' },
    },
  }),
] as const;
