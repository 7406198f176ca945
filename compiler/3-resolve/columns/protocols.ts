/** PROTO, DPORT and SPORT: names and numbers of protocols, ports and ICMP types. */
import { placeIn } from '../../2-parse/value.ts';
import { numberIsProtocol } from '../../diagnostics/catalogue/holes.ts';
import { unsupportedMatch } from '../../diagnostics/catalogue/matches.ts';
import {
  badPort,
  portsOfProtocol,
  portsWithoutProtocol,
  unknownIcmpType,
  unknownProtocol,
  unknownService,
} from '../../diagnostics/catalogue/protocols.ts';
import { noEquivalent } from '../../diagnostics/catalogue/targets.ts';
import { mixedNegation } from '../../diagnostics/catalogue/values.ts';
import type { Report } from '../../diagnostics/report.ts';
import { nearest } from '../../diagnostics/suggest.ts';
import type { Environment } from '../../environment.ts';
import {
  icmpTypes,
  icmpv6Types,
  protocolNumbers,
  protocolsLikePorts,
  protocolsWithPorts,
} from '../../language/names.ts';
import type { Cell } from '../../language/schema.ts';
import type { PortItem, PortList, PortText, ProtocolText } from '../../language/values.ts';
import type { PortMatch, ProtocolMatch } from '../../model/traffic.ts';
import type { Families } from '../../model/zone.ts';
import type { IcmpType } from '../../net/packet-kinds.ts';
import type { NumberRange } from '../../net/ranges.ts';
import type { Version } from '../../net/version.ts';
import type { Sets } from '../sets/sets.ts';

/** The three columns that belong together. */
export interface ProtocolCells {
  readonly proto?: Cell<readonly ProtocolText[]> | undefined;
  readonly dport?: Cell<PortList> | undefined;
  readonly sport?: Cell<PortList> | undefined;
}

interface ProtocolContext {
  readonly environment: Environment;
  readonly report: Report;
  readonly families: Families;
  readonly sets?: Sets;
}

const none: readonly never[] = [];
const icmp = 1;
const icmpv6 = 58;
const tcp = 6;

/** One alternative for each protocol; undefined after a mistake, none when every protocol is meant. */
export function resolveProtocols(cells: ProtocolCells, context: ProtocolContext): readonly ProtocolMatch[] | undefined {
  const { proto, dport, sport } = cells;
  const { report } = context;
  const all =
    !proto ||
    (proto.value.length === 1 && /^(all|any|0)$/i.test(proto.value[0]?.name ?? '') && !proto.value[0]?.negated);
  if (all) {
    const ports = dport ?? sport;
    if (!ports) return none;
    report.add(portsWithoutProtocol(ports.span, ports.text.text));
    return undefined;
  }
  const negated = proto.value.length > 1 && proto.value.find((each) => each.negated);
  if (negated) {
    report.add(mixedNegation(placeIn(proto, negated.at)));
    return undefined;
  }
  if (dport?.value.either) {
    report.add(badPort(dport.span, '=', 'stands in SPORT only, for the ports of DPORT'));
    return undefined;
  }
  const only = proto.value[0];
  if (only && proto.value.length === 1) return resolveProtocol(proto, only, cells, context);
  const matches = proto.value.map((written) => resolveProtocol(proto, written, cells, context));
  return matches.includes(undefined) ? undefined : matches.flatMap((match) => match ?? []);
}

function resolveProtocol(
  cell: Cell<unknown>,
  written: ProtocolText,
  cells: ProtocolCells,
  context: ProtocolContext,
): readonly ProtocolMatch[] | undefined {
  const { report, families } = context;
  const at = () => placeIn(cell, written.at);
  const number = protocolNumber(written.name, context);
  if (/^ipp2p/i.test(written.name)) {
    report.add(noEquivalent(at(), written.name, 'the kernel does not look for peer-to-peer traffic'));
    return undefined;
  }
  if (number === undefined) {
    const near = nearest(written.name.toLowerCase(), Object.keys(protocolNumbers));
    report.add(unknownProtocol(at(), written.name, near, notAProtocol(written.name, context)));
    // What it most likely is says what its ports may be.
    if (near === 'tcp' || near === 'udp') resolveProtocol(cell, { ...written, name: near }, cells, context);
    return undefined;
  }
  if (written.flags && number !== tcp) {
    report.add(unknownProtocol(at(), `${written.name}:${written.flags}`, 'tcp:syn'));
    return undefined;
  }
  const ports = cells.dport ?? cells.sport;
  if (!ports && /^\d+$/.test(written.name) && protocolsLikePorts.has(number))
    report.add(numberIsProtocol(at(), written.name, protocolsLikePorts.get(number)));
  const plain = { protocol: number, negated: written.negated, either: false };
  const asksSyn = written.flags === 'syn' || written.flags === 'not-syn';
  const base = asksSyn ? { ...plain, syn: written.flags === 'syn' } : plain;
  if (!ports) return [base];
  if (written.negated) {
    report.add(portsOfProtocol(ports.span, `!${written.name}`));
    return undefined;
  }
  if (number === icmp || number === icmpv6) return resolveIcmp(base, number, cells, { ...context, families });
  if (!protocolsWithPorts.has(number)) {
    const swapped = /^\d+$/.test(written.name) && portProtocols.test(ports.text.text) ? ports.text.text : undefined;
    report.add(portsOfProtocol(ports.span, written.name, swapped));
    return undefined;
  }
  return resolvePortColumns(base, written.name, cells, context);
}

