/** Connection states: which are decided before the zones, and how. */

import type { NftRule, Statement } from '../../ir/ruleset.ts';
import type { Disposition } from '../../language/setting-values.ts';
import type { Model } from '../../model/index.ts';
import { fastStates } from '../../model/settings.ts';
import type { LogTarget } from '../../net/log.ts';
import type { ConnectionState } from '../../net/state.ts';
import { relatedRules } from '../conntrack/helpers.ts';
import { inWords, logChain, logPrefix, signs } from '../logging/logging.ts';
import { rejectStatement } from '../rules/reject.ts';
import { accept, counter, drop, goto, jump } from '../rules/verdicts.ts';
import { type Program, rule } from '../ruleset-builder.ts';
import { everyPacketHasItsPair, optionsComeWithPairs } from './zone-match.ts';

/** The states that no section of any pair concerns, so that they are decided once for all. */
export interface States {
  readonly early: ReadonlySet<ConnectionState>;
}

/**
 * A state is decided early unless a rule of its section, or of ALL, must come before, or some packets are of no pair of
 * zones: those meet the policy for all, whatever their state. FASTACCEPT asks for neither.
 */
export function earlyStates(model: Model): States {
  const { settings } = model;
  const late = !settings.closedOutsideZones && !everyPacketHasItsPair(model);
  const used = new Set(model.rules.filter((rule) => !rule.blacklist).map((rule) => rule.section));
  const blacklisted = model.rules.some((rule) => rule.blacklist) ? settings.blacklist.states : [];
  const fast = fastStates(settings);
  const behindOptions = optionsComeWithPairs(model);
  // A log line names the pair of zones.
  const logged: readonly (ConnectionState | undefined)[] = [
    settings.relatedLog && !settings.strictRelated ? 'related' : undefined,
    settings.invalidLog && 'invalid',
    settings.untrackedLog && 'untracked',
  ];
  // What belongs to no admitted connection is accepted between zones alone, not by way of an unlisted interface.
  const opensWithoutPair = (state: ConnectionState): boolean =>
    (state === 'invalid' || state === 'untracked') && settings[state].kind === 'accept';
  const early = (['established', 'related', 'invalid', 'untracked'] as const).filter((state) => {
    const section = state.toUpperCase() as 'ESTABLISHED' | 'RELATED' | 'INVALID' | 'UNTRACKED';
    return (
      fast.includes(state) ||
      !(
        late ||
        (behindOptions && state !== 'established') ||
        opensWithoutPair(state) ||
        used.has('ALL') ||
        used.has(section) ||
        blacklisted.includes(state) ||
        logged.includes(state)
      )
    );
  });
  // Sections are worked through in order: an early state may not overtake one that is decided late.
  return { early: new Set(early) };
}

/** What happens to packets of a state after the rules of its section. */
export function stateDisposition(state: ConnectionState, logName: string, program: Program): readonly NftRule[] {
  const { settings } = program.model;
  const only = [{ kind: 'state', negated: false, states: [state] }] as const;
  switch (state) {
    case 'established':
      return [rule(only, [counter, accept])];
    case 'related':
      if (settings.strictRelated) return [rule(only, [jump(relatedChain(program))])];
      return dispositionRules(
        only,
        settings.related,
        settings.relatedLog,
        `${signs.RELATED}${logName}`,
        program,
        'RELATED_DISPOSITION',
      );
    case 'invalid':
      return dispositionRules(
        only,
        settings.invalid,
        settings.invalidLog,
        `${signs.INVALID}${logName}`,
        program,
        'INVALID_DISPOSITION',
      );
    case 'untracked':
      return dispositionRules(
        only,
        settings.untracked,
        settings.untrackedLog,
        `${signs.untrackedAfter}${logName}`,
        program,
        'UNTRACKED_DISPOSITION',
      );
    case 'new':
      return [];
  }
}

/** The chain of RELATED packets under `RELATED=strict`. Its rules are known when every helper is attached. */
function relatedChain(program: Program): string {
  return program.later('related', () => ({
    comment: 'RELATED packets that an admitted connection announced',
    rules: relatedRules(program),
  }));
}

function dispositionRules(
  matches: NftRule['matches'],
  disposition: Disposition,
  target: LogTarget | undefined,
  logName: string,
  program: Program,
  setting: string,
): readonly NftRule[] {
  const from = { comment: setting };
  if (disposition.kind === 'continue')
    return target
      ? [rule(matches, [{ kind: 'log', prefix: logPrefix(logName, 'CONTINUE', { target }, program), target }])]
      : [];
  // A state that is told to the audit system says so in the log, too, as A_DROP does.
  const word = `${disposition.audit ? 'A_' : ''}${disposition.kind.toUpperCase()}`;
  const setTo = { disposition, ...(target ? { log: target } : {}) };
  const end = dispositionEnd(setTo, { chain: `${logName}-state`, logName, word }, program);
  return [rule(matches, [counter, end], target ? {} : from)];
}

/** A disposition setting and its *_LOG_LEVEL. */
interface SetTo {
  readonly disposition: Disposition;
  readonly log?: LogTarget;
}

/**
 * What a disposition setting does with a packet, its log line and its audit record before. `chain` begins the name of
 * the chain for these; CONTINUE ends nothing and has no place here.
 */
export function dispositionEnd(
  { disposition, log }: SetTo,
  {
    chain,
    logName,
    word = disposition.kind.toUpperCase(),
  }: { readonly chain: string; readonly logName: string; readonly word?: string },
  program: Program,
  end: Statement = dispositionStatement(disposition, program) ?? drop,
): Statement {
  const told: readonly Statement[] = disposition.audit
    ? [{ kind: 'log', prefix: '', target: { kind: 'audit' } }, end]
    : [end];
  if (log) {
    const prefix = logPrefix(logName, word, { target: log }, program);
    return goto(logChain(`${chain}-${word}`, prefix, { target: log }, told, program));
  }
  if (!disposition.audit) return end;
  return goto(
    program.once(`audit-${inWords(chain)}-${word}`, () => ({
      comment: `${word}, and the audit system is told`,
      rules: [rule([], told)],
    })),
  );
}

/** The verdict that a disposition setting means; none for CONTINUE. */
function dispositionStatement(disposition: Disposition, program: Program): Statement | undefined {
  if (disposition.kind === 'accept') return accept;
  if (disposition.kind === 'drop') return drop;
  if (disposition.kind === 'reject') return rejectStatement(disposition.with, program);
  return undefined;
}
