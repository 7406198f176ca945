/** By what packets are of a class of `tcclasses`, and in which order all filters of a device are asked. */
import type { Config } from '../../2-parse/parse.ts';
import { placeIn } from '../../2-parse/value.ts';
import { badOptionValue } from '../../diagnostics/catalogue/options.ts';
import { markNumber } from '../../language/mark-layout.ts';
import type { ClassOption } from '../../language/values.ts';
import type { ClassFilter } from '../../model/shaping.ts';
import type { Scope } from '../scope.ts';
import { say } from './say.ts';
import { classServiceOf } from './service-bits.ts';

/** The number behind the priority of a class, by what its filter asks for (Tc.pm of 5.2.8). */
const places = { acknowledgement: 10, service: 15, mark: 20 } as const;

/** The filters of a class; undefined after a message. */
export function classFilters(
  { cells }: Config['tcclasses'][number],
  { mark, prio }: { readonly mark: number | undefined; readonly prio: number },
  scope: Scope,
): readonly ClassFilter[] | undefined {
  const usual = (kind: ClassFilter['kind']) => prio * 256 + places[kind];
  const filters: ClassFilter[] = [];
  if (mark !== undefined && cells.mark) {
    const [, written] = cells.mark.value.name.split(':');
    const order = orderOf(written, usual('mark'));
    if (order === undefined)
      return say(
        scope,
        cells.mark.span,
        `\`${written}\` is no priority of a filter`,
        'a number from 1 to 65535',
        'leave it out, and the priority of the class counts',
      );
    filters.push({ kind: 'mark', mark, order });
  }
  for (const option of cells.options?.value ?? []) {
    const filter = filterOf(option, usual);
    if (filter === 'mistake') {
      if (cells.options)
        scope.report.add(
          badOptionValue(placeIn(cells.options, option.at), option.name, '`value[/mask]`, with `:priority` behind it'),
        );
      return undefined;
    }
    if (filter) filters.push(filter);
  }
  return filters;
}

function filterOf(
  { name, value = '', priority }: ClassOption,
  usual: (kind: ClassFilter['kind']) => number,
): ClassFilter | undefined | 'mistake' {
  if (name === 'tcp-ack') {
    const order = value === '' ? orderOf(priority, usual('acknowledgement')) : undefined;
    return order === undefined ? 'mistake' : { kind: 'acknowledgement', order };
  }
  if (name !== 'tos' && !/^tos-/.test(name)) return undefined;
  const [text = '', written = priority] = name === 'tos' ? value.split(':') : [name];
  const bits = classServiceOf(text);
  const order = orderOf(written, usual('service'));
  return bits && order !== undefined ? { kind: 'service', ...bits, order } : 'mistake';
}

/** A priority as it is written, or the usual one; undefined for a text that is none. */
export function orderOf(text: string | undefined, usual: number): number | undefined {
  if (text === undefined) return usual;
  const order = markNumber(text);
  return order !== undefined && order > 0 && order <= 0xffff ? order : undefined;
}
