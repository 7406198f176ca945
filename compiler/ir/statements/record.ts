/** Statements that leave a trace: counters, log lines, elements of sets. */
import { invariant } from '../../invariant.ts';
import type { LogFlag, LogTarget } from '../../net/log.ts';
import type { StatementKind, StatementOf } from '../kind.ts';
import { versionIs } from '../matches/address.ts';
import { keyOf, printSetKey } from '../matches/set.ts';
import { canBeLogPrefix, longest, named, quoted } from '../names.ts';

export const counterStatement: StatementKind<StatementOf<'counter'>> = {
  print: ({ packets, bytes }) =>
    packets === 0 && bytes === 0 ? 'counter' : `counter packets ${packets} bytes ${bytes}`,
  run: () => undefined,
};

/** The audit system takes no prefix, and an empty prefix is none. */
export const logStatement: StatementKind<StatementOf<'log'>> = {
  print({ prefix, target }) {
    if (target.kind === 'audit') return 'log level audit';
    invariant(canBeLogPrefix(prefix), `no prefix for a log line: ${prefix}`);
    return `log${prefix === '' ? '' : ` prefix ${quoted(prefix, longest.logPrefix)}`}${printTarget(target)}`;
  },
  run({ prefix, target }, walk) {
    walk.log(target.kind === 'audit' ? '' : prefix);
    return undefined;
  },
};

function printTarget(target: Exclude<LogTarget, { kind: 'audit' }>): string {
  if (target.kind === 'syslog') return ` level ${target.level}${printFlags(target.flags)}`;
  const size = target.size === undefined ? '' : ` snaplen ${target.size}`;
  const threshold = target.threshold === undefined ? '' : ` queue-threshold ${target.threshold}`;
  return ` group ${target.group}${size}${threshold}`;
}

const flagWords: readonly (readonly [LogFlag, string])[] = [
  ['tcp sequence', ' flags tcp sequence'],
  ['tcp options', ' flags tcp options'],
  ['ip options', ' flags ip options'],
  ['skuid', ' flags skuid'],
  ['ether', ' flags ether'],
];

function printFlags(flags: readonly LogFlag[]): string {
  return flagWords.map(([flag, words]) => (flags.includes(flag) ? words : '')).join('');
}

/** `timeout` in seconds. A packet that lacks a part of the key ends the rule. */
export const changeSetStatement: StatementKind<StatementOf<'changeSet'>> = {
  print({ operation, set, key, timeout }, context) {
    const seconds = timeout === undefined ? '' : ` timeout ${timeout}s`;
    return `${operation} @${named(set)} { ${printSetKey(key, context)}${seconds} }`;
  },
  needs: ({ key }) => key.flatMap((part) => ('version' in part ? [versionIs(part.version)] : [])),
  run({ operation, set, key }, walk) {
    const values = keyOf(key, walk.situation);
    if (!values) return { kind: 'break' };
    walk.changeSet(set, operation, values);
    return undefined;
  },
};
