/** The table for ARP, beside that for packets: the kernel shows it what it hears and says (nft(8), ARP ADDRESS FAMILY). */
import type { Chain, FrameTable, Match, NftRule, Statement } from '../../ir/ruleset.ts';
import type { ArpEnd, ArpRule } from '../../model/arp.ts';
import type { Model } from '../../model/index.ts';
import { printRange } from '../../net/address.ts';
import { accept, counter, drop } from '../rules/verdicts.ts';
import { rule } from '../ruleset-builder.ts';

/** None where no line is about ARP. What no line decides passes, as without the table. */
export function arpTables(model: Model): readonly FrameTable[] {
  const chains = (['input', 'output'] as const).map((hook) => chainOf(hook, hook, model));
  return chains.some(({ rules }) => rules.length > 0) ? [{ family: 'arp', table: 'ftpwall', chains }] : [];
}

/** The chain for what a bridge passes on between ports, in its own table; none where no line is about that. */
export function arpBetweenPorts(model: Model): readonly Chain[] {
  return [chainOf('forward', 'arp-forward', model)].filter(({ rules }) => rules.length > 0);
}

function chainOf(hook: 'input' | 'forward' | 'output', name: string, { arp }: Model): Chain {
  const rules = arp.filter(({ source, dest }) => (source && dest ? 'forward' : dest ? 'output' : 'input') === hook);
  return { name, base: { type: 'filter', hook, priority: 0, policy: 'accept' }, rules: rules.map(lowerLine) };
}

function lowerLine({ source, dest, operation, action, origin }: ArpRule): NftRule {
  const rewritesHardware = action.kind === 'rewrite' && action.field === 'hardware';
  const matches = [
    ...endMatches(source, 'iifname', 'saddr'),
    ...endMatches(dest, 'oifname', 'daddr'),
    ...(operation ? [raw(`arp operation ${operation.negated ? '!= ' : ''}${operation.value}`)] : []),
    // A longer or shorter one lies elsewhere in the message (arptables-legacy(8), --h-length).
    ...(rewritesHardware ? [raw('arp hlen 6')] : []),
  ];
  return rule(matches, [counter, ...statementsOf(action)], { origin });
}

function endMatches(end: ArpEnd | undefined, way: 'iifname' | 'oifname', field: 'saddr' | 'daddr'): readonly Match[] {
  if (!end) return [];
  const { address, hardware } = end;
  const not = (negated: boolean) => (negated ? '!= ' : '');
  const bits = hardware?.mask === undefined ? '' : `& ${hardware.mask} ${hardware.negated ? '' : '== '}`;
  return [
    { kind: 'interface', field: way, negated: false, interfaces: [end.interface] },
    ...(address ? [raw(`arp ${field} ip ${not(address.negated)}${printRange(address.value)}`)] : []),
    ...(hardware ? [raw(`arp ${field} ether ${bits}${not(hardware.negated)}${maskedBy(hardware)}`)] : []),
  ];
}

/** What is compared with masked bits has these bits alone. */
function maskedBy({ value, mask }: NonNullable<ArpEnd['hardware']>): string {
  if (mask === undefined) return value;
  const bytes = (text: string) => text.split(':').map((each) => Number.parseInt(each, 16));
  const kept = bytes(mask);
  return bytes(value)
    .map((byte, index) => (byte & (kept[index] ?? 0)).toString(16).padStart(2, '0'))
    .join(':');
}

function statementsOf(action: ArpRule['action']): readonly Statement[] {
  if (action.kind !== 'rewrite') return [action.kind === 'accept' ? accept : drop];
  const field = `arp ${action.side === 'source' ? 'saddr' : 'daddr'} ${action.field === 'address' ? 'ip' : 'ether'}`;
  const written: Statement = { kind: 'raw', text: `${field} set ${action.value}`, decides: false };
  return action.goesOn ? [written] : [written, accept];
}

function raw(text: string): Match {
  return { kind: 'raw', text };
}
