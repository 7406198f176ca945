/** The table that offloads connections: a chain behind the filter, so that only what is let through comes to it. */
import type { Chain, Match, NftRule } from '../../ir/ruleset.ts';
import type { Model } from '../../model/index.ts';
import type { LeftOut, Offload } from '../../model/offload.ts';
import type { InterfacePattern } from '../../net/interface.ts';
import type { SystemStep } from '../../system-plan.ts';
import { accept, counter } from '../rules/verdicts.ts';
import { rule } from '../ruleset-builder.ts';

/** The step of the script; nothing where no two packets could be offloaded. */
export function offloadSteps({ offload, zones }: Model): readonly SystemStep[] {
  if (!offload || offload.interfaces.length === 0) return [];
  const interfaces = (zone: string): readonly InterfacePattern[] =>
    zones.filter(({ name }) => name === zone).flatMap(({ hosts }) => hosts.map((each) => each.interface.pattern));
  return [
    {
      kind: 'offload',
      hardware: offload.hardware,
      interfaces: offload.interfaces,
      chain: chainOf(offload, interfaces),
    },
  ];
}

/** Behind the chain `forward` of the filter, whose priority is 0, and those of others there. */
const priority = 10;

function chainOf(offload: Offload, interfacesOf: (zone: string) => readonly InterfacePattern[]): Chain {
  const { interfaces, place } = offload;
  const established: readonly Match[] = [
    { kind: 'interface', field: 'iifname', negated: false, interfaces },
    { kind: 'interface', field: 'oifname', negated: false, interfaces },
    { kind: 'protocol', negated: false, protocols: [6, 17] },
    { kind: 'state', negated: false, states: ['established'] },
  ];
  return {
    name: 'forward',
    base: { type: 'filter', hook: 'forward', priority, policy: 'accept' },
    rules: [
      ...offload.leftOut.flatMap((each) => rulesOf(each, interfacesOf)),
      rule(established, [{ kind: 'offload', flowtable: 'forwarded' }, counter], { origin: [place] }),
    ],
  };
}

/** An interface that is left out is none of those of the last rule. */
function rulesOf(each: LeftOut, interfacesOf: (zone: string) => readonly InterfacePattern[]): readonly NftRule[] {
  if (each.kind === 'interface') return [];
  if (each.kind === 'helpers') {
    const names = each.helpers.map((name) => `"${name}"`).join(', ');
    return [
      rule([{ kind: 'raw', text: `ct helper { ${names} }` }], [accept], { comment: 'a helper reads every packet' }),
    ];
  }
  const from = interfacesOf(each.source);
  const to = interfacesOf(each.dest);
  return [
    [from, to],
    [to, from],
  ].map(([iifname = [], oifname = []]) =>
    rule(
      [
        { kind: 'interface', field: 'iifname', negated: false, interfaces: iifname },
        { kind: 'interface', field: 'oifname', negated: false, interfaces: oifname },
      ],
      [accept],
      { origin: each.origin },
    ),
  );
}
