/** Log statements: the prefix by LOGFORMAT, and the chains that keep a flood out of the log. */
import { versionOf } from '../../ir/context.ts';
import { cutToBytes, longest } from '../../ir/names.ts';
import type { Match, NftRule, Statement } from '../../ir/ruleset.ts';
import type { Log } from '../../model/log.ts';
import type { ZonePair } from '../../model/zone.ts';
import { type Origin, placeOf } from '../../source.ts';
import { lowerRate } from '../rules/limits.ts';
import { back } from '../rules/verdicts.ts';
import { type Program, rule } from '../ruleset-builder.ts';

/**
 * The prefix of a line: LOGFORMAT with the name of the chain and of the decision, and the tag (shorewall.conf(5),
 * LOGFORMAT). A third `%s` is the line that logs (ours alone); what no line makes has none.
 */
export function logPrefix(chain: string, disposition: string, log: Log, program: Program, origin?: Origin): string {
  const { logFormat, logTagOnly } = program.model.settings;
  const tagged = log.tag !== undefined && logTagOnly;
  const values = tagged ? (log.tag ?? '').split(',').concat(disposition) : [chain, disposition];
  const all = [...values.slice(0, 2), lineInLog(origin, program)];
  let index = 0;
  const text = logFormat.replace(/%[sd]/g, () => all[index++] ?? '').replace(/ {2,}$/, ' ');
  const prefix = log.tag !== undefined && !logTagOnly ? `${text}${log.tag} ` : text;
  return cutToBytes(prefix.replace(/["$\\\p{Cc}]/gu, '_'), longest.logPrefix);
}

/** The line that log lines name, `rules:12`; empty where LOGFORMAT asks for none. */
function lineInLog(origin: Origin | undefined, { model: { settings } }: Program): string {
  if (origin === undefined || settings.flavour !== 'ftpwall') return '';
  return (settings.logFormat.match(/%[sd]/g) ?? []).length > 2 ? placeOf(origin[0]) : '';
}

/** The name of a pair in log lines: both zones, or one of them by LOG_ZONE. */
export function pairInLog(pair: ZonePair, program: Program): string {
  const { logZone, zoneSeparator } = program.model.settings;
  if (logZone === 'src') return pair.source;
  if (logZone === 'dst') return pair.dest;
  return `${pair.source}${zoneSeparator}${pair.dest}`;
}

/** The signs by which log lines tell chains of a pair apart: its sections, its blacklist, its flood limit (Chains.pm of 5.2.8). */
export const signs = {
  ESTABLISHED: '^',
  RELATED: '+',
  INVALID: '_',
  UNTRACKED: '=',
  untrackedAfter: '&',
  flood: '@',
  blacklist: '~',
} as const;

const signNames: Readonly<Record<string, string>> = {
  '^': 'established-',
  '+': 'related-',
  '=': 'untracked-',
  '&': 'untracked-',
  '@': 'flood-',
  '~': '-blacklist',
};

/** Rules that write the line, at most as often as LOGLIMIT allows. */
export function logRules(
  matches: readonly Match[],
  prefix: string,
  log: Log,
  program: Program,
  from: Pick<NftRule, 'origin' | 'remark'>,
): readonly NftRule[] {
  return withinLimit(matches, { kind: 'log', prefix, target: log.target }, program, from);
}

/** Rules that leave their chain with packets of which LOGLIMIT lets a line be written; none where it limits nothing. */
export function returnsWithinLimit(program: Program): readonly NftRule[] {
  return program.model.settings.logLimit?.each ? withinLimit([], back, program, {}) : [];
}

function withinLimit(
  matches: readonly Match[],
  does: Statement,
  program: Program,
  from: Pick<NftRule, 'origin' | 'remark'>,
): readonly NftRule[] {
  const { logLimit } = program.model.settings;
  if (!logLimit) return [rule(matches, [does], from)];
  const rate = { count: logLimit.count, per: logLimit.per, burst: logLimit.burst };
  if (!logLimit.each) return [rule([...matches, { kind: 'limit', rate, over: false }], [does], from)];
  // What the rule asks for may be of one IP version only.
  const named = versionOf(matches);
  const versions = named === undefined ? program.model.families.versions : [named];
  const only = program.dual && named === undefined;
  return versions.map((version) => {
    const limit = lowerRate({ rate, each: { side: logLimit.each ?? 'source', name: 'log' } }, version, 'log', program);
    return rule([...(only ? [{ kind: 'version', version } as const] : []), ...matches, limit], [does], from);
  });
}

/** A name in log lines as a part of the name of a chain. */
export function inWords(name: string): string {
  return name
    .replace(/^_/, 'invalid-')
    .replace(/[\^+=&@~]/g, (sign) => signNames[sign] ?? '')
    .replace(/[^A-Za-z0-9_.-]/g, '_');
}

/** A level in the name of a chain. */
export function levelName({ target }: Log): string {
  if (target.kind === 'group') return `group${target.group}`;
  return target.kind === 'syslog' ? [target.level, ...target.flags].join('-') : 'audit';
}

/** A chain that logs and then does `last`; its name is made of both, and of the line where log lines name it, so that equal ones are shared. */
export function logChain(
  name: string,
  prefix: string,
  log: Log,
  last: readonly Statement[],
  program: Program,
  origin?: Origin,
): string {
  const line = lineInLog(origin, program);
  const chain = `log-${inWords(name)}${line && `-${inWords(line)}`}`;
  return program.once(chain, () => ({
    comment: `logs "${prefix.trim()}"`.replaceAll('"', "'"),
    rules: [...logRules([], prefix, log, program, {}), ...(last.length > 0 ? [rule([], last)] : [])],
  }));
}
