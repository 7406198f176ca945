/** The options of a line of `interfaces`: their values, and those that cannot hold together. */
import { placeIn } from '../../2-parse/value.ts';
import { optionContradiction, optionWithoutEffect } from '../../diagnostics/catalogue/options.ts';
import type { Report } from '../../diagnostics/report.ts';
import {
  type InterfaceOptionName,
  interfaceOptions,
  type OptionDescription,
  type OptionValues,
} from '../../language/options/interface-options.ts';
import type { Cell } from '../../language/schema.ts';
import type { Option } from '../../language/values.ts';
import type { InterfaceOptions } from '../../model/interface.ts';
import type { InterfacePattern } from '../../net/interface.ts';
import type { ReadOptions } from './option-cells.ts';

type Read = ReadOptions<typeof interfaceOptions>;

const table: Readonly<Record<InterfaceOptionName, OptionDescription>> = interfaceOptions;

/** What a line says of its interface; what it leaves out is as the rows say. */
export function interfaceOptionsOf(read: Read, pattern: InterfacePattern): InterfaceOptions {
  const values = valuesOf(read);
  const dynamicBlacklist = values.nodbl ? 'none' : values.dbl;
  return {
    ...values,
    routeback: read.has('routeback') ? values.routeback : values.bridge,
    loopback: values.loopback || pattern.name === 'lo',
    ...(dynamicBlacklist ? { dynamicBlacklist } : {}),
    sysctls: pattern.wildcard ? [] : sysctlsOf(values),
  };
}

/** The value of every option by its name. */
function valuesOf(read: Read): OptionValues {
  const values = (Object.entries(table) as [InterfaceOptionName, OptionDescription][]).flatMap(([name, { value }]) => {
    const found = read.has(name) ? read.get(name)?.value : value.absent;
    return found === undefined ? [] : [[name, found] as const];
  });
  return Object.fromEntries(values) as unknown as OptionValues;
}

function sysctlsOf(values: Readonly<Record<string, unknown>>): InterfaceOptions['sysctls'] {
  return Object.entries(table).flatMap(([name, { kernel }]) => {
    const value = values[name];
    return kernel && typeof value === 'string' ? [{ ...kernel, value }] : [];
  });
}

/** Options that cannot hold together, that need a zone or cannot have one, or that the kernel has no place for. */
export function reportContradictions(
  read: Read,
  {
    zone,
    pattern,
    cell,
  }: {
    readonly zone: boolean;
    readonly pattern: InterfacePattern;
    readonly cell: Cell<readonly Option[]> | undefined;
  },
  report: Report,
): void {
  const on = (name: InterfaceOptionName) => {
    const entry = read.get(name);
    return cell && entry && entry.value !== false ? placeIn(cell, entry.option.at) : undefined;
  };
  const unmanaged = on('unmanaged');
  const nets = on('nets');
  const optional = on('optional');
  const loopback = on('loopback');
  if (unmanaged && zone)
    report.add(
      optionContradiction(unmanaged, 'unmanaged', 'everything would be accepted, whatever the rules of the zone'),
    );
  if (nets && !zone) report.add(optionContradiction(nets, 'nets', 'there is no zone here that it could narrow'));
  if (optional && on('required'))
    report.add(optionContradiction(optional, 'optional', 'this line says `required`, too'));
  if (loopback && pattern.name !== 'lo')
    report.add(optionContradiction(loopback, 'loopback', 'the loopback interface of Linux is `lo`'));
  const ignored = on('ignore');
  if (ignored && zone && read.get('ignore')?.option.value === undefined)
    report.add(optionContradiction(ignored, 'ignore', 'the interface has a zone: `ignore=1` is for one that has'));
  if (!pattern.wildcard) return;
  for (const [name, { option }] of read) {
    if (cell && table[name].kernel)
      report.add(
        optionWithoutEffect(
          placeIn(cell, option.at),
          name,
          'the kernel keeps it for each interface by its name: write a line for each, or the setting for all',
        ),
      );
  }
}
