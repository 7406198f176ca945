/** RATE and CONNLIMIT as matches, with the sets that they count in. */
import type { Match } from '../../ir/ruleset.ts';
import type { RateLimit, Traffic } from '../../model/traffic.ts';
import type { Version } from '../../net/version.ts';
import type { Program } from '../ruleset-builder.ts';
import { setName } from '../sets/set-names.ts';

/** One way, which asks nothing. */
const always: readonly (readonly Match[])[] = [[]];

/** RATE and CONNLIMIT: last, since they count. Each is a list of matches; without any there is one empty list. */
export function limitsOf(
  traffic: Traffic,
  version: Version | undefined,
  { stateless, name }: { readonly stateless?: boolean; readonly name: string },
  program: Program,
): readonly (readonly Match[])[] {
  const { connectionLimit } = traffic;
  if (stateless || (traffic.rates.length === 0 && !connectionLimit)) return always;
  const rates = traffic.rates.map((rate, index) => lowerRate(rate, version, `${name}-${index}`, program));
  if (!connectionLimit) return [rates];
  const { side, count, over, prefix } = connectionLimit;
  const key = {
    field: side === 'source' ? ('saddr' as const) : ('daddr' as const),
    version: version ?? 4,
    ...(prefix === undefined ? {} : { prefix }),
  };
  const set = program.set({
    name: setName(`count-${name}`, version),
    type: [addressType(version)],
    interval: false,
    dynamic: true,
    size: 65535,
    elements: [],
  });
  return [[...rates, { kind: 'connectionCount', set, key, count, over }]];
}

/** A rate as a match that holds below it. */
export function lowerRate(
  { rate, each }: RateLimit,
  version: Version | undefined,
  name: string,
  program: Program,
  over = false,
): Match {
  if (!each) return { kind: 'limit', rate, over };
  const set = program.set({
    name: setName(`rate-${each.name || name}`, version),
    type: [addressType(version)],
    interval: false,
    dynamic: true,
    timeout: 3600,
    size: 65535,
    elements: [],
  });
  const field = each.side === 'source' ? ('saddr' as const) : ('daddr' as const);
  return {
    kind: 'limitEach',
    set,
    key: { field, version: version ?? 4, ...(each.prefix === undefined ? {} : { prefix: each.prefix }) },
    rate,
    over,
  };
}

function addressType(version: Version | undefined): 'ipv4_addr' | 'ipv6_addr' {
  return version === 6 ? 'ipv6_addr' : 'ipv4_addr';
}
