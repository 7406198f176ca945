/** Marks that lines of `mangle` set, copy and compare, within the fields of the layout. */
import { type LayoutRow, markOutsideField } from '../../diagnostics/catalogue/marks.ts';
import { markBitTaken } from '../../diagnostics/catalogue/matches.ts';
import { badParameter } from '../../diagnostics/catalogue/targets.ts';
import { helperMark, type MarkLayout, markNumber } from '../../language/mark-layout.ts';
import type { Cell } from '../../language/schema.ts';
import type { MangleText } from '../../language/values.ts';
import type { MangleAction, MangleChange } from '../../model/marks.ts';
import type { Scope } from '../scope.ts';

const wholeMark = 0xffffffff;

/** The fields with their owners, as messages and `show marks` list them. */
export function layoutRows(layout: MarkLayout): readonly LayoutRow[] {
  const shared = layout.providers !== 0 && (layout.providers & layout.shaping) !== 0;
  const rows: readonly LayoutRow[] = [
    { mask: layout.shaping, owner: shared ? 'classes and providers' : 'classes' },
    { mask: layout.users, owner: 'of your own' },
    { mask: shared ? 0 : layout.providers, owner: 'providers' },
    { mask: layout.zones, owner: 'zones' },
    { mask: layout.proxy, owner: 'transparent proxies' },
    { mask: helperMark, owner: 'helpers (connections)' },
  ];
  return rows.filter(({ mask }) => mask !== 0);
}

/** The parameters as they are written. */
export function parameterText({ value: { parameters = [] } }: Cell<MangleText>): string {
  return parameters.map(({ text }) => text).join(',');
}

/** A parameter that none can have; nothing is made of it. */
export function wrong(cell: Cell<MangleText>, wanted: string, { report }: Scope): undefined {
  report.add(badParameter(cell.span, cell.value.name, parameterText(cell), wanted));
}

/** Whether all bits lie in fields that lines may set; said otherwise. */
function inFields(bits: number, cell: Cell<MangleText>, { settings, report }: Scope): boolean {
  const { marks } = settings;
  const allowed = (marks.shaping | marks.users | marks.providers) >>> 0;
  if ((bits & ~allowed) === 0) return true;
  const owners = 'classes, providers or your own';
  if (bits & helperMark) report.add(markBitTaken(cell.span));
  else report.add(markOutsideField(cell.span, parameterText(cell), owners, layoutRows(marks)));
  return false;
}

/** MARK and CONNMARK: `value[/mask]`, `|value`, `&value`, `first-last[/mask]`; undefined after a message. */
export function markAction(
  target: 'packet' | 'connection',
  cell: Cell<MangleText>,
  scope: Scope,
): MangleAction | undefined {
  const text = parameterText(cell);
  const found = /^([|&]?)([^-/]+)(?:-([^/]+))?(?:\/(.+))?$/.exec(text);
  const [, how = '', number = '', end, limit] = found ?? [];
  const value = providerNamed(number, scope) ?? markNumber(number);
  const last = end === undefined ? value : markNumber(end);
  const mask = limit === undefined ? undefined : markNumber(limit);
  const sound =
    value !== undefined && last !== undefined && last >= value && (limit === undefined || mask !== undefined);
  if (!found || !sound || (how !== '' && (end !== undefined || limit !== undefined))) {
    const wanted = 'a mark `value[/mask]`, `|value`, `&value` or `first-last[/mask]`';
    scope.report.add(badParameter(cell.span, cell.value.name, text, wanted));
    return undefined;
  }
  if (how === '&') return oneChange(changeMark(target, ~value >>> 0, 0));
  if (!inFields((last | (mask ?? 0)) >>> 0, cell, scope)) return undefined;
  if (how === '|') return oneChange(changeMark(target, value, value));
  if (end !== undefined) return turns(target, { first: value, last, mask: mask ?? fieldOf(last, scope) });
  return oneChange(changeMark(target, mask === undefined ? wholeMark : (mask | value) >>> 0, value));
}

/** The mark of a provider that is named instead of it. */
function providerNamed(text: string, { providers }: Scope): number | undefined {
  return providers.find(({ name }) => name === text)?.mark;
}

function fieldOf(value: number, { settings: { marks } }: Scope): number {
  return (value & ~marks.shaping) === 0 ? marks.shaping : marks.providers;
}

function oneChange(...statements: MangleChange['statements']): MangleAction {
  return { kind: 'changes', changes: [{ conditions: [], statements }] };
}

/** The bit of helpers is nobody's to change. */
function changeMark(target: 'packet' | 'connection', mask: number, value: number): MangleChange['statements'][number] {
  return { kind: 'setMark', target, mask: (target === 'connection' ? mask & ~helperMark : mask) >>> 0, value };
}

/** One packet gets the first mark, the next one the second, and so on (iptables-extensions(8), statistic: nth). */
function turns(
  target: 'packet' | 'connection',
  { first, last, mask }: { readonly first: number; readonly last: number; readonly mask: number },
): MangleAction {
  const lowest = mask & -mask;
  const step = lowest > 1 && first % lowest === 0 ? lowest : 1;
  const values = Array.from({ length: Math.floor((last - first) / step) + 1 }, (_each, index) => first + index * step);
  return {
    kind: 'changes',
    changes: values.map((value, index) => ({
      conditions: [{ kind: 'turn', modulus: values.length, index }],
      statements: [changeMark(target, mask, value)],
    })),
  };
}

/** SAVE and RESTORE: the bits that are copied; those of classes where none are written. Undefined after a message. */
export function copyAction(
  to: 'connection' | 'packet',
  cell: Cell<MangleText>,
  scope: Scope,
): MangleAction | undefined {
  const text = parameterText(cell);
  const { marks, marking } = scope.settings;
  const mask = text === '' ? marks.shaping : markNumber(text);
  if (mask === undefined || mask === 0) {
    scope.report.add(badParameter(cell.span, cell.value.name, text, 'a mask of bits such as `0xff`'));
    return undefined;
  }
  const allowed = (marks.shaping | marks.users | (marking.expert ? marks.providers : 0)) >>> 0;
  if ((mask & ~allowed) === 0) return { kind: 'copy', to, mask };
  const owners = marking.expert
    ? 'classes, providers or your own'
    : 'classes or your own (TC_EXPERT=Yes allows those of providers)';
  scope.report.add(markOutsideField(cell.span, text, owners, layoutRows(marks)));
  return undefined;
}
