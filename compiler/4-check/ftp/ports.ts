/** What the laws about FTP ask of a rule. */

import type { HelperPorts } from '../../model/conntrack.ts';
import type { Model } from '../../model/index.ts';
import type { NatServer, Rule } from '../../model/rule.ts';
import type { ProtocolMatch } from '../../model/traffic.ts';
import type { NumberRange } from '../../net/ranges.ts';

const tcp = 6;

/** The ftp entry of the port lists. */
export function ftpOf(model: Model): HelperPorts | undefined {
  return model.helpers.find((each) => each.helper.name === 'ftp');
}

/** The alternatives of a rule that are TCP. */
export function tcpOf({ traffic: { protocols } }: Rule): readonly ProtocolMatch[] {
  if (protocols.every(isTcp)) return protocols;
  return protocols.some(isTcp) ? protocols.filter(isTcp) : none;
}

const none: readonly never[] = [];

function isTcp({ protocol, negated }: ProtocolMatch): boolean {
  return protocol === tcp && !negated;
}

/** The single ports that a rule names as destinations, as the client writes them. */
export function singlePorts(rule: Rule): readonly number[] {
  const alternatives = tcpOf(rule);
  if (alternatives.length === 0) return none;
  return alternatives.flatMap((each) =>
    each.dports && !each.dports.negated
      ? each.dports.ranges.flatMap((range) => (range.first === range.last ? [range.first] : []))
      : [],
  );
}

/** The port that the server sees, when the rule rewrites it. */
export function serverPort(rule: Rule): number | undefined {
  const server: NatServer | undefined = rule.action.kind === 'dnat' ? rule.action.server : undefined;
  const ports = server?.ports ?? (rule.action.kind === 'redirect' ? rule.action.ports : undefined);
  return ports && ports.first === ports.last ? ports.first : undefined;
}

/** Ranges of destination ports of a rule that are more than one port. */
export function portRanges(rule: Rule): readonly NumberRange[] {
  const alternatives = tcpOf(rule);
  if (alternatives.length === 0) return none;
  return alternatives.flatMap((each) =>
    each.dports && !each.dports.negated ? each.dports.ranges.filter((range) => range.first !== range.last) : [],
  );
}

/** Whether one of the alternatives comes from one of these source ports alone. */
export function comesFrom(rule: Rule, ports: readonly number[]): boolean {
  return tcpOf(rule).some(
    (each) =>
      each.sports &&
      !each.sports.negated &&
      each.sports.ranges.every((range) => range.first === range.last && ports.includes(range.first)),
  );
}

/** Whether a rule lets connections through. */
export function admits(rule: Rule): boolean {
  const { kind } = rule.action;
  return (
    (rule.section === 'NEW' || rule.section === 'ALL') &&
    !rule.blacklist &&
    (kind === 'accept' || kind === 'dnat' || kind === 'redirect')
  );
}
