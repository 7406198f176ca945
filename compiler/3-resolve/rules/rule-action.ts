/** What a rule does: its target with parameters, read into the model. Macros are already gone. */

import { placeIn } from '../../2-parse/value.ts';
import { targetNotHere, unknownModifier } from '../../diagnostics/catalogue/actions.ts';
import { logWithoutLevel } from '../../diagnostics/catalogue/logging.ts';
import { badParameter, noEquivalent, unexpectedParameters } from '../../diagnostics/catalogue/targets.ts';
import { unreachable } from '../../invariant.ts';
import { partAtVerdict } from '../../ir/nft-words.ts';
import type { Cell } from '../../language/schema.ts';
import { type TargetDescription, type TargetName, targets } from '../../language/targets.ts';
import type { ActionText, LogText, ParameterText, SetReference } from '../../language/values.ts';
import type { Log } from '../../model/log.ts';
import type { RuleAction } from '../../model/rule.ts';
import type { Span } from '../../source.ts';
import { slice } from '../../source.ts';
import { resolveLog } from '../columns/logging.ts';
import { resolveMarkChange } from '../columns/marks.ts';
import { nftWordsOf } from '../columns/nft-words.ts';
import { resolveQueue, resolveReject } from '../columns/verdicts.ts';
import { behindName } from '../expand/action-lookup.ts';
import { macroWith } from '../expand/macro-with.ts';
import type { Scope } from '../scope.ts';
import { blacklistName, usualBlacklist } from '../sets/dynamic-blacklist.ts';
import type { RuleRow, Where } from './rule-row.ts';

/** An action that needs nothing of the other columns, with its log statement. DNAT and its kin are `translate`. */
export interface PlainAction {
  readonly action:
    | RuleAction
    | {
        readonly kind: 'translate';
        readonly target: 'DNAT' | 'REDIRECT' | 'NONAT' | 'ACCEPT+';
        readonly natOnly: boolean;
      };
  readonly log?: Log;
  readonly audit: boolean;
}

/** What ACTION of an expanded line does; undefined after a message. */
export function resolveAction({ cells, where, call }: RuleRow, scope: Scope): PlainAction | undefined {
  if (call === undefined) return resolveTarget(cells.action, where, scope);
  const resolved = call === 'failed' ? undefined : scope.calls.get(call);
  if (!resolved || call === 'failed') return undefined;
  const log = call.logsCall ? resolveLog(cells.action, cells.action.value.log, scope.report) : undefined;
  return { action: { kind: 'call', call: resolved }, ...(log ? { log } : {}), audit: false };
}

/** What a target does; undefined after a message, and for a name that is none. */
export function resolveTarget(cell: Cell<ActionText>, where: Where, scope: Scope): PlainAction | undefined {
  const { name, log: logText } = cell.value;
  if (!Object.hasOwn(targets, name)) return undefined;
  const target = name as TargetName;
  if (!soundTarget(target, cell, where, scope)) return undefined;
  const log =
    target === 'blacklog' ? blacklistLog(scope) : resolveLog(cell, logText ?? implicitLevel(cell), scope.report);
  const action = actionOf(target, cell, where, scope);
  const told = log && target === 'AUDIT' ? { ...log, disposition: auditInLog(cell.value) } : log;
  return action && { action, ...(told ? { log: told } : {}), audit: isAudited(target, scope) };
}

/** Log lines call AUDIT as it is written. */
function auditInLog({ parameters = [] }: ActionText): string {
  return parameters.length === 0 ? 'AUDIT' : `AUDIT(${parameters.map(({ text }) => text).join(',')})`;
}

function isAudited(target: TargetName, { settings }: Scope): boolean {
  if (target === 'blacklog') return settings.blacklist.disposition.audit === true;
  return target.startsWith('A_') || target === 'AUDIT';
}

/** Whether a target may stand here, written so. */
function soundTarget(target: TargetName, cell: Cell<ActionText>, where: Where, scope: Scope): boolean {
  const { report } = scope;
  const description: TargetDescription = targets[target];
  const { parameters, modifier, log } = cell.value;
  const at = () => placeIn(cell, cell.value.at);
  const signs = where.file === 'blrules' ? '' : (description.modifiers ?? '');
  if (description.noEquivalent !== undefined) report.add(noEquivalent(at(), target, description.noEquivalent));
  else if (description.only && description.only !== where.file)
    report.add(
      targetNotHere(
        at(),
        target,
        where.file,
        `write it in \`${description.only}\`${target === 'WHITELIST' ? ', or write `ACCEPT`' : ''}`,
      ),
    );
  else if (modifier && !signs.includes(modifier))
    report.add(unknownModifier(behindName(cell), target, modifier, signs));
  else if (parameters && (!description.parameters || parameters.every(({ text }) => text === '')))
    report.add(unexpectedParameters(parametersPlace(cell), target, macroWith(cell.value, target, scope)));
  else if (
    target === 'AUDIT' &&
    parameters &&
    !(parameters.length === 1 && /^(accept|drop|reject)$/.test(parameters[0]?.text ?? ''))
  )
    report.add(
      badParameter(cell.span, target, parameters.map(({ text }) => text).join(','), '`accept`, `drop` or `reject`'),
    );
  else if (target === 'LOG' && !log) report.add(logWithoutLevel(cell.span));
  else return true;
  return false;
}

