/** One rule of the model as rules of a pair's chain: traffic, what is counted and logged, and the verdict. */
import { concat } from '../../concat.ts';
import { decidesInside, isFieldChange, versionIn } from '../../ir/nft-words.ts';
import type { Match, NftRule, Statement } from '../../ir/ruleset.ts';
import type { Log } from '../../model/log.ts';
import type { ActionCall, ActionRule, Rule, RuleAction } from '../../model/rule.ts';
import type { HostMatch, PortMatch, Traffic } from '../../model/traffic.ts';
import { type HelperUse, helperUses } from '../conntrack/helper-use.ts';
import { acceptWithHelper, acceptWithHelpers } from '../conntrack/helpers.ts';
import { levelName, logChain, logPrefix, logRules } from '../logging/logging.ts';
import { type Program, rule } from '../ruleset-builder.ts';
import { changeSet } from '../sets/named-sets.ts';
import { tellEvent } from './events.ts';
import { lowerTraffic } from './matches.ts';
import { limitsAll, unlimited } from './one-limit.ts';
import { rejectStatement } from './reject.ts';
import { accept, back, counter, drop, goto, jump } from './verdicts.ts';

/** Where a rule stands: the name of its chain in logs, and states that it is written for. */
export interface Place {
  readonly chain: string;
  readonly logName: string;
  readonly states: readonly Match[];
  /** What the line asks of events needs no chain of its own. */
  readonly asked?: true;
}

/** Rules for a line of `rules` in the chain of one pair. */
export function lowerRule(each: Rule, place: Place, program: Program): readonly NftRule[] {
  const { action } = each;
  if (action.kind === 'helperOnly' || onlyTranslates(action)) return [];
  const translated = action.kind === 'dnat' || action.kind === 'redirect';
  const traffic = translated ? translatedTraffic(each, action) : withoutSpentRate(each);
  const uses = helperUses(each, program.model);
  // A translated connection is logged once, where it is translated.
  const log = translated ? undefined : each.log;
  const line: { -readonly [Name in keyof Line]: Line[Name] } = { audit: each.audit, origin: each.origin, uses };
  if (log) line.log = log;
  if (each.remark !== undefined) line.remark = each.remark;
  return lowerLine(traffic, action, line, place, program);
}

function onlyTranslates(action: RuleAction): boolean {
  if (action.kind === 'dnat' || action.kind === 'redirect') return action.natOnly;
  return action.kind === 'noNat' && !action.accept;
}

/** The rate of a line that names a translating action is used up where the connection is translated. */
function withoutSpentRate({ traffic, action }: Rule): Traffic {
  return action.kind === 'call' && action.call.translates ? { ...traffic, rates: [] } : traffic;
}

/** Rules for a line of an action. */
export function lowerActionRule(each: ActionRule, place: Place, program: Program): readonly NftRule[] {
  const { action } = each;
  if (onlyTranslates(action)) return [];
  const helper =
    each.helper === undefined
      ? undefined
      : program.model.helpers.find((one) => one.helper.name === each.helper && one.enabled);
  const uses: readonly HelperUse[] = helper ? [{ helper, ports: [], whole: true }] : [];
  const translated = action.kind === 'dnat' || action.kind === 'redirect';
  return lowerLine(
    translated ? translatedTraffic(each, action) : each.traffic,
    action,
    { ...(each.log && !translated ? { log: each.log } : {}), audit: each.audit, origin: each.origin, uses },
    place,
    program,
  );
}

/** Rules for a line that says the traffic and what is done, and no more: of another file. */
export function lowerPlainLine(
  traffic: Traffic,
  action: RuleAction,
  { origin, remark }: Pick<Line, 'origin' | 'remark'>,
  { chain, states }: Pick<Place, 'chain' | 'states'>,
  program: Program,
): readonly NftRule[] {
  const line: Line = { audit: false, origin, uses: [], ...(remark === undefined ? {} : { remark }) };
  return lowerLine(traffic, action, line, { chain, logName: chain, states }, program);
}

const none: readonly never[] = [];

