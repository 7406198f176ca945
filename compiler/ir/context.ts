/** What the text of a rule's parts depends on, gathered from the rule and its table. */

import type { Version } from '../net/version.ts';
import type { PrintContext } from './kind.ts';
import type { FrameTable, Match, NftRule, Ruleset } from './ruleset.ts';

/** The context for the parts of a rule. */
export function contextOf(rule: NftRule, family: (Ruleset | FrameTable)['family']): PrintContext {
  if (family === 'arp' || family === 'bridge') return { family };
  const version = family === 'inet' ? (versionOf(rule.matches) ?? versionOfKeys(rule)) : family === 'ip' ? 4 : 6;
  const differences = rule.matches.filter(isDifference).length > 1;
  return { family, ...(version !== undefined && { version }), ...(differences && { differences }) };
}

/** A rule that puts addresses into a set goes on only for packets of their version, as does one that sets a field of its header. */
function versionOfKeys({ statements }: NftRule): Version | undefined {
  const header = statements.find((statement) => statement.kind === 'setField');
  if (header) return header.version;
  const keys = statements.flatMap((statement) => (statement.kind === 'changeSet' ? statement.key : []));
  return keys.map((part) => ('version' in part ? part.version : undefined)).find((version) => version !== undefined);
}

/** Whether a part of the transport header must differ from one value. */
function isDifference(match: Match): boolean {
  return (match.kind === 'port' || match.kind === 'payload') && match.negated;
}

/** The IP version that the matches restrict a rule to, if they do. */
export function versionOf(matches: readonly Match[]): Version | undefined {
  for (const match of matches) {
    const version = versionOfMatch(match);
    if (version !== undefined) return version;
  }
  return undefined;
}

/** The IP version that one match restricts a rule to. */
export function versionOfMatch(match: Match): Version | undefined {
  switch (match.kind) {
    case 'version':
    case 'icmp':
    case 'fragment':
    case 'hopLimit':
      return match.version;
    case 'address':
    case 'originalAddress':
      return match.ranges[0]?.version;
    case 'extensionHeader':
      return 6;
    case 'field':
      return match.field === 'next header' ? 6 : undefined;
    case 'set':
      return match.key.map((part) => ('version' in part ? part.version : undefined)).find(Boolean);
    case 'limitEach':
    case 'connectionCount':
      return match.key?.version;
    default:
      return undefined;
  }
}

/** Whether the rule names transport protocols, as nft demands of one that reads or translates ports. */
export function namesProtocol(rule: NftRule): boolean {
  return rule.matches.some(
    (match) =>
      (match.kind === 'protocol' && !match.negated) ||
      (match.kind === 'port' && match.protocol !== 'any') ||
      match.kind === 'tcpFlags',
  );
}
