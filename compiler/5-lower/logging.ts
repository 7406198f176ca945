/** Log statements: the prefix by LOGFORMAT, and the chains that keep a flood out of the log. */
import { cutToBytes, longest } from '../ir/names.ts';
import type { Match, NftRule, Statement, Version } from '../ir/ruleset.ts';
import type { Log, ZonePair } from '../model.ts';
import { lowerRate } from './matches.ts';
import { type Program, rule } from './program.ts';

/** The prefix of a line: LOGFORMAT with the name of the chain and of the decision, and the tag (shorewall.conf(5), LOGFORMAT). */
export function logPrefix(chain: string, disposition: string, log: Log, program: Program): string {
  const { logFormat, logTagOnly } = program.model.settings;
  const tagged = log.tag !== undefined && logTagOnly;
  const values = tagged ? (log.tag ?? '').split(',').concat(disposition) : [chain, disposition];
  let index = 0;
  const text = logFormat.replace(/%[sd]/g, () => values[index++] ?? '');
  const prefix = log.tag !== undefined && !logTagOnly ? `${text}${log.tag} ` : text;
  return cutToBytes(prefix.replace(/["$\\\p{Cc}]/gu, '_'), longest.logPrefix);
}

/** The name of a pair in log lines: both zones, or one of them by LOG_ZONE. */
export function pairInLog(pair: ZonePair, program: Program): string {
  const { logZone, zoneSeparator } = program.model.settings;
  if (logZone === 'src') return pair.source;
  if (logZone === 'dst') return pair.dest;
  return `${pair.source}${zoneSeparator}${pair.dest}`;
}

/** Rules that write the line, at most as often as LOGLIMIT allows. */
export function logRules(
  matches: readonly Match[],
  prefix: string,
  log: Log,
  program: Program,
  from: Pick<NftRule, 'origin' | 'remark'>,
): readonly NftRule[] {
  const write: Statement = { kind: 'log', prefix, target: log.target };
  const { logLimit } = program.model.settings;
  if (!logLimit) return [rule(matches, [write], from)];
  const rate = { count: logLimit.count, per: logLimit.per, burst: logLimit.burst };
  if (!logLimit.each) return [rule([...matches, { kind: 'limit', rate, over: false }], [write], from)];
  const versions: readonly Version[] = program.dual ? [4, 6] : program.model.families.versions;
  return versions.map((version) => {
    const limit = lowerRate({ rate, each: { side: logLimit.each ?? 'source', name: 'log' } }, version, 'log', program);
    return rule([...(program.dual ? [{ kind: 'version', version } as const] : []), ...matches, limit], [write], from);
  });
}

/** A chain that logs and then does `last`; its name is made of both, so that equal ones are shared. */
export function logChain(name: string, prefix: string, log: Log, last: readonly Statement[], program: Program): string {
  const chain = `log-${name}`.replace(/[^A-Za-z0-9_.-]/g, '_');
  return program.once(chain, () => ({
    comment: `logs "${prefix.trim()}"`.replaceAll('"', "'"),
    rules: [...logRules([], prefix, log, program, {}), ...(last.length > 0 ? [rule([], last)] : [])],
  }));
}