interface Line {
  readonly log?: Log;
  readonly audit: boolean;
  readonly origin: Rule['origin'];
  readonly remark?: string;
  readonly uses: readonly HelperUse[];
}

/** What chains and sets of a line of its own are called. */
function nameOf({ origin }: Line, { chain }: Place): string {
  return `${chain}-${origin.at(-1)?.start ?? 0}`;
}

function lowerLine(
  traffic: Traffic,
  action: RuleAction,
  line: Line,
  place: Place,
  program: Program,
): readonly NftRule[] {
  // Each IP version has a set of its own.
  if (action.kind === 'changeSet' && traffic.versions.length > 1)
    return traffic.versions.flatMap((version) =>
      lowerLine({ ...traffic, versions: [version] }, action, line, place, program),
    );
  const states =
    action.kind === 'call' && action.call.states
      ? [...place.states, { kind: 'state', negated: false, states: action.call.states } as const]
      : place.states;
  if (traffic.events && traffic.events.length > 0 && !place.asked)
    return lowerWithEvents(traffic, action, line, { ...place, states }, program);
  // Most lines count nothing, and need no name.
  const options = countsNothing(traffic) ? unnamed : { name: nameOf(line, place) };
  if (limitsAll(traffic) && lowerTraffic(unlimited(traffic), options, program).length > 1)
    return lowerWithOneLimit(traffic, action, line, { ...place, states }, program);
  const asksMore = states.length > 0 || action.kind === 'raw';
  const asked = lowerTraffic(withinRaw(action, traffic), options, program);
  const alternatives = asksMore ? asked.map((matches) => [...states, ...matches, ...rawMatches(action)]) : asked;
  const statements = statementsOf(action, traffic, line, program);
  const { log } = line;
  if (!log) {
    const does = concat(audit(line), counted(statements));
    return alternatives.map((matches) => rule(matches, does, line));
  }
  const disposition = log.disposition ?? dispositionOf(action, line.audit);
  const prefix = logPrefix(log.chain ?? place.logName, disposition, log, program, line.origin);
  if (action.kind === 'log') return alternatives.flatMap((matches) => logRules(matches, prefix, log, program, line));
  const last = statements.at(-1);
  const before = statements.slice(0, -1);
  if (!program.model.settings.logLimit) {
    return alternatives.map((matches) =>
      rule(matches, [...audit(line), { kind: 'log', prefix, target: log.target }, counter, ...statements], line),
    );
  }
  const chain = logChain(
    `${place.chain.startsWith('action-') ? place.chain.slice('action-'.length) : place.logName}-${disposition}${log.tag ? `-${log.tag}` : ''}-${levelName(log)}`,
    prefix,
    log,
    last ? [last] : [],
    program,
    line.origin,
  );
  const ends = last?.kind === 'verdict' || last?.kind === 'reject' || (last?.kind === 'raw' && last.decides);
  return alternatives.map((matches) =>
    rule(matches, [...audit(line), counter, ...before, ends ? goto(chain) : jump(chain)], line),
  );
}

/**
 * What a line does about events stands in a chain of its own: first the change, then the decision, since a rule cannot
 * jump and then decide. An answer of several rules, of which the change or the decision may turn another one true, is
 * looked for in a chain that the first true one leaves.
 */
function lowerWithEvents(
  traffic: Traffic,
  action: RuleAction,
  line: Line,
  place: Place,
  program: Program,
): readonly NftRule[] {
  const name = nameOf(line, place);
  const inside: Place = { ...place, states: [] };
  const matched = (part: Traffic): readonly (readonly Match[])[] =>
    lowerTraffic(part, { name }, program).map((matches) => [...place.states, ...matches]);
  const decided = lowerLine(everything(traffic), action, line, inside, program);
  // Words of nft may hold or not.
  const ends = action.kind !== 'raw' && isFinal(decided.at(-1)?.statements.at(-1));
  const tell = tellEvent(traffic, program);
  if (tell === undefined && (ends || decided.length === 0 || !asksForSeveral(traffic)))
    return lowerLine(traffic, action, line, { ...place, asked: true }, program);
  const decision = program.fresh(`${name}-event`, {
    rules: [...(tell === undefined ? [] : [rule([], [jump(tell)])]), ...decided],
  });
  const go = [counter, ends ? goto(decision) : jump(decision)];
  if (ends || !asksForSeveral(traffic)) return matched(traffic).map((matches) => rule(matches, go, line));
  const { events = [], ...plain } = traffic;
  const question = program.fresh(`${name}-asks`, {
    rules: lowerTraffic({ ...everything(traffic), events }, { name }, program).map((matches) =>
      rule(matches, [goto(decision)], line),
    ),
  });
  return matched(plain).map((matches) => rule(matches, [counter, jump(question)], line));
}

