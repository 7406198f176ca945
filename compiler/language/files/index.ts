/** Every configuration file, in the order in which people read them. A new file is a table and a line here. */
import { accounting } from './accounting.ts';
import { actions } from './actions.ts';
import { assertions } from './assertions.ts';
import { conntrack } from './conntrack.ts';
import { helpers, modules } from './helpers.ts';
import { hosts } from './hosts.ts';
import { interfaces } from './interfaces.ts';
import { laterFiles } from './later.ts';
import { ecn, mangle, tcrules, tos } from './mangle.ts';
import { nat, netmap } from './nat.ts';
import { blacklist, notrack, routestopped } from './old.ts';
import { policy } from './policy.ts';
import { arprules, providers, proxyarp, proxyndp, routeRules, routes, rtrules } from './routing.ts';
import { blrules, rules } from './rules.ts';
import { tcclasses, tcdevices, tcfilters, tcinterfaces, tcpri } from './shaping.ts';
import { masq, snat } from './snat.ts';
import { stoppedrules } from './stoppedrules.ts';
import { maclist, tunnels } from './tunnels.ts';
import { zones } from './zones.ts';

/** The files whose rows the compiler gives a meaning, by name. */
export const compiledFiles = {
  zones,
  interfaces,
  hosts,
  policy,
  actions,
  blrules,
  rules,
  snat,
  masq,
  nat,
  netmap,
  mangle,
  ecn,
  tcrules,
  tos,
  providers,
  rtrules,
  route_rules: routeRules,
  routes,
  proxyarp,
  proxyndp,
  arprules,
  tcinterfaces,
  tcpri,
  tcdevices,
  tcclasses,
  tcfilters,
  accounting,
  conntrack,
  notrack,
  modules,
  helpers,
  tunnels,
  maclist,
  assertions,
  stoppedrules,
  routestopped,
  blacklist,
} as const;

/** Every file that consists of lines with columns. */
export const files = [...Object.values(compiledFiles), ...laterFiles] as const;

export type CompiledFileName = keyof typeof compiledFiles;
