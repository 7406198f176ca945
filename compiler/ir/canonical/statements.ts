/** Statements in one spelling. */

import type { LogFlag, LogTarget } from '../../net/log.ts';
import { connectionEvents } from '../connection-events.ts';
import type { Ruleset, Statement, Translation } from '../ruleset.ts';
import { refusalIn } from '../statements/verdict.ts';

/** The same statement with its lists in order and without what says nothing. */
export function canonicalStatement(statement: Statement, family: Ruleset['family']): Statement {
  if (statement.kind === 'reject') return { kind: 'reject', with: refusalIn(statement.with, family) };
  if (statement.kind === 'log') {
    const prefix = statement.target.kind === 'audit' ? '' : statement.prefix;
    return { kind: 'log', prefix, target: canonicalTarget(statement.target) };
  }
  if (statement.kind === 'dispatch') {
    const spelled = statement.entries.map((entry) => ({ entry, spelling: JSON.stringify(entry.keys) }));
    spelled.sort((a, b) => (a.spelling < b.spelling ? -1 : 1));
    return { ...statement, entries: spelled.map(({ entry }) => entry) };
  }
  if (statement.kind === 'dnat' || statement.kind === 'snat')
    return { ...statement, to: canonicalTranslation(statement.to) };
  if (statement.kind === 'setEvents')
    return { ...statement, events: connectionEvents((event) => statement.events.includes(event)) };
  if (statement.kind === 'setMark') return { ...statement, mask: statement.mask >>> 0, value: statement.value >>> 0 };
  return statement;
}

const flagOrder: readonly LogFlag[] = ['tcp sequence', 'tcp options', 'ip options', 'skuid', 'ether'];

function canonicalTarget(target: LogTarget): LogTarget {
  if (target.kind === 'audit') return target;
  if (target.kind === 'syslog') return { ...target, flags: flagOrder.filter((flag) => target.flags.includes(flag)) };
  return {
    kind: 'group',
    group: target.group,
    ...(target.size ? { size: target.size } : {}),
    ...(target.threshold ? { threshold: target.threshold } : {}),
  };
}

function canonicalTranslation(translation: Translation): Translation {
  const { version, addresses, addressIn, ports, random, persistent } = translation;
  return {
    version,
    ...(addresses && { addresses }),
    ...(addressIn && { addressIn }),
    ...(ports && { ports }),
    random,
    persistent,
  };
}
