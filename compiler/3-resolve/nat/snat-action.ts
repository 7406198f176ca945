/** ACTION of `snat`: which address and which ports connections leave with. */
import { parseWithRule, placeIn } from '../../2-parse/value.ts';
import { unknownModifier } from '../../diagnostics/catalogue/actions.ts';
import { logWithoutLevel } from '../../diagnostics/catalogue/logging.ts';
import { actionOfOtherFile, badParameter, unexpectedParameters } from '../../diagnostics/catalogue/targets.ts';
import { snatAction, translationNeedsPorts } from '../../diagnostics/catalogue/translation.ts';
import { nearest } from '../../diagnostics/suggest.ts';
import { protocolsWithPorts } from '../../language/names.ts';
import type { Cell } from '../../language/schema.ts';
import { fileOfAction } from '../../language/targets.ts';
import type { ActionText, TranslationText } from '../../language/values.ts';
import type { SnatRule } from '../../model/nat.ts';
import type { Traffic } from '../../model/traffic.ts';
import type { NumberRange } from '../../net/ranges.ts';
import { type Span, slice, spanOf, type TracedText } from '../../source.ts';
import { resolvePortText } from '../columns/protocols.ts';
import { behindName } from '../expand/action-lookup.ts';
import { parametersPlace } from '../rules/rule-action.ts';
import type { Scope } from '../scope.ts';
import { resolveAddress, resolveHosts } from '../zones/hosts.ts';

const actions = ['MASQUERADE', 'SNAT', 'CONTINUE', 'ACCEPT', 'LOG', 'NFLOG'];

/** Whether it gives the address of the interface by which packets leave. */
export function takesAddressOfInterface({ name, parameters = [] }: ActionText): boolean {
  return name === 'MASQUERADE' || (name === 'SNAT' && /^detect(:|$)/.test(parameters[0]?.text ?? ''));
}

/** Whether the word is one of `snat`; reported where it is none. */
export function isSnatAction(action: Cell<ActionText>, { report }: Scope): boolean {
  const { name, at } = action.value;
  if (actions.includes(name)) return true;
  const near = name.toUpperCase() === 'MASQ' ? 'MASQUERADE' : nearest(name, actions);
  const file = fileOfAction(name, 'snat');
  const place = placeIn(action, at);
  if (file) report.addAlone(actionOfOtherFile(place, name, file));
  else report.add(snatAction(place, name, near));
  return false;
}

/** What a line does with the source address; undefined after a message. */
export function snatActionOf(action: Cell<ActionText>, traffic: Traffic, scope: Scope): SnatRule['action'] | undefined {
  const { name, parameters, modifier, log } = action.value;
  const inside = insideParentheses(action);
  const { report } = scope;
  if (!isSnatAction(action, scope)) return undefined;
  if (modifier && modifier !== '+') {
    report.add(unknownModifier(behindName(action), name, modifier, '+'));
    return undefined;
  }
  if (name === 'NFLOG') return { kind: 'log' };
  if (name === 'MASQUERADE' && inside.text === '') return { kind: 'masquerade', random: false };
  if (name !== 'MASQUERADE' && name !== 'SNAT') {
    if (parameters) report.add(unexpectedParameters(parametersPlace(action), name));
    else if (name === 'LOG' && !log) report.add(logWithoutLevel(action.span));
    else return { kind: name === 'LOG' ? 'log' : 'none' };
    return undefined;
  }
  const wanted =
    name === 'SNAT' ? 'an address, `first-last`, `:ports`, or an address with `:ports`' : 'ports `first-last`';
  const example = name === 'SNAT' && inside.text === '' ? '`SNAT(192.0.2.1)`, with an address of this machine' : wanted;
  const say = (span: Span) => badParameter(span, name, inside.text, wanted, example);
  if (inside.text === '') {
    report.add(say(action.span));
    return undefined;
  }
  const value = parseWithRule('Translation', inside, say, report) as TranslationText | undefined;
  if (!value) return undefined;
  const cell: Cell<TranslationText> = { value, text: inside, span: inside.text === '' ? action.span : spanOf(inside) };
  const ports = portsOf(cell, traffic, scope);
  if (ports === 'mistake') return undefined;
  const shared = { ...(ports ? { ports } : {}), random: value.random };
  if (name === 'SNAT') return sourceAddress(cell, shared, scope);
  if (!value.addresses) return { kind: 'masquerade', ...shared };
  report.add(badParameter(cell.span, name, inside.text, wanted));
  return undefined;
}

/** What stands in the parentheses of an action, as it is written. */
function insideParentheses(cell: Cell<ActionText>): TracedText {
  const { parameters = [] } = cell.value;
  return slice(cell.text, parameters[0]?.at.start ?? 0, parameters.at(-1)?.at.end ?? 0);
}

function sourceAddress(
  cell: Cell<TranslationText>,
  shared: { readonly ports?: NumberRange; readonly random: boolean },
  scope: Scope,
): SnatRule['action'] | undefined {
  const { addresses: item, persistent } = cell.value;
  if (!item && shared.ports) return { kind: 'snat', ...shared, persistent };
  if (item?.kind === 'detect') return { kind: 'snatRuntime', ...shared, persistent };
  if (item?.kind === 'interfaceAddress' || item?.kind === 'gateway') {
    const runtime = resolveHosts(cell, { items: [item], except: [], at: item.at }, scope)?.runtime;
    return runtime && { kind: 'snatRuntime', address: runtime, ...shared, persistent };
  }
  if (item?.kind === 'address' || item?.kind === 'range') {
    const range = resolveAddress(cell, item, scope)?.[0];
    return range && { kind: 'snat', addresses: range, ...shared, persistent };
  }
  scope.report.add(badParameter(cell.span, 'SNAT', cell.text.text, 'an address'));
  return undefined;
}

function portsOf(
  cell: Cell<TranslationText>,
  { protocols }: Traffic,
  scope: Scope,
): NumberRange | undefined | 'mistake' {
  const { ports } = cell.value;
  if (!ports) return undefined;
  if (protocols.length > 0 && protocols.every((each) => protocolsWithPorts.has(each.protocol ?? 0)))
    return resolvePortText(cell, ports, 'tcp', scope) ?? 'mistake';
  scope.report.add(translationNeedsPorts(cell.span));
  return 'mistake';
}
