/** A Shorewall directory with DISABLE_IPV6=Yes: IPv6 is closed by a table of its own, except on the loopback interface. */
import type { Chain, Ruleset } from '../../ir/ruleset.ts';
import type { Model } from '../../model/index.ts';
import { accept, counter, drop } from '../rules/verdicts.ts';
import { rule } from '../ruleset-builder.ts';

/** The tables beside the main one; none when the main one sees everything. */
export function closedCompanions(model: Model): readonly Ruleset[] {
  if (model.families.table !== 'ip' || model.settings.leaveIpv6Alone) return [];
  return [
    {
      family: 'ip6',
      table: 'ftpwall',
      sets: [],
      helpers: [],
      chains: [
        { name: 'about', comment: 'ftpwall running: IPv6 is closed (DISABLE_IPV6)', rules: [] },
        ...(['input', 'forward', 'output'] as const).map(closed),
      ],
    },
  ];
}

function closed(hook: 'input' | 'forward' | 'output'): Chain {
  const field = hook === 'output' ? 'oifname' : 'iifname';
  const loopback = rule(
    [{ kind: 'interface', field, negated: false, interfaces: [{ name: 'lo', wildcard: false }] }],
    [counter, accept],
    { comment: 'loopback' },
  );
  return {
    name: hook,
    base: { type: 'filter', hook, priority: 0, policy: 'drop' },
    rules: [
      ...(hook === 'forward' ? [] : [loopback]),
      rule([], [counter, drop], { comment: 'IPv6 is not compiled (DISABLE_IPV6)' }),
    ],
  };
}
