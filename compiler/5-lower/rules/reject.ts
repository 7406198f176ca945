/** How connections are refused: the chain that REJECT means. */
import type { Match, NftRule, RejectWith, Statement } from '../../ir/ruleset.ts';
import { protocolNumbers } from '../../language/names.ts';
import { type Program, rule } from '../ruleset-builder.ts';
import { drop, goto } from './verdicts.ts';

/** The name of the chain that refuses. */
export const refuseChain = 'refuse';

/** The statement of a REJECT: its own way when it names one, else the chain for all. */
export function rejectStatement(how: RejectWith | undefined, program: Program): Statement {
  if (how) return { kind: 'reject', with: how };
  return goto(rejectChain(program));
}

/**
 * Broadcasts, multicasts and IGMP are never answered (RFC 1122 section 3.2.2); TCP gets a reset, UDP and ICMP an
 * unreachable, anything else a prohibition.
 */
function rejectChain(program: Program): string {
  return program.once(refuseChain, () => ({ comment: 'REJECT: refuse and say so', rules: rejectRules(program) }));
}

function about(name: keyof typeof protocolNumbers): Match {
  return { kind: 'protocol', negated: false, protocols: [protocolNumbers[name]] };
}

function rejectRules(program: Program): readonly NftRule[] {
  const { versions } = program.model.families;
  const only = (version: 4 | 6): NftRule['matches'] => (program.dual ? [{ kind: 'version', version }] : []);
  const unreachable = (with_: RejectWith): Statement => ({ kind: 'reject', with: with_ });
  return [
    rule([{ kind: 'addressType', field: 'saddr', negated: false, types: ['broadcast', 'multicast'] }], [drop]),
    ...(versions.includes(4) ? [rule([...only(4), about('igmp')], [drop])] : []),
    rule([about('tcp')], [unreachable({ kind: 'tcp-reset' })]),
    rule(
      [about('udp')],
      [
        unreachable(
          program.dual
            ? { kind: 'icmpx', type: 'port-unreachable' }
            : versions[0] === 6
              ? { kind: 'icmpv6', type: 'port-unreachable' }
              : { kind: 'icmp', type: 'port-unreachable' },
        ),
      ],
    ),
    ...(versions.includes(4)
      ? [
          rule([...only(4), about('icmp')], [unreachable({ kind: 'icmp', type: 'host-unreachable' })]),
          rule(only(4), [unreachable({ kind: 'icmp', type: 'host-prohibited' })]),
        ]
      : []),
    ...(versions.includes(6)
      ? [
          rule([...only(6), about('ipv6-icmp')], [unreachable({ kind: 'icmpv6', type: 'addr-unreachable' })]),
          rule(only(6), [unreachable({ kind: 'icmpv6', type: 'admin-prohibited' })]),
        ]
      : []),
    rule([], [drop]),
  ];
}
