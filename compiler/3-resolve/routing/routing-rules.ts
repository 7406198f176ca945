/** The `rtrules` file: which packets ask which routing table. */
import type { Config } from '../../2-parse/parse.ts';
import { badRoute } from '../../diagnostics/catalogue/routing.ts';
import { nearest, writeInstead } from '../../diagnostics/suggest.ts';
import { markNumber } from '../../language/mark-layout.ts';
import type { Cell } from '../../language/schema.ts';
import { oneOfWords } from '../../language/setting-values.ts';
import type { Name } from '../../language/values.ts';
import type { RoutingRule } from '../../model/routing.ts';
import { parseAddress, prefixRange } from '../../net/address.ts';
import type { AddressRange } from '../../net/ranges.ts';
import type { Version } from '../../net/version.ts';
import type { Scope } from '../scope.ts';
import { interfaceNamed } from '../zones/interfaces.ts';
import { systemTables } from './providers.ts';

type Row = Config['rtrules'][number];

/** Every rule, one for each source and destination of a line. */
export function resolveRoutingRules(rows: Config['rtrules'], scope: Scope): readonly RoutingRule[] {
  return rows.flatMap((row) => resolveRow(row, scope));
}

function resolveRow(row: Row, scope: Scope): readonly RoutingRule[] {
  const { cells } = row;
  const table = tableOf(cells.provider, scope, ['local']);
  const priority = priorityOf(cells.priority, scope);
  const mark = cells.mark ? markOf(cells.mark, scope) : undefined;
  if (!cells.source && !cells.dest) {
    scope.report.add(
      badRoute(
        row.span,
        'this line of `rtrules` is for all packets',
        'neither SOURCE nor DEST',
        'name a source or a destination: `10.0.0.0/24`',
      ),
    );
    return [];
  }
  const sources = cells.source ? sourcesOf(cells.source, scope) : [{}];
  const dests = cells.dest ? networksOf(cells.dest, scope) : [undefined];
  if (!table || !priority || mark === 'mistake' || !sources || !dests) return [];
  return sources.flatMap((from) =>
    dests.flatMap((to) =>
      versionsOf(row, from, to, table, scope).map((version) => ({
        version,
        ...from,
        ...(to ? { to } : {}),
        ...(mark ? { mark } : {}),
        ...priority,
        ...table,
        origin: row.origin,
      })),
    ),
  );
}

function versionsOf(
  row: Row,
  from: Source,
  to: AddressRange | undefined,
  table: Table,
  { families, providers }: Scope,
): readonly Version[] {
  const of = providers.filter(({ name }) => name === table.provider).flatMap(({ versions }) => versions);
  return families.versions.filter(
    (version) =>
      [from.from?.version, to?.version, row.line.version].every((each) => each === undefined || each === version) &&
      (table.provider === undefined || of.includes(version)),
  );
}

type Source = Pick<RoutingRule, 'from' | 'fromInterface' | 'incoming'>;

