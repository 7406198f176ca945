/** Cells of options: each is read as its row says, and mistakes are reported at their places. */
import { placeIn } from '../../2-parse/value.ts';
import {
  badOptionValue,
  obsoleteOption,
  optionWithoutEffect,
  unknownOption,
} from '../../diagnostics/catalogue/options.ts';
import type { Report } from '../../diagnostics/report.ts';
import { nearest } from '../../diagnostics/suggest.ts';
import type { OptionDescription } from '../../language/options/interface-options.ts';
import type { OptionValueOf } from '../../language/options/option-values.ts';
import type { Cell } from '../../language/schema.ts';
import { badValue } from '../../language/setting-values.ts';
import type { Option } from '../../language/values.ts';

type Table = Readonly<Record<string, OptionDescription>>;

/** An option with its value, of the type that its row reads. */
export interface ReadOption<Value> {
  readonly value: Value;
  readonly option: Option;
}

/** The options of a cell by their names, each with its value. */
export interface ReadOptions<Rows extends Table> extends Iterable<readonly [keyof Rows, ReadOption<unknown>]> {
  has(name: keyof Rows): boolean;
  get<Name extends keyof Rows>(name: Name): ReadOption<OptionValueOf<Rows[Name]['value']>> | undefined;
}

/** The options of a cell, without those that are mistakes: these are reported. */
export function readOptions<Rows extends Table>(
  rows: Rows,
  cell: Cell<readonly Option[]> | undefined,
  report: Report,
): ReadOptions<Rows> {
  const read = new Map<keyof Rows, ReadOption<unknown>>();
  for (const option of cell?.value ?? []) {
    if (!cell) break;
    const found = readOption(rows, option, cell, report);
    if (found) read.set(option.name, found);
  }
  return read as unknown as ReadOptions<Rows>;
}

function readOption(rows: Table, option: Option, cell: Cell<unknown>, report: Report): ReadOption<unknown> | undefined {
  const at = placeIn(cell, option.at);
  const { name } = option;
  const row = Object.hasOwn(rows, name) ? rows[name] : undefined;
  if (!row) {
    report.add(unknownOption(at, name, nearest(name, Object.keys(rows))));
    return undefined;
  }
  const { value: kind, doc, undone } = row;
  if (undone !== undefined) report.add(optionWithoutEffect(at, name, undone));
  const value = kind.read(option.value);
  if (kind.kind === 'obsolete') report.add(obsoleteOption(at, name, doc, at));
  else if (value === badValue) report.add(badOptionValue(at, name, kind.wanted));
  else return { value, option };
  return undefined;
}
