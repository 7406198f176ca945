/** Matches on the transport protocol: its number, ports, ICMP types, TCP flags. */
import { invariant } from '../../invariant.ts';
import { joinNumbers, printNumbers } from '../../net/address.ts';
import { icmpNames, protocolNames } from '../../net/icmp-names.ts';
import type { IcmpType, TcpFlag } from '../../net/packet-kinds.ts';
import type { NumberRange } from '../../net/ranges.ts';
import type { Version } from '../../net/version.ts';
import { bytesUnderMask, extentOfField, type FieldValues, flagByte, flagOrder } from '../fields.ts';
import type { MatchKind, MatchOf, PrintContext } from '../kind.ts';
import { headerOf, isTracked, versionIs } from './address.ts';
import { compared } from './lists.ts';

function single(value: number): NumberRange {
  return { first: value, last: value };
}

function protocolIs(protocol: number): FieldValues {
  return { field: 'protocol', ranges: [single(protocol)] };
}

/** The name that nft itself knows, or the number: names of /etc/protocols are not on every machine. */
function printProtocol(protocol: number): string {
  return protocolNames[protocol] ?? String(protocol);
}

export const protocolMatch: MatchKind<MatchOf<'protocol'>> = {
  print: ({ negated, protocols }) => compared('meta l4proto', negated, protocols.map(printProtocol)),
  extent: ({ negated, protocols }) => extentOfField({ field: 'protocol', ranges: protocols.map(single) }, negated),
};

/** Protocols whose ports nft reads by their own name. */
export const portWords: Readonly<Record<number, string>> = {
  6: 'tcp',
  17: 'udp',
  33: 'dccp',
  132: 'sctp',
  136: 'udplite',
};

/** `any` reads the place where ports stand whatever the protocol is: a rule with it names the protocols itself. */
export const portMatch: MatchKind<MatchOf<'port'>> = {
  print({ field, protocol, negated, ranges }, { differences }) {
    const joined = joinNumbers(ranges);
    const values = joined.map(negated && differences && joined.length === 1 ? printAsRange : printNumbers);
    if (protocol === 'any') return compared(`th ${field}`, negated, values);
    const word = portWords[protocol];
    // nft 1.0.6 takes `th sport` beside any protocol and then crashes when it lists the rule.
    invariant(word, `ports of protocol ${protocol}, which has none`);
    return compared(`${word} ${field}`, negated, values);
  },
  extent: ({ field, protocol, negated, ranges }) =>
    extentOfField({ field, ranges }, negated, protocol === 'any' ? [] : [protocolIs(protocol)]),
};

function printAsRange({ first, last }: NumberRange): string {
  return `${first}-${last}`;
}

/** nft reads the port only in a rule that names the protocol before it. */
export const originalPortMatch: MatchKind<MatchOf<'originalPort'>> = {
  print: ({ negated, ranges }) => compared('ct original proto-dst', negated, joinNumbers(ranges).map(printNumbers)),
  extent: ({ negated, ranges }) => extentOfField({ field: 'originalDport', ranges }, negated, [isTracked]),
};

export const icmpMatch: MatchKind<MatchOf<'icmp'>> = {
  print({ version, negated, types }, context) {
    const word = icmpWord(version, context);
    if (types.every(({ code }) => code === undefined)) {
      const numbers = [...new Set(types.map(({ type }) => type))];
      return compared(
        `${word} type`,
        negated,
        numbers.map((type) => icmpNames[version][type] ?? String(type)),
      );
    }
    const [only] = types;
    if (types.length === 1 && only && !negated) return `${word} type ${only.type} ${word} code ${only.code}`;
    const pairs = withoutCodesOfWholeTypes(types).map(({ type, code }) => `${type} . ${code ?? '0-255'}`);
    return `${word} type . ${word} code ${negated ? '!= ' : ''}{ ${pairs.join(', ')} }`;
  },
  extent({ version, negated, types }) {
    const ranges = types.map(({ type, code }) => ({
      first: type * 256 + (code ?? 0),
      last: type * 256 + (code ?? 255),
    }));
    return extentOfField({ field: 'icmp', ranges }, negated, [versionIs(version), protocolIs(version === 4 ? 1 : 58)]);
  },
};

function icmpWord(version: Version, context: PrintContext): 'icmp' | 'icmpv6' {
  return headerOf(version, context) === 'ip' ? 'icmp' : 'icmpv6';
}

/** Without repetitions and without codes of types that are meant whole. */
export function withoutCodesOfWholeTypes(types: readonly IcmpType[]): readonly IcmpType[] {
  const whole = new Set(types.filter(({ code }) => code === undefined).map(({ type }) => type));
  const seen = new Set<string>();
  return types.filter(({ type, code }) => {
    const key = `${type} ${code}`;
    if (seen.has(key) || (code !== undefined && whole.has(type))) return false;
    seen.add(key);
    return true;
  });
}

function flags(list: readonly TcpFlag[]): string {
  return flagOrder.filter((flag) => list.includes(flag)).join(' | ');
}

export const tcpFlagsMatch: MatchKind<MatchOf<'tcpFlags'>> = {
  print({ negated, mask, set }) {
    invariant(mask.length > 0, 'a match on no TCP flag');
    const value = set.length === 0 ? '0x0' : set.length === 1 ? flags(set) : `(${flags(set)})`;
    return `tcp flags & (${flags(mask)}) ${negated ? '!=' : '=='} ${value}`;
  },
  extent({ negated, mask, set }) {
    const ranges = bytesUnderMask(flagByte(mask), flagByte(set));
    return extentOfField({ field: 'tcpFlags', ranges }, negated, [protocolIs(6)]);
  },
};