/** A limit for all packets of a line is one limit, even where several rules ask which packets these are. */
function lowerWithOneLimit(
  traffic: Traffic,
  action: RuleAction,
  line: Line,
  place: Place,
  program: Program,
): readonly NftRule[] {
  const name = nameOf(line, place);
  const { rates } = traffic;
  const limited = lowerLine({ ...everything(traffic), rates }, action, line, { ...place, states: [] }, program);
  const within = program.fresh(`${name}-within`, { comment: 'what is within the limit of a line', rules: limited });
  return lowerTraffic(unlimited(traffic), { name }, program).map((matches) =>
    rule([...place.states, ...matches], [counter, jump(within)], line),
  );
}

/** Whether nothing of the line is remembered in a chain or set of its own. */
function countsNothing({ rates, connectionLimit }: Traffic): boolean {
  return rates.length === 0 && connectionLimit === undefined;
}

const unnamed = { name: '' };

function asksForSeveral({ events }: Traffic): boolean {
  return (events ?? []).some(({ asks }) => asks && asks.hits > 1);
}

/** The traffic without any condition: those that reach a chain have met them. */
function everything({ versions }: Traffic): Traffic {
  return { protocols: [], rates: [], conditions: [], versions };
}

function isFinal(statement: Statement | undefined): boolean {
  if (statement?.kind !== 'verdict') return statement?.kind === 'reject' || statement?.kind === 'queue';
  return statement.verdict.kind !== 'jump' && statement.verdict.kind !== 'continue';
}

/** The statements behind a counter: the same list for the same verdict, of which long files have thousands. */
function counted(statements: readonly Statement[]): readonly Statement[] {
  if (statements === accepts) return countedAccept;
  return statements === drops ? countedDrop : [counter, ...statements];
}

const accepts: readonly Statement[] = [accept];
const drops: readonly Statement[] = [drop];
const countedAccept: readonly Statement[] = [counter, accept];
const countedDrop: readonly Statement[] = [counter, drop];

function audit(line: Line): readonly Statement[] {
  return line.audit ? [{ kind: 'log', prefix: '', target: { kind: 'audit' } }] : none;
}

function statementsOf(action: RuleAction, traffic: Traffic, line: Line, program: Program): readonly Statement[] {
  switch (action.kind) {
    case 'accept':
    case 'dnat':
    case 'redirect':
    case 'noNat':
      return acceptStatements(line.uses, program);
    case 'drop':
      return drops;
    case 'reject':
      return [rejectStatement(action.with, program)];
    case 'continue':
    case 'return':
      return [back];
    case 'count':
    case 'log':
    case 'helperOnly':
      return [];
    case 'queue':
      return [action];
    case 'call':
      return [jump(actionChain(action.call, program))];
    case 'changeSet': {
      const change = changeSet(action, traffic.versions[0] ?? 4);
      return change ? [change] : [];
    }
    case 'raw':
      return rawStatements(action);
    case 'mark':
      return [{ kind: 'setMark', target: action.target, mask: action.mask, value: action.value }];
  }
}

type Raw = RuleAction & { readonly kind: 'raw' };

/** The traffic of the IP version that the words are about: nft refuses a rule about both. */
function withinRaw(action: RuleAction, traffic: Traffic): Traffic {
  const only = action.kind === 'raw' ? versionIn(`${action.before} ${action.verdict ?? ''}`) : undefined;
  return only ? { ...traffic, versions: traffic.versions.filter((version) => version === only) } : traffic;
}