/** The number of a protocol; undefined when there is none of this name. */
export function protocolNumber(name: string, { environment, families }: ProtocolContext): number | undefined {
  return !families.versions.includes(4) && name.toLowerCase() === 'icmp' ? icmpv6 : namedProtocol(name, environment);
}

/** The number that a name or number stands for whatever IP versions are compiled; undefined when there is none. */
export function namedProtocol(name: string, environment: Pick<Environment, 'protocolNumber'>): number | undefined {
  if (/^\d+$/.test(name)) return Number(name) <= 255 ? Number(name) : undefined;
  const lower = name.toLowerCase();
  if (Object.hasOwn(protocolNumbers, lower)) return protocolNumbers[lower as keyof typeof protocolNumbers];
  return environment.protocolNumber(name);
}

const portProtocols = /^(?:tcp|udp|sctp)$/i;

/** What stands in PROTO and belongs elsewhere; undefined where nothing is likely. */
function notAProtocol(text: string, { environment }: Pick<ProtocolContext, 'environment'>): string | undefined {
  const several = text.split(/[/+|&]/);
  if (several.length > 1 && several.every((each) => portProtocols.test(each))) return `write \`${several.join(',')}\``;
  const [, first, second] = /^([\w-]+)[/:]([\w-]+)$/.exec(text) ?? [];
  const both = [first, second].map((each) => each ?? '');
  const protocol = both.find((each) => portProtocols.test(each));
  const port = both.find((each) => each !== protocol);
  if (protocol !== undefined && port) return `write two columns, PROTO and DPORT: \`${protocol} ${port}\``;
  if (/^\d+\/(?:sec|min|hour|day)/.test(text))
    return 'a rate belongs into RATE, the eighth column: write `-` for those before it';
  if (/^\d{1,3}(?:\.\d{1,3}){3}/.test(text)) return 'an address belongs into SOURCE or DEST, after the zone and `:`';
  if (/^\d{3,5}$/.test(text))
    return `protocols end at 255; a port follows its protocol, as \`tcp ${text}\`, and that of a server its address: \`zone:address:${text}\``;
  const found = (['tcp', 'udp'] as const).find((each) => environment.servicePort(text, each) !== undefined);
  return found && `\`${text}\` is a service: write \`${found} ${text}\``;
}

/** Services that people name, for those they mistype. */
const usualServices = (
  'http https ssh domain smtp smtps submission imap imaps pop3 pop3s ntp ftp ftps telnet ldap ldaps mysql postgresql snmp ' +
  'snmptrap tftp rsync syslog bootps bootpc isakmp openvpn kerberos sunrpc nfs microsoft-ds netbios-ssn sip whois'
).split(' ');

function resolvePortColumns(
  base: ProtocolMatch,
  protocol: string,
  cells: ProtocolCells,
  context: ProtocolContext,
): readonly ProtocolMatch[] | undefined {
  const either = cells.sport?.value.either ?? false;
  const dports = cells.dport ? resolvePorts(cells.dport, protocol, context) : undefined;
  const sports = cells.sport && !either ? resolvePorts(cells.sport, protocol, context) : undefined;
  if ((cells.dport && !dports) || (cells.sport && !either && !sports)) return undefined;
  if (either && !dports && cells.sport) {
    context.report.add(badPort(cells.sport.span, '=', 'stands for the ports of DPORT, which is empty'));
    return undefined;
  }
  // In one piece and not spread, as most lines name a port.
  const { protocol: number, negated, syn } = base;
  if (dports && !sports && syn === undefined && number !== undefined)
    return [{ protocol: number, negated, either, dports }];
  const match: { -readonly [Name in keyof ProtocolMatch]: ProtocolMatch[Name] } = { ...base, either };
  if (dports) match.dports = dports;
  if (sports) match.sports = sports;
  return [match];
}

