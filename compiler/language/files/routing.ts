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
