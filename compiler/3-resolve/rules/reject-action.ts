/** REJECT_ACTION: the action that takes the place of the usual way to refuse (shorewall.conf(5)). */
import { translatingAction } from '../../diagnostics/catalogue/actions.ts';
import { badSetting, rejectActionNotFinal, rejectActionRefuses } from '../../diagnostics/catalogue/settings.ts';
import type { Cell } from '../../language/schema.ts';
import type { ActionCall, ActionRule } from '../../model/rule.ts';
import type { Traffic } from '../../model/traffic.ts';
import { spanOf } from '../../source.ts';
import { expandCall } from '../expand/calls.ts';
import type { Scope } from '../scope.ts';
import type { SettingReader } from '../settings/setting-lines.ts';
import { resolveCall } from './action-rules.ts';
import { newConnections } from './rule-row.ts';

/** What every REJECT without a way of its own does; undefined when the setting is empty or wrong. */
export function resolveRejectAction(reader: SettingReader, scope: Scope): ActionCall | undefined {
  const written = reader.written('REJECT_ACTION');
  if (!written || written.text === '') return undefined;
  const place = spanOf(written);
  const name = written.text;
  if (!/^[A-Za-z][\w-]*$/.test(name)) {
    scope.report.add(badSetting(place, 'REJECT_ACTION', name, 'the name of an action, without parameters'));
    return undefined;
  }
  const cell: Cell<unknown> = { value: undefined, text: written, span: place };
  const expanded = expandCall(cell, { name, at: { start: 0, end: name.length } }, newConnections, scope);
  if (!expanded) return undefined;
  const call = resolveCall(expanded, scope);
  if (call.translates) scope.report.add(translatingAction(place, name));
  const circular = rulesOf(call).find(({ action }) => action.kind === 'reject' && !action.with);
  if (circular) scope.report.add(rejectActionRefuses(circular.origin[0], name, { span: place, text: 'named here' }));
  else if (!ends(call)) scope.report.add(rejectActionNotFinal(place, name));
  return call;
}

function rulesOf(call: ActionCall): readonly ActionRule[] {
  return call.rules.flatMap((each) => [each, ...(each.action.kind === 'call' ? rulesOf(each.action.call) : [])]);
}

/** Whether no packet comes out of it: a line for all packets decides. */
function ends({ rules, states }: ActionCall): boolean {
  return states === undefined && rules.some((each) => isForAll(each.traffic) && decides(each));
}

function decides({ action }: ActionRule): boolean {
  if (action.kind === 'call') return ends(action.call);
  return ['accept', 'drop', 'reject', 'queue'].includes(action.kind);
}

/** Whether no packet is left out. */
function isForAll({ protocols, rates, conditions, source, dest, originalDest, ...rest }: Traffic): boolean {
  return (
    source === undefined &&
    dest === undefined &&
    originalDest === undefined &&
    rates.length === 0 &&
    conditions.length === 0 &&
    protocols.every((each) => Object.keys(each).every((key) => key === 'negated' || key === 'either')) &&
    rest.connectionLimit === undefined &&
    rest.ofHelper === undefined &&
    rest.events === undefined
  );
}
