import { file } from '../schema.ts';

/** Several connections to the internet. */
export const providers = file({
  name: 'providers',
  summary: 'several connections to the internet',
  treatment: 'compiled',
  byVersion: true,
  columns: {
    table: { type: 'word', required: true, doc: 'the name of the provider and of its routing table' },
    number: { type: 'word', required: true, doc: 'the number of the routing table, 1 to 252' },
    mark: { type: 'word', doc: 'the mark of packets that use this provider' },
    duplicate: { type: 'word', doc: 'the table whose routes are copied: `main`' },
    interface: { type: 'word', required: true, doc: 'the interface; `interface:address` for one of several' },
    gateway: { type: 'word', doc: 'the address of the router, `detect` or `none`' },
    options: { type: 'options', doc: '`track`, `balance`, `loose`, `fallback`, `load=`, `persistent`, `primary` …' },
    copy: { type: 'word', doc: 'the interfaces whose routes are copied; `none`' },
  },
});

const rule = {
  source: { type: 'word', doc: 'an interface, an address, or `interface:address`' },
  dest: { type: 'word', doc: 'an address or network' },
  provider: { type: 'word', required: true, doc: 'a provider, or `main`' },
  priority: {
    type: 'word',
    required: true,
    doc: 'the priority of the routing rule; `!` after it keeps the rule while the provider is down',
  },
  mark: { type: 'word', doc: 'the mark that packets must have' },
} as const;

/** Which traffic uses which provider. */
export const rtrules = file({
  name: 'rtrules',
  summary: 'which traffic uses which provider',
  treatment: 'compiled',
  byVersion: true,
  columns: rule,
});

/** The same under its name before Shorewall 4.6. */
export const routeRules = file({
  name: 'route_rules',
  summary: 'the old name of rtrules',
  treatment: { converted: 'rtrules' },
  byVersion: true,
  columns: rule,
});

/** Routes of the providers, and of the main table. */
export const routes = file({
  name: 'routes',
  summary: 'routes of the providers',
  treatment: 'compiled',
  byVersion: true,
  columns: {
    provider: { type: 'word', required: true, doc: 'a provider, or `main`' },
    dest: { type: 'word', required: true, doc: 'the destination of the route' },
    gateway: { type: 'word', doc: 'an address, `blackhole`, `prohibit` or `unreachable`' },
    device: { type: 'word', doc: 'the interface' },
    options: { type: 'options', doc: '`persistent`' },
  },
});

const neighbour = {
  address: { type: 'word', required: true, doc: 'the address that the firewall answers for' },
  interface: { type: 'word', doc: 'the interface behind which it is' },
  external: { type: 'word', required: true, doc: 'the interface on which the firewall answers' },
  haveroute: { type: 'yesNo', doc: '`Yes` when there is a route already' },
  persistent: { type: 'yesNo', doc: '`Yes` to keep the route when the firewall stops' },
} as const;

/** Addresses for which the firewall answers. */
export const proxyarp = file({
  name: 'proxyarp',
  summary: 'proxy ARP',
  treatment: 'compiled',
  columns: neighbour,
});

export const proxyndp = file({
  name: 'proxyndp',
  summary: 'proxy neighbour discovery',
  treatment: 'compiled',
  columns: neighbour,
});

const place = '`interface[:[!]address[/length][:[!]hardware address[/mask]]]`';

/** What is done with messages of ARP. */
export const arprules = file({
  name: 'arprules',
  summary: 'what becomes of messages of ARP',
  treatment: 'compiled',
  columns: {
    action: {
      type: 'word',
      required: true,
      doc: '`ACCEPT`, `DROP`, or what is written into the message: `SNAT:address` and `DNAT:address`, `SMAT:hardware address` and `DMAT:hardware address`; with a `C` behind the name the lines below are asked, too',
      example: 'SNAT:10.1.10.11',
    },
    source: { type: 'word', doc: `by which interface it comes in, and who it says that it is from: ${place}` },
    dest: { type: 'word', doc: `by which interface it leaves, and whom it says that it is for: ${place}` },
    opcode: {
      type: 'word',
      doc: '1 (a request), 2 (an answer), 3 to 9 (RARP, DRARP, InARP); `!` in front: any other',
    },
  },
});
