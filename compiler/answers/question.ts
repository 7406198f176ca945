/** What somebody wants to know of packets: `why net:198.51.100.7 dmz:10.0.1.5 tcp 80`. */
import type { FieldValues } from '../ir/fields.ts';
import { icmpTypes, icmpv6Types, protocolNumbers, protocolsWithPorts } from '../language/names.ts';
import type { Model } from '../model/index.ts';
import type { Zone } from '../model/zone.ts';
import { parseAddress, prefixRange } from '../net/address.ts';
import type { InterfacePattern } from '../net/interface.ts';
import type { AddressRange, NumberRange } from '../net/ranges.ts';
import type { ConnectionState } from '../net/state.ts';

/** One end: a zone, or addresses in it. */
export interface End {
  readonly zone: Zone;
  readonly addresses?: AddressRange;
}

/** Which packets a question is about. What is left out is open. */
export interface Question {
  readonly typed: TypedQuestion;
  readonly from: End;
  readonly to: End;
  readonly protocol?: number;
  readonly ports?: NumberRange;
  /** ICMP type × 256 + code, from and to. */
  readonly icmp?: NumberRange;
  readonly sourcePorts?: NumberRange;
  readonly state: ConnectionState;
  readonly in?: InterfacePattern;
  readonly out?: InterfacePattern;
}

/** A question as it is typed. */
export interface TypedQuestion {
  readonly from: string;
  readonly to: string;
  readonly protocol?: string;
  readonly port?: string;
  readonly sourcePort?: string;
  readonly state?: string;
  readonly in?: string;
  readonly out?: string;
}

/** The names of services and protocols that the machine knows. */
export interface Names {
  servicePort(name: string, protocol: string): number | undefined;
  protocolNumber(name: string): number | undefined;
}

/** A question that could be understood, or why not. */
export type Understood =
  | { readonly kind: 'question'; readonly question: Question }
  | { readonly kind: 'unclear'; readonly reason: string };

/** Reads `ACCEPT net dmz:10.0.1.0/27 tcp 80,443`: what a change is meant to open; a text says what is wrong with it. */
export function understandIntent(text: string, model: Model, names: Names): readonly Question[] | string {
  const [action, from, to, protocol, ports = '', ...more] = text.trim().split(/\s+/);
  if (action !== 'ACCEPT' || from === undefined || to === undefined || more.length > 0)
    return `\`${text}\` is no intent: write it as a line of rules, \`ACCEPT net dmz:10.0.1.0/27 tcp 80\``;
  const questions: Question[] = [];
  for (const port of ports.split(',')) {
    const typed = { from, to, ...(protocol !== undefined && { protocol }), ...(port !== '' && { port }) };
    const understood = understand(typed, model, names);
    if (understood.kind === 'unclear') return understood.reason;
    questions.push(understood.question);
  }
  return questions;
}

/** Reads a question in the names of a configuration. */
export function understand(typed: TypedQuestion, model: Model, names: Names): Understood {
  const from = endOf(typed.from, model);
  if (typeof from === 'string') return unclear(from);
  const to = endOf(typed.to, model);
  if (typeof to === 'string') return unclear(to);
  const [source, dest] = [from.addresses?.version, to.addresses?.version];
  if (source !== undefined && dest !== undefined && source !== dest)
    return unclear('the two addresses are of different IP versions');
  const protocol = typed.protocol === undefined ? undefined : protocolOf(typed.protocol, names);
  if (typeof protocol === 'string') return unclear(protocol);
  const ports = typed.port === undefined ? {} : portOf(typed.port, protocol, names);
  if (typeof ports === 'string') return unclear(ports);
  const sourcePorts = typed.sourcePort === undefined ? undefined : portsOf(typed.sourcePort, protocol, names);
  if (typeof sourcePorts === 'string') return unclear(sourcePorts);
  const state = stateOf(typed.state ?? 'NEW');
  if (!state) return unclear(`\`${typed.state}\` is no state: NEW, ESTABLISHED, RELATED, INVALID or UNTRACKED`);
  const question: Question = {
    typed,
    from,
    to,
    ...(protocol !== undefined && { protocol }),
    ...ports,
    ...(sourcePorts && { sourcePorts }),
    state,
    ...(typed.in !== undefined && { in: patternOf(typed.in, model) }),
    ...(typed.out !== undefined && { out: patternOf(typed.out, model) }),
  };
  return { kind: 'question', question };
}

function unclear(reason: string): Understood {
  return { kind: 'unclear', reason };
}

function endOf(text: string, model: Model): End | string {
  const colon = text.indexOf(':');
  const name = colon === -1 ? text : text.slice(0, colon);
  const zone = model.zones.find((each) => each.name === (name === '$FW' ? model.firewall : name));
  if (!zone) return `\`${name}\` is not a zone; the zones are ${model.zones.map((each) => each.name).join(', ')}`;
  if (colon === -1) return { zone };
  const addresses = addressesOf(text.slice(colon + 1).replace(/[[\]]/g, ''));
  return addresses ? { zone, addresses } : `\`${text.slice(colon + 1)}\` is not an IP address`;
}