function resolvePorts(cell: Cell<PortList>, protocol: string, context: ProtocolContext): PortMatch | undefined {
  const { items, negated } = cell.value;
  const first = items[0];
  if (first?.kind === 'port' && items.length === 1) {
    const range = resolvePortText(cell, first, protocol, context);
    return range && { negated, ranges: [range] };
  }
  const sets = items.filter((item) => item.kind === 'set');
  if (sets.length > 0) {
    const [only] = sets;
    if (only && items.length === 1 && context.sets) {
      const set = context.sets.ofPorts({ name: only.name, fields: [], place: placeIn(cell, only.at) });
      return set && { negated, ranges: [], set };
    }
    context.report.add(unsupportedMatch(cell.span, 'a list that mixes ports and sets', 'one rule holds one kind'));
    return undefined;
  }
  const ranges = items.map((item) => portRange(cell, item, protocol, context));
  if (ranges.includes(undefined)) return undefined;
  return { negated, ranges: ranges.filter((range) => range !== undefined) };
}

function portRange(
  cell: Cell<unknown>,
  item: PortItem,
  protocol: string,
  context: ProtocolContext,
): NumberRange | undefined {
  if (item.kind === 'port') return resolvePortText(cell, item, protocol, context);
  context.report.add(
    badPort(placeIn(cell, item.at), cell.text.text.slice(item.at.start, item.at.end), `not a port of ${protocol}`),
  );
  return undefined;
}

/** The numbers of a port or range of ports; undefined after a message. */
export function resolvePortText(
  cell: Cell<unknown>,
  text: PortText,
  protocol: string,
  context: Pick<ProtocolContext, 'environment' | 'report'>,
): NumberRange | undefined {
  const first = text.first === undefined ? 0 : portNumber(cell, text, text.first, protocol, context);
  const last =
    text.last === undefined
      ? 65535
      : text.last === text.first
        ? first
        : portNumber(cell, text, text.last, protocol, context);
  if (first === undefined || last === undefined) return undefined;
  if (first > last) {
    context.report.add(
      badPort(
        placeIn(cell, text.at),
        cell.text.text.slice(text.at.start, text.at.end),
        'the range ends before it begins',
      ),
    );
    return undefined;
  }
  return { first, last };
}

function portNumber(
  cell: Cell<unknown>,
  item: PortText,
  text: string,
  protocol: string,
  { environment, report }: Pick<ProtocolContext, 'environment' | 'report'>,
): number | undefined {
  if (/^\d+$/.test(text)) {
    if (Number(text) <= 65535) return Number(text);
    report.add(badPort(placeIn(cell, item.at), text, 'higher than 65535'));
    return undefined;
  }
  const name = /^\d+$/.test(protocol) ? protocolName(Number(protocol)) : protocol.toLowerCase();
  const port = environment.servicePort(text, name);
  if (port === undefined) {
    const known = usualServices.filter((each) => environment.servicePort(each, name) !== undefined);
    report.add(unknownService(placeIn(cell, item.at), text, name, nearest(text.toLowerCase(), known)));
  }
  return port;
}

function protocolName(number: number): string {
  return Object.entries(protocolNumbers).find(([, value]) => value === number)?.[0] ?? String(number);
}

function resolveIcmp(
  base: ProtocolMatch,
  protocol: number,
  cells: ProtocolCells,
  { report }: ProtocolContext,
): readonly ProtocolMatch[] | undefined {
  if (cells.sport) {
    report.add(portsOfProtocol(cells.sport.span, 'icmp'));
    return undefined;
  }
  const cell = cells.dport;
  if (!cell) return [base];
  const version: Version = protocol === icmp ? 4 : 6;
  const found = cell.value.items.map((item) => icmpType(cell, item, version, report));
  if (found.includes(undefined)) return undefined;
  const types = found.filter((type) => type !== undefined && type !== 'any');
  if (types.length < cell.value.items.length) return [base];
  return [{ ...base, icmp: { version, negated: cell.value.negated, types } }];
}

function icmpType(cell: Cell<unknown>, item: PortItem, version: Version, report: Report): IcmpType | 'any' | undefined {
  if (item.kind === 'typeAndCode' && Number(item.type) <= 255 && Number(item.code) <= 255)
    return { type: Number(item.type), code: Number(item.code) };
  const text = item.kind === 'port' && item.first === item.last ? (item.first ?? '') : '';
  const table = version === 4 ? icmpTypes : icmpv6Types;
  if (/^\d+$/.test(text) && Number(text) <= 255) return { type: Number(text) };
  const found = Object.hasOwn(table, text.toLowerCase()) ? table[text.toLowerCase()] : undefined;
  if (text.toLowerCase() === 'any') return 'any';
  if (!found) {
    report.add(
      unknownIcmpType(
        placeIn(cell, item.at),
        cell.text.text.slice(item.at.start, item.at.end),
        nearest(text, Object.keys(table)),
      ),
    );
    return undefined;
  }
  return found[1] === undefined ? { type: found[0] } : { type: found[0], code: found[1] };
}