/** The place of the parameters, with their parentheses. */
export function parametersPlace(cell: Cell<{ readonly parameters?: readonly ParameterText[] }>): Span {
  const { parameters } = cell.value;
  const start = (parameters?.[0]?.at.start ?? 1) - 1;
  return placeIn(cell, { start, end: (parameters?.at(-1)?.at.end ?? cell.text.text.length) + 1 });
}

/** What BLACKLIST_LOG_LEVEL says. */
function blacklistLog({ settings }: Scope): Log | undefined {
  return settings.blacklist.log && { target: settings.blacklist.log, chain: 'blacklst' };
}

/** NFLOG(group) as a target logs there. */
function implicitLevel(cell: Cell<ActionText>): LogText | undefined {
  if (cell.value.name !== 'NFLOG') return undefined;
  return {
    level: {
      name: 'NFLOG',
      at: cell.value.at,
      parameters: (cell.value.parameters ?? []).map((each) => each.text),
      forced: false,
    },
  };
}

type Does = PlainAction['action'] | undefined;

function actionOf(target: TargetName, cell: Cell<ActionText>, where: Where, scope: Scope): Does {
  switch (target) {
    case 'ACCEPT':
    case 'A_ACCEPT':
      return acceptance(cell, where);
    case 'DROP':
    case 'A_DROP':
      return { kind: 'drop' };
    case 'REJECT':
      return rejection(cell, scope);
    case 'CONTINUE':
      return { kind: 'continue' };
    case 'WHITELIST':
      return { kind: 'return' };
    case 'blacklog':
      return scope.settings.blacklist.disposition.kind === 'reject' ? { kind: 'reject' } : { kind: 'drop' };
    case 'NFQUEUE':
    case 'QUEUE':
      return resolveQueue(cell, cell.value.parameters, scope);
    case 'DNAT':
    case 'REDIRECT':
      return { kind: 'translate', target, natOnly: cell.value.modifier === '-' };
    case 'NONAT':
      return { kind: 'translate', target, natOnly: true };
    case 'LOG':
    case 'NFLOG':
      return { kind: 'log' };
    // The record of AUDIT is no action of its own; INLINE with a target has become that target.
    case 'AUDIT':
    case 'INLINE':
    case 'COUNT':
      return { kind: 'count' };
    case 'HELPER':
      return { kind: 'helperOnly' };
    case 'ADD':
    case 'DEL':
      return changeSet(target, cell, scope);
    case 'NFT':
      return rawOf(cell, scope);
    case 'MARK':
    case 'CONNMARK':
      return resolveMarkChange(target, cell, scope);
    case 'IPTABLES':
    case 'IP6TABLES':
    case 'TARPIT':
    case 'ULOG':
      return undefined;
    default:
      return unreachable(target);
  }
}

function acceptance({ value: { modifier } }: Cell<ActionText>, { file }: Where): Does {
  // In a blacklist it spares the packet the rest of the blacklist, and the rules still decide.
  if (file === 'blrules') return { kind: 'return' };
  return modifier === '+' ? { kind: 'translate', target: 'ACCEPT+', natOnly: false } : accept;
}

/** One for all lines. */
const accept: RuleAction = { kind: 'accept' };

function rejection(cell: Cell<ActionText>, scope: Scope): RuleAction | undefined {
  const how = resolveReject(cell, cell.value.parameters, scope);
  if (how === 'mistake') return undefined;
  return how ? { kind: 'reject', with: how } : { kind: 'reject' };
}

/** `ADD(+set:src[:timeout])` and `DEL(+set:src)`. */
function changeSet(target: 'ADD' | 'DEL', cell: Cell<ActionText>, scope: Scope): RuleAction | undefined {
  const whole = (cell.value.parameters ?? []).map((each) => each.text).join(',');
  const found = /^\+([A-Za-z][\w.-]*)(?:\[|:)((?:src|dst)(?:,(?:src|dst))*)\]?(?::(\d+))?$/.exec(whole);
  if (!found?.[1] || !found[2] || (target === 'DEL' && found[3])) {
    scope.report.add(badParameter(cell.span, target, whole, '`+set:src` or `+set:dst`'));
    return undefined;
  }
  const reference: SetReference = {
    name: found[1] === usualBlacklist ? blacklistName(scope.settings) : found[1],
    at: cell.value.at,
    fields: found[2].split(',') as ('src' | 'dst')[],
  };
  const set = scope.sets.changed({ ...reference, place: placeIn(cell, reference.at) });
  if (!set) return undefined;
  return {
    kind: 'changeSet',
    operation: target === 'ADD' ? 'update' : 'delete',
    set,
    fields: reference.fields,
    ...(found[3] ? { timeout: Number(found[3]) } : {}),
  };
}

/** `NFT(tcp option maxseg size 1-500 drop)`: the rest of the rule in the words of nft. */
function rawOf(cell: Cell<ActionText>, scope: Scope): RuleAction | undefined {
  const [first, last] = [cell.value.parameters?.[0], cell.value.parameters?.at(-1)];
  const words = nftWordsOf(slice(cell.text, first?.at.start ?? 0, last?.at.end ?? 0), cell.span, scope.report);
  return words === undefined ? undefined : { kind: 'raw', ...partAtVerdict(words) };
}