function addressesOf(text: string): AddressRange | undefined {
  const [first = '', rest] = text.includes('-') ? text.split('-') : [text];
  const [address = '', length] = first.split('/');
  const low = parseAddress(address);
  if (!low) return undefined;
  if (rest !== undefined) {
    const high = parseAddress(rest);
    if (!high || high.version !== low.version || high.value < low.value) return undefined;
    return { version: low.version, first: low.value, last: high.value };
  }
  if (length === undefined) return { version: low.version, first: low.value, last: low.value };
  if (!/^\d+$/.test(length) || Number(length) > (low.version === 4 ? 32 : 128)) return undefined;
  return prefixRange(low.version, low.value, Number(length));
}

function protocolOf(text: string, names: Names): number | string {
  if (/^\d+$/.test(text)) return Number(text) <= 255 ? Number(text) : `${text} is no protocol: they go up to 255`;
  const lower = text.toLowerCase();
  const known = Object.hasOwn(protocolNumbers, lower)
    ? protocolNumbers[lower as keyof typeof protocolNumbers]
    : undefined;
  return known ?? names.protocolNumber(lower) ?? `\`${text}\` is not a protocol`;
}

function portOf(text: string, protocol: number | undefined, names: Names): Pick<Question, 'ports' | 'icmp'> | string {
  if (protocol === 1 || protocol === 58) {
    const icmp = icmpOf(text, protocol === 1 ? icmpTypes : icmpv6Types);
    return icmp ? { icmp } : `\`${text}\` is not an ICMP type`;
  }
  const ports = portsOf(text, protocol, names);
  return typeof ports === 'string' ? ports : { ports };
}

function icmpOf(text: string, table: typeof icmpTypes): NumberRange | undefined {
  const [type = '', code] = text.split('/');
  const named = Object.hasOwn(table, type) ? table[type] : undefined;
  const number = named?.[0] ?? (/^\d+$/.test(type) && Number(type) < 256 ? Number(type) : undefined);
  if (number === undefined) return undefined;
  const given = named?.[1] ?? (code !== undefined && /^\d+$/.test(code) ? Number(code) : undefined);
  return given === undefined
    ? { first: number * 256, last: number * 256 + 255 }
    : { first: number * 256 + given, last: number * 256 + given };
}

function portsOf(text: string, protocol: number | undefined, names: Names): NumberRange | string {
  if (protocol !== undefined && !protocolsWithPorts.has(protocol)) return `protocol ${protocol} has no ports`;
  const [first = '', last = first] = text.split(/[:-]/);
  const [low, high] = [portNumber(first, protocol, names), portNumber(last, protocol, names)];
  if (low === undefined || high === undefined || low > high) return `\`${text}\` is not a port`;
  return { first: low, last: high };
}

function portNumber(text: string, protocol: number | undefined, names: Names): number | undefined {
  if (/^\d+$/.test(text)) return Number(text) <= 65535 ? Number(text) : undefined;
  return names.servicePort(text, protocol === 17 ? 'udp' : 'tcp');
}

const states = ['new', 'established', 'related', 'invalid', 'untracked'] as const;

function stateOf(text: string): ConnectionState | undefined {
  return states.find((state) => state === text.toLowerCase());
}

function patternOf(name: string, model: Model): InterfacePattern {
  return model.interfaces.find((each) => each.name === name)?.pattern ?? { name, wildcard: false };
}

/** What a question names, field by field. */
export function valuesInQuestion(question: Question): readonly FieldValues[] {
  const { from, to, protocol, ports, icmp, sourcePorts } = question;
  const version = from.addresses?.version ?? to.addresses?.version;
  return [
    ...(version === undefined ? [] : [{ field: 'version' as const, version }]),
    ...(from.addresses ? [{ field: 'saddr' as const, ranges: [from.addresses] }] : []),
    ...(to.addresses ? [{ field: 'daddr' as const, ranges: [to.addresses] }] : []),
    ...(protocol === undefined ? [] : [{ field: 'protocol' as const, ranges: [{ first: protocol, last: protocol }] }]),
    ...(ports ? [{ field: 'dport' as const, ranges: [ports] }] : []),
    ...(icmp ? [{ field: 'icmp' as const, ranges: [icmp] }] : []),
    ...(sourcePorts ? [{ field: 'sport' as const, ranges: [sourcePorts] }] : []),
    ...(question.in ? [{ field: 'iifname' as const, patterns: [question.in] }] : []),
    ...(question.out ? [{ field: 'oifname' as const, patterns: [question.out] }] : []),
  ];
}
