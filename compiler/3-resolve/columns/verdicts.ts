/** What the parameters of REJECT and NFQUEUE mean. */
import { placeIn } from '../../2-parse/value.ts';
import { badParameter } from '../../diagnostics/catalogue/targets.ts';
import { rejectNeedsTcp } from '../../diagnostics/catalogue/values.ts';
import type { Queue, RejectWith } from '../../ir/ruleset.ts';
import type { Cell } from '../../language/schema.ts';
import type { ParameterText } from '../../language/values.ts';
import type { Traffic } from '../../model/traffic.ts';
import { macroWith } from '../expand/macro-with.ts';
import type { Scope } from '../scope.ts';

/** The options of REJECT by name (iptables-extensions(8), REJECT). */
const rejectOptions: Readonly<Record<string, RejectWith>> = {
  'tcp-reset': { kind: 'tcp-reset' },
  'icmp-tcp-reset': { kind: 'tcp-reset' },
  'icmp-net-unreachable': { kind: 'icmp', type: 'net-unreachable' },
  'icmp-host-unreachable': { kind: 'icmp', type: 'host-unreachable' },
  'icmp-port-unreachable': { kind: 'icmp', type: 'port-unreachable' },
  'icmp-proto-unreachable': { kind: 'icmp', type: 'prot-unreachable' },
  'icmp-net-prohibited': { kind: 'icmp', type: 'net-prohibited' },
  'icmp-host-prohibited': { kind: 'icmp', type: 'host-prohibited' },
  'icmp-admin-prohibited': { kind: 'icmp', type: 'admin-prohibited' },
  'icmp6-no-route': { kind: 'icmpv6', type: 'no-route' },
  'icmp6-adm-prohibited': { kind: 'icmpv6', type: 'admin-prohibited' },
  'icmp6-addr-unreachable': { kind: 'icmpv6', type: 'addr-unreachable' },
  'icmp6-port-unreachable': { kind: 'icmpv6', type: 'port-unreachable' },
};

/** How a REJECT with parameters refuses; `mistake` after a message. */
export function resolveReject(
  cell: Cell<unknown>,
  parameters: readonly ParameterText[] | undefined,
  scope: Scope,
): RejectWith | undefined | 'mistake' {
  const first = parameters?.[0];
  if (!first || first.text === '') return undefined;
  const found = Object.hasOwn(rejectOptions, first.text) ? rejectOptions[first.text] : undefined;
  if (found && parameters.length === 1) return found;
  const turned = macroWith({ parameters }, 'REJECT', scope);
  scope.report.add(
    badParameter(
      placeIn(cell, first.at),
      'REJECT',
      first.text,
      '`tcp-reset` or one of `icmp-…-unreachable`, `icmp-…-prohibited`',
      turned && `\`${turned}\``,
    ),
  );
  return 'mistake';
}

/** A reset answers TCP alone: packets of other protocols would not be refused. */
export function soundReject(
  cell: Cell<unknown>,
  action: { readonly kind: string; readonly with?: RejectWith },
  { protocols }: Pick<Traffic, 'protocols'>,
  { report }: Scope,
): boolean {
  if (action.kind !== 'reject' || action.with?.kind !== 'tcp-reset') return true;
  if (protocols.length > 0 && protocols.every(({ protocol, negated }) => protocol === 6 && !negated)) return true;
  report.add(rejectNeedsTcp(cell.span));
  return false;
}

/** The answers of one IP version in the words of the other (RFC 792, RFC 4443). */
const inIpv6 = {
  'net-unreachable': 'no-route',
  'host-unreachable': 'addr-unreachable',
  'port-unreachable': 'port-unreachable',
  'prot-unreachable': 'port-unreachable',
  'net-prohibited': 'admin-prohibited',
  'host-prohibited': 'admin-prohibited',
  'admin-prohibited': 'admin-prohibited',
} as const satisfies Record<(RejectWith & { kind: 'icmp' })['type'], (RejectWith & { kind: 'icmpv6' })['type']>;
const inIpv4: Readonly<
  Partial<Record<(RejectWith & { kind: 'icmpv6' })['type'], (RejectWith & { kind: 'icmp' })['type']>>
> = {
  'no-route': 'net-unreachable',
  'addr-unreachable': 'host-unreachable',
  'port-unreachable': 'port-unreachable',
  'admin-prohibited': 'admin-prohibited',
};

/** An answer by ICMP is one of a single IP version: packets of the other get the answer that is like it, in a rule of their own. */
export function answersOf<Action extends { readonly kind: string; readonly with?: RejectWith }>(
  action: Action,
  traffic: Traffic,
): readonly { readonly action: Action; readonly traffic: Traffic }[] {
  const how = action.kind === 'reject' ? action.with : undefined;
  if (how?.kind !== 'icmp' && how?.kind !== 'icmpv6') return [{ action, traffic }];
  return traffic.versions.map((version) => ({
    action: { ...action, with: version === 4 ? asIpv4(how) : asIpv6(how) },
    traffic: { ...traffic, versions: [version] },
  }));
}

function asIpv4(how: RejectWith & { kind: 'icmp' | 'icmpv6' }): RejectWith {
  return how.kind === 'icmp' ? how : { kind: 'icmp', type: inIpv4[how.type] ?? 'admin-prohibited' };
}

function asIpv6(how: RejectWith & { kind: 'icmp' | 'icmpv6' }): RejectWith {
  return how.kind === 'icmpv6' ? how : { kind: 'icmpv6', type: inIpv6[how.type] };
}

/** The queues of NFQUEUE: `n`, `n:m`, `n:mc` for one to each processor, and `bypass`. */
export function resolveQueue(
  cell: Cell<unknown>,
  parameters: readonly ParameterText[] | undefined,
  scope: Scope,
): Queue | undefined {
  const given = parameters ?? [];
  const bypass = given.at(-1)?.text === 'bypass';
  const queues = bypass ? given.slice(0, -1) : given;
  const [queue, extra] = queues;
  const numbers = /^(\d{1,5})(?::(\d{1,5})(c)?)?$/.exec(queue?.text || '0');
  const first = Number(numbers?.[1]);
  const last = Number(numbers?.[2] ?? numbers?.[1]);
  const wrong = extra ?? (first <= last && last <= 65535 ? undefined : queue);
  if (!wrong) return { kind: 'queue', first, last, bypass, ...(numbers?.[3] ? { fanout: true } : {}) };
  const wanted = 'a queue, a range of queues `n:m`, and then `bypass`';
  scope.report.add(badParameter(placeIn(cell, wrong.at), 'NFQUEUE', wrong.text, wanted));
  return undefined;
}
