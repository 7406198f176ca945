import { file } from '../schema.ts';

/** Routing by more than the destination. Read by column; a live line is refused until it is compiled. */
export const routingFiles = [
  file({
    name: 'providers',
    summary: 'several connections to the internet',
    treatment: 'later',
    columns: {
      table: { type: 'word', required: true, doc: 'the name of the provider and of its routing table' },
      number: { type: 'word', required: true, doc: 'the number of the routing table, 1 to 252' },
      mark: { type: 'word', doc: 'the mark of packets that take it' },
      duplicate: { type: 'word', doc: 'the table whose routes are copied: `main`' },
      interface: { type: 'word', required: true, doc: 'the interface; `interface:address` for one of several' },
      gateway: { type: 'word', doc: 'the address of the router, `detect` or `none`' },
      options: { type: 'word', doc: '`track`, `balance`, `loose`, `optional`, `fallback`, `primary` …' },
      copy: { type: 'word', doc: 'the interfaces whose routes are copied; `none`' },
    },
  }),
  file({
    name: 'rtrules',
    summary: 'which traffic uses which provider',
    treatment: 'later',
    columns: {
      source: { type: 'word', doc: 'an interface, an address, or `interface:address`' },
      dest: { type: 'word', doc: 'an address or network' },
      provider: { type: 'word', required: true, doc: 'a provider, or `main`' },
      priority: { type: 'word', required: true, doc: 'the priority of the routing rule' },
      mark: { type: 'word', doc: 'the mark that packets must have' },
    },
  }),
  file({
    name: 'routes',
    summary: 'routes of the providers',
    treatment: 'later',
    columns: {
      provider: { type: 'word', required: true, doc: 'a provider, or `main`' },
      dest: { type: 'word', required: true, doc: 'the destination of the route' },
      gateway: { type: 'word', doc: 'an address, `blackhole`, `prohibit` or `unreachable`' },
      device: { type: 'word', doc: 'the interface' },
      options: { type: 'word', doc: '`persistent`' },
    },
  }),
  file({
    name: 'proxyarp',
    summary: 'proxy ARP',
    treatment: 'later',
    columns: {
      address: { type: 'word', required: true, doc: 'the address that is answered for' },
      interface: { type: 'word', doc: 'the interface behind which it is' },
      external: { type: 'word', required: true, doc: 'the interface on which it is answered for' },
      haveroute: { type: 'word', doc: '`Yes` when there is a route already' },
      persistent: { type: 'word', doc: '`Yes` to keep the route when the firewall stops' },
    },
  }),
  file({
    name: 'proxyndp',
    summary: 'proxy neighbour discovery',
    treatment: 'later',
    columns: {
      address: { type: 'word', required: true, doc: 'the address that is answered for' },
      interface: { type: 'word', doc: 'the interface behind which it is' },
      external: { type: 'word', required: true, doc: 'the interface on which it is answered for' },
      haveroute: { type: 'word', doc: '`Yes` when there is a route already' },
      persistent: { type: 'word', doc: '`Yes` to keep the route when the firewall stops' },
    },
  }),
] as const;
