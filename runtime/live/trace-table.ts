/** The table that switches tracing on for some packets. It belongs to the process that makes it: the kernel removes it with that. */
import type { Question } from '../../compiler/answers/question.ts';
import { printInterface } from '../../compiler/ir/interfaces.ts';
import { printRange } from '../../compiler/net/address.ts';

/** The name of the table; one trace at a time. */
export const traceTable = 'ftpwall-trace';

/** More packets in a second are not traced: the kernel would lose what it tells of them. */
const mostInASecond = 50;

/** The commands for `nft -i`. What they hold is of the configuration and the question, read and printed by us. */
export function traceCommands(question: Question): readonly string[] {
  const { from, to, protocol, ports, icmp, sourcePorts } = question;
  const isOwn = from.zone.kind === 'firewall';
  const chain = isOwn ? 'output' : 'prerouting';
  const names = from.zone.hosts.map((group) => printInterface(group.interface.pattern));
  const range = (field: string, { first, last }: { readonly first: number; readonly last: number }) =>
    `${field} ${first === last ? first : `${first}-${last}`}`;
  const matches = [
    isOwn || names.length === 0 ? '' : `iifname { ${[...new Set(names)].join(', ')} }`,
    from.addresses ? `${header(from.addresses.version)} saddr ${printRange(from.addresses)}` : '',
    to.addresses ? `${header(to.addresses.version)} daddr ${printRange(to.addresses)}` : '',
    protocol === undefined ? '' : `meta l4proto ${protocol}`,
    sourcePorts ? range('th sport', sourcePorts) : '',
    ports ? range('th dport', ports) : '',
    icmp ? range(protocol === 58 ? 'icmpv6 type' : 'icmp type', { first: icmp.first >> 8, last: icmp.last >> 8 }) : '',
  ].filter((match) => match !== '');
  return [
    `add table inet ${traceTable} { flags owner; }`,
    `add chain inet ${traceTable} ${chain} { type filter hook ${chain} priority -400; }`,
    `add rule inet ${traceTable} ${chain} ${matches.join(' ')} limit rate ${mostInASecond}/second burst ${mostInASecond} packets meta nftrace set 1`,
  ];
}

function header(version: 4 | 6): string {
  return version === 4 ? 'ip' : 'ip6';
}