/** Words that may decide by themselves, or that only set a field, are counted before; all others are conditions. */
function standsBehind({ before, verdict }: Raw): boolean {
  return verdict === undefined && (decidesInside(before) || isFieldChange(before));
}

function rawMatches(action: RuleAction): readonly Match[] {
  if (action.kind !== 'raw' || action.before === '' || standsBehind(action)) return none;
  return [{ kind: 'raw', text: action.before }];
}

function rawStatements(action: Raw): readonly Statement[] {
  if (standsBehind(action)) return [{ kind: 'raw', text: action.before, decides: false }];
  if (action.verdict === undefined) return [];
  if (action.verdict === 'accept') return [accept];
  return action.verdict === 'drop' ? [drop] : [{ kind: 'raw', text: action.verdict, decides: true }];
}

function acceptStatements(uses: readonly HelperUse[], program: Program): readonly Statement[] {
  const only = uses[0];
  if (!only) return accepts;
  if (uses.length === 1 && only.whole) return [acceptWithHelper(only.helper, program)];
  return [acceptWithHelpers(uses, program)];
}

function dispositionOf(action: RuleAction, audited: boolean): string {
  if (action.kind === 'dnat' || action.kind === 'redirect' || action.kind === 'noNat') return 'ACCEPT';
  if (action.kind === 'call') return action.call.name;
  if (action.kind === 'raw') return action.verdict?.split(' ')[0]?.toUpperCase() ?? 'NFT';
  return `${audited ? 'A_' : ''}${action.kind.toUpperCase()}`;
}

/** The chain of an action with its parameters. */
export function actionChain(call: ActionCall, program: Program): string {
  const name = `action-${call.chain}`;
  return program.once(name, () => ({
    comment: `action ${call.chain}`,
    rules: call.rules.flatMap((each) =>
      lowerActionRule(each, { chain: name, logName: call.name, states: [] }, program),
    ),
  }));
}

/** What DNAT and REDIRECT made of the packets: the server's address and port; what the client asked for is still known. */
function translatedTraffic(
  each: Pick<Rule, 'traffic'>,
  action: Extract<RuleAction, { readonly kind: 'dnat' | 'redirect' }>,
): Traffic {
  const ports = action.kind === 'dnat' ? action.server.ports : action.ports;
  const server = action.kind === 'dnat' ? action.server : undefined;
  const dest: HostMatch | undefined = server?.addresses
    ? { ranges: [server.addresses], except: [], macs: [], sets: [] }
    : server?.runtime
      ? { except: [], macs: [], sets: [], runtime: server.runtime }
      : undefined;
  const versions = server?.addresses
    ? each.traffic.versions.filter((version) => version === server.addresses?.version)
    : each.traffic.versions;
  const { dest: _dest, rates: _rates, ...rest } = each.traffic;
  const base: Traffic = { ...rest, rates: [], versions, ...(dest ? { dest } : {}) };
  // REDIRECT without a port still says which port was asked for: what came to it untranslated is not of the rule.
  if (!ports && action.kind === 'dnat') return base;
  const rewritten: PortMatch | undefined = ports && { negated: false, ranges: [ports] };
  const asked = each.traffic.protocols.flatMap((protocol) =>
    protocol.dports && !protocol.dports.set ? [protocol.dports] : [],
  );
  const original: Match[] = asked
    .slice(0, 1)
    .map((list) => ({ kind: 'originalPort', negated: list.negated, ranges: list.ranges }));
  // What stood in a set is known no more; that the connection was translated is.
  const bySet = each.traffic.protocols.some((protocol) => protocol.dports?.set);
  const natted: readonly Match[] = bySet ? [{ kind: 'natted', how: 'dnat', negated: false }] : [];
  return {
    ...base,
    protocols: each.traffic.protocols.map((protocol) => (rewritten ? { ...protocol, dports: rewritten } : protocol)),
    conditions: [...base.conditions, ...original, ...natted],
  };
}
