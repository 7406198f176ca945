/** `-p` among raw matches of iptables: the protocol of a line that PROTO does not name. */
import { unsupportedMatch } from '../../diagnostics/catalogue/matches.ts';
import { unknownProtocol } from '../../diagnostics/catalogue/protocols.ts';
import { nearest } from '../../diagnostics/suggest.ts';
import { protocolNumbers } from '../../language/names.ts';
import type { ProtocolMatch } from '../../model/traffic.ts';
import type { Span } from '../../source.ts';
import { namedProtocol } from '../columns/protocols.ts';
import type { Scope } from '../scope.ts';

/** Modules of one protocol: the options of each are for packets of it alone. `-p` loads the one of its name. */
export const moduleNumbers = {
  tcp: 6,
  udp: 17,
  dccp: 33,
  sctp: 132,
  udplite: 136,
  icmp: 1,
  icmp6: 58,
  esp: 50,
  ah: 51,
  tcpmss: 6,
} as const;

/** What `-p` holds, and `!` in front of it. */
export interface RawProtocol {
  readonly name: string;
  readonly negated: boolean;
  readonly place: Span;
}

/** The protocols of the line, and the module that `-p` loads besides. */
export interface AskedProtocol {
  readonly protocols: readonly ProtocolMatch[];
  readonly module?: keyof typeof moduleNumbers;
}

/**
 * The protocol that `-p` asks for, beside those of PROTO; undefined after a message. Numbers, names and `all` (0, `ip`)
 * are those of iptables(8), which takes one `-p`: beside PROTO it can only say the same again.
 */
export function rawProtocol(
  { name, negated, place }: RawProtocol,
  column: readonly ProtocolMatch[],
  scope: Scope,
): AskedProtocol | undefined {
  const refuse = (why: string): undefined => {
    scope.report.add(unsupportedMatch(place, `the raw match \`${negated ? '! ' : ''}-p ${name}\``, why));
    return undefined;
  };
  const number = name.toLowerCase() === 'all' ? 0 : namedProtocol(name, scope.environment);
  if (number === undefined) {
    scope.report.add(unknownProtocol(place, name, nearest(name.toLowerCase(), Object.keys(protocolNumbers))));
    return undefined;
  }
  if (number === 0 && negated) return refuse('there is no packet without a protocol');
  if (column.length > 0) {
    const same = !negated && column.every((each) => !each.negated && each.protocol === number);
    if (!same) return refuse('PROTO names the protocol of this rule already, and a rule has one');
    return { protocols: column, ...moduleOf(number) };
  }
  if (number === 0) return { protocols: [] };
  return {
    protocols: [{ protocol: number, negated, either: false }],
    // What iptables loads for `! -p tcp`, the kernel then refuses: ports of a protocol that the packet has not.
    ...(negated ? {} : moduleOf(number)),
  };
}

function moduleOf(number: number): Pick<AskedProtocol, 'module'> {
  const module = (Object.keys(moduleNumbers) as (keyof typeof moduleNumbers)[]).find(
    (name) => moduleNumbers[name] === number,
  );
  return module ? { module } : {};
}