/** SOURCE: `eth2`, `eth2:net`, `net`, `&eth1`, `lo`. Undefined after a message. */
function sourcesOf(cell: Cell<Name>, scope: Scope): readonly Source[] | undefined {
  const text = cell.value.name;
  const found = text.split(',').map((part): Source | undefined => {
    if (part.startsWith('&')) {
      const name = deviceOf(cell, part.slice(1), scope);
      return name === undefined ? undefined : { fromInterface: name };
    }
    const whole = networkOf(part);
    if (whole) return { from: whole };
    const [, name = '', behind] = /^([^:<[]+)(?::(.+))?$/.exec(part) ?? [];
    const incoming = name === 'lo' ? 'lo' : deviceOf(cell, name, scope);
    const from = behind === undefined ? undefined : networkOf(behind);
    if (incoming === undefined) return undefined;
    if (behind !== undefined && !from) {
      sayNoNetwork(cell, behind, scope);
      return undefined;
    }
    return { incoming, ...(from ? { from } : {}) };
  });
  return found.includes(undefined) ? undefined : found.filter((each) => each !== undefined);
}

/** The kernel's name of a declared interface; undefined after a message. */
export function deviceOf(cell: Cell<Name>, name: string, { interfaces, report }: Scope): string | undefined {
  const entry = interfaceNamed(interfaces, name);
  const covered = [...interfaces.values()].some(({ pattern }) => pattern.wildcard && name.startsWith(pattern.name));
  if (entry && !entry.pattern.wildcard) return entry.pattern.name;
  if (!entry && covered && !name.endsWith('+')) return name;
  report.add(
    badRoute(
      cell.span,
      `\`${name}\` is no interface`,
      entry ? 'a wildcard stands for several' : 'not in `interfaces`',
      writeInstead(nearest(name, [...interfaces.keys()])) ?? 'name an interface of `interfaces`',
    ),
  );
  return undefined;
}

/** DEST: addresses and networks; undefined after a message. */
function networksOf(cell: Cell<Name>, scope: Scope): readonly AddressRange[] | undefined {
  const found = cell.value.name.split(',').map((part) => {
    const range = networkOf(part);
    if (!range) sayNoNetwork(cell, part, scope);
    return range;
  });
  return found.includes(undefined) ? undefined : found.filter((each) => each !== undefined);
}

function sayNoNetwork(cell: Cell<Name>, text: string, { report }: Scope): void {
  report.add(
    badRoute(cell.span, `\`${text}\` is no network`, 'an address, or a network with its length', 'write `10.1.0.0/24`'),
  );
}

/** `10.1.0.0/24`, `[2001:db8::]/64`, `<2001:db8::/64>`, or an address. */
export function networkOf(text: string): AddressRange | undefined {
  const plain = text
    .replace(/^<(.*)>$/, '$1')
    .replace(/^\[([^\]]*)\]/, '$1')
    .replace(/^<([^>]*)>/, '$1');
  const [, host = '', length] = /^([^/]+)(?:\/(\d{1,3}))?$/.exec(plain) ?? [];
  const address = parseAddress(host);
  if (!address) return undefined;
  const bits = address.version === 4 ? 32 : 128;
  const prefix = length === undefined ? bits : Number(length);
  return prefix > bits ? undefined : prefixRange(address.version, address.value, prefix);
}

/** The table that a column names: of a provider, by name or number, or of the system. */
export type Table = Pick<RoutingRule, 'provider' | 'table'>;

export function tableOf(cell: Cell<Name>, { providers, report }: Scope, without: readonly string[]): Table | undefined {
  const { name } = cell.value;
  const number = markNumber(name);
  const provider = providers.find((each) => each.name === name || each.number === number);
  if (provider) return { provider: provider.name, table: provider.number };
  const known = Object.entries(systemTables).find(([word, each]) => word === name || each === number);
  if (known && !without.includes(known[0])) return { table: known[1] };
  if (report.leftOut.mayDeclare(name, 'providers')) {
    report.passOver();
    return undefined;
  }
  const words = [...providers.map((each) => each.name), 'main', 'default'];
  report.add(
    badRoute(
      cell.span,
      `\`${name}\` is no provider`,
      'not in `providers`',
      writeInstead(nearest(name, words)) ?? `declare it in \`providers\`, or write ${oneOfWords(words)}`,
    ),
  );
  return undefined;
}

function priorityOf(cell: Cell<Name>, { report }: Scope): Pick<RoutingRule, 'priority' | 'persistent'> | undefined {
  const [, digits = '', sign] = /^(\d{1,5})(!?)$/.exec(cell.value.name) ?? [];
  const priority = Number(digits);
  if (digits !== '' && priority >= 1) return { priority, persistent: sign === '!' };
  report.add(
    badRoute(
      cell.span,
      `\`${cell.value.name}\` cannot be a priority`,
      'a number from 1 to 99999, with `!` for one that stays',
      '1000 to 1999 come before the marks of providers, 11000 to 11999 behind them, 26000 to 26999 behind their addresses',
    ),
  );
  return undefined;
}

function markOf(cell: Cell<Name>, { settings, report }: Scope): RoutingRule['mark'] | 'mistake' {
  const [written = '', limit] = cell.value.name.split('/');
  const value = markNumber(written);
  const mask = limit === undefined ? settings.marks.providers : markNumber(limit);
  if (value !== undefined && mask !== undefined && (value & ~mask) === 0) return { value, mask };
  report.add(
    badRoute(
      cell.span,
      `\`${cell.value.name}\` cannot be a mark`,
      '`value[/mask]`, the value within the mask',
      'write `0x20/0x30`',
    ),
  );
  return 'mistake';
}
