/** The `providers` file: several connections to the internet, each with a routing table and a mark of its own. */
import type { Config } from '../../2-parse/parse.ts';
import { unknownInterface } from '../../diagnostics/catalogue/interfaces.ts';
import { badProvider, providerOption } from '../../diagnostics/catalogue/routing.ts';
import { nearest } from '../../diagnostics/suggest.ts';
import { markNumber } from '../../language/mark-layout.ts';
import type { Cell } from '../../language/schema.ts';
import type { Interface } from '../../model/interface.ts';
import type { Provider } from '../../model/routing.ts';
import type { Settings } from '../../model/settings.ts';
import { parseAddress } from '../../net/address.ts';
import type { Version } from '../../net/version.ts';
import type { Scope } from '../scope.ts';
import { interfaceNamed } from '../zones/interfaces.ts';
import { type ProviderOptions, readProviderOptions } from './provider-options.ts';

type Row = Config['providers'][number];
type ProviderScope = Pick<Scope, 'settings' | 'interfaces' | 'families' | 'report'>;

/** Tables of the system, which no provider can have (rt_tables of iproute2; 250 is the balanced one). */
export const systemTables: Readonly<Record<string, number>> = { balance: 250, default: 253, main: 254, local: 255 };

/** Every provider, in the order of the file. Lines with mistakes are reported and left out. */
export function resolveProviders(rows: Config['providers'], scope: ProviderScope): readonly Provider[] {
  const found: Provider[] = [];
  for (const row of rows) {
    const provider = resolveRow(row, found, scope);
    if (provider) found.push(provider);
    else scope.report.leftOut.line('providers', row.line.text.text);
  }
  soundTogether(rows, found, scope);
  fewShares(rows, found, scope);
  return found;
}

/** More than this many shares by chance would be more rules than anybody wants. */
const mostShares = 6;

function fewShares(rows: Config['providers'], found: readonly Provider[], { report }: ProviderScope): void {
  const names = new Set(found.filter(({ load }) => load !== undefined).map(({ name }) => name));
  const row = rows.findLast(({ cells }) => names.has(cells.table.value.name));
  if (row && names.size > mostShares)
    report.add(
      badProvider(
        row.cells.options?.span ?? row.span,
        'too many providers have `load`',
        `at most ${mostShares} share connections by chance`,
        'write `balance=N` for all of them',
      ),
    );
}

function resolveRow(row: Row, earlier: readonly Provider[], scope: ProviderScope): Provider | undefined {
  const { report, settings } = scope;
  const options = readProviderOptions(row, scope);
  const place = interfaceOf(row, scope);
  const number = numberOf(row, report);
  if (!options || !place || number === undefined || !nameIsSound(row, report)) return undefined;
  const gateway = gatewayOf(row, options, scope);
  const versions = gateway && versionsOf(row, gateway, place, scope);
  if (!gateway || !versions || !isFree(row, { number, versions, place }, earlier, scope)) return undefined;
  const twin = earlier.find(({ name }) => name === row.cells.table.value.name);
  const mark = options.proxy ? undefined : markOf(row, options, [...earlier], twin, scope);
  if (mark === 'mistake') return undefined;
  const copies = copiesOf(row, scope);
  if (copies === 'mistake') return undefined;
  const { optional: written, ...rest } = options;
  const optional = written || place.optional;
  if (options.persistent && !optional)
    report.add(
      providerOption(
        row.cells.options?.span ?? row.span,
        '`persistent` has no effect',
        'the interface is not `optional`',
        'write `optional` in `interfaces`, or leave out `persistent`',
      ),
    );
  return {
    name: row.cells.table.value.name,
    number,
    ...(mark === undefined ? {} : { mark }),
    interface: place.name,
    ...(place.address === undefined ? {} : { address: place.address.value }),
    versions,
    gateway,
    ...rest,
    ...balanceOf(options, gateway.kind === 'none', settings),
    persistent: options.persistent && optional,
    optional,
    ...(copies ? { copies } : {}),
    origin: row.origin,
  };
}

/** The share of the balanced route: as written, or the usual one (BALANCE_PROVIDERS). */
function balanceOf(options: ProviderOptions, none: boolean, { routing }: Settings): Pick<Provider, 'balance'> {
  if (options.balance !== undefined) return { balance: options.balance };
  const other = options.fallback !== undefined || options.load !== undefined || options.loose || options.proxy;
  return routing.balance && !other && !none && options.mayBalance ? { balance: 1 } : {};
}

function nameIsSound({ cells: { table } }: Row, report: Scope['report']): boolean {
  const { name } = table.value;
  const reserved = Object.hasOwn(systemTables, name) || name === 'unspec';
  if (/^[A-Za-z]\w*$/.test(name) && !reserved) return true;
  report.add(
    badProvider(
      table.span,
      `\`${name}\` cannot be the name of a provider`,
      reserved ? 'a table of the system' : 'letters, digits and `_`, beginning with a letter',
      'choose another name',
    ),
  );
  return false;
}

function numberOf({ cells: { number } }: Row, report: Scope['report']): number | undefined {
  const value = markNumber(number.value.name);
  if (value !== undefined && value >= 1 && value <= 252 && value !== systemTables.balance) return value;
  report.add(
    badProvider(
      number.span,
      `\`${number.value.name}\` cannot be the number of a provider`,
      'a routing table from 1 to 249, 251 or 252',
      'choose a number that no other table has: `ip route show table all` lists them',
    ),
  );
  return undefined;
}

interface Place {
  readonly name: string;
  readonly address?: NonNullable<ReturnType<typeof parseAddress>>;
  readonly optional: boolean;
  readonly versions: readonly Version[];
}

/** INTERFACE, with the address of the provider where several share it; undefined after a message. */
function interfaceOf({ cells }: Row, { interfaces, report }: ProviderScope): Place | undefined {
  const [, name = '', behind] = /^([^:]+)(?::(.+))?$/.exec(cells.interface.value.name) ?? [];
  const say = (message: string, why: string, help: string): undefined => {
    report.add(badProvider(cells.interface.span, message, why, help));
  };
  const address = behind === undefined ? undefined : parseAddress(behind.replace(/^[[<](.*)[\]>]$/, '$1'));
  if (behind !== undefined && !address)
    return say(
      `\`${behind}\` is no address`,
      'behind the interface stands the address of the provider',
      'write `eth0:192.0.2.1`',
    );
  const entry: Interface | undefined = interfaceNamed(interfaces, name) ?? loopbackFor(name);
  if (!entry) {
    report.add(unknownInterface(cells.interface.span, name, nearest(name, [...interfaces.keys()])));
    return undefined;
  }
  if (entry.pattern.wildcard)
    return say(
      `\`${name}\` cannot be the interface of a provider`,
      'a wildcard',
      'a provider needs one interface: name it in `interfaces`',
    );
  return {
    name: entry.pattern.name,
    ...(address ? { address } : {}),
    optional: Object.values(entry.options).some(({ optional }) => optional),
    versions: Object.keys(entry.options).map(Number) as Version[],
  };
}

/** The loopback interface needs no line: packets for a transparent proxy take it. */
function loopbackFor(name: string): Interface | undefined {
  if (name !== 'lo') return undefined;
  return {
    name,
    pattern: { name, wildcard: false },
    options: {},
    origin: [{ source: { path: '', text: '' }, start: 0, end: 0 }],
  };
}

function gatewayOf(
  { cells }: Row,
  options: ProviderOptions,
  { report }: ProviderScope,
): Provider['gateway'] | undefined {
  const { gateway } = cells;
  const text = gateway?.value.name;
  if (options.proxy) {
    if (!gateway) return { kind: 'device' };
    report.add(
      badProvider(
        gateway.span,
        'a provider with `tproxy` has no gateway',
        'its packets are delivered here',
        'write `-`',
      ),
    );
    return undefined;
  }
  if (gateway === undefined || text === undefined) return { kind: 'device' };
  if (text === 'detect') return { kind: 'detect' };
  if (text === 'none') {
    if (options.balance === undefined && options.fallback === undefined) return { kind: 'none' };
    report.add(
      badProvider(
        gateway.span,
        '`none` leaves no default route to share',
        '`balance` and `fallback` need one',
        'name the gateway, or leave out the option',
      ),
    );
    return undefined;
  }
  const [address = '', mac] = text.split(',');
  const found = parseAddress(address.replace(/^[[<](.*)[\]>]$/, '$1'));
  if (found && (mac === undefined || /^~?(?:[0-9a-f]{2}[-:]){5}[0-9a-f]{2}$/i.test(mac)))
    return {
      kind: 'address',
      address: found.value,
      ...(mac ? { mac: mac.replace(/^~/, '').replaceAll('-', ':').toLowerCase() } : {}),
    };
  report.add(
    badProvider(
      gateway.span,
      `\`${text}\` cannot be a gateway`,
      'an address, `detect`, `none` or `-`',
      'write the address of the router',
    ),
  );
  return undefined;
}

function versionsOf(
  row: Row,
  gateway: Provider['gateway'],
  place: Place,
  { families }: ProviderScope,
): readonly Version[] {
  const text = row.cells.gateway?.value.name ?? '';
  const own =
    gateway.kind === 'address' ? (text.includes(':') && !/^\d+\./.test(text) ? 6 : 4) : place.address?.version;
  return families.versions.filter(
    (version) => (own ?? version) === version && (row.line.version ?? version) === version,
  );
}

/** A name, a number and an interface have one provider; one name may have a line for each IP version. */
function isFree(
  row: Row,
  {
    number,
    versions,
    place,
  }: { readonly number: number; readonly versions: readonly Version[]; readonly place: Place },
  earlier: readonly Provider[],
  { report }: ProviderScope,
): boolean {
  const { name } = row.cells.table.value;
  const say = (span: Cell<unknown>['span'], message: string, why: string): false => {
    report.add(badProvider(span, message, why, 'each provider has a name, a number and an interface of its own'));
    return false;
  };
  for (const other of earlier) {
    const apart = !other.versions.some((version) => versions.includes(version));
    if (other.name === name && (!apart || other.number !== number))
      return say(row.cells.table.span, `the provider \`${name}\` is declared twice`, 'an earlier line has this name');
    if (other.number === number && other.name !== name)
      return say(row.cells.number.span, `the number ${number} is taken`, `\`${other.name}\` has it`);
    const shared = place.address !== undefined && other.address !== undefined;
    if (other.interface === place.name && other.name !== name && !shared && !apart)
      return say(row.cells.interface.span, `\`${place.name}\` has a provider`, `\`${other.name}\` has it`);
  }
  return true;
}

/** MARK in its place; with `track` and none written the next free one. */
function markOf(
  row: Row,
  options: ProviderOptions,
  earlier: readonly Provider[],
  twin: Provider | undefined,
  { settings, report }: ProviderScope,
): number | undefined | 'mistake' {
  const { mark } = row.cells;
  const { providers, providerOffset } = settings.marks;
  const step = 2 ** providerOffset;
  if (!mark) {
    if (twin) return twin.mark;
    if (!options.track && options.load === undefined) return undefined;
    return Math.max(0, ...earlier.map((each) => each.mark ?? 0)) + step;
  }
  const written = markNumber(mark.value.name);
  const say = (why: string): 'mistake' => {
    report.add(
      badProvider(
        mark.span,
        `\`${mark.value.name}\` cannot be the mark of a provider`,
        why,
        `the bits of providers are 0x${providers.toString(16)} (PROVIDER_OFFSET, PROVIDER_BITS)`,
      ),
    );
    return 'mistake';
  };
  if (written === undefined || written === 0) return say('a number above 0');
  if ((written & ~providers) !== 0) return say('it has other bits than those of providers');
  const other = earlier.find((each) => each.mark === written && each.name !== row.cells.table.value.name);
  return other ? say(`\`${other.name}\` has it`) : written;
}

/** DUPLICATE and COPY. */
function copiesOf({ cells }: Row, { settings, report }: ProviderScope): Provider['copies'] | undefined | 'mistake' {
  const { duplicate, copy } = cells;
  const cell = duplicate ?? copy;
  const text = copy?.value.name;
  if (!cell || (!duplicate && text === 'none')) return undefined;
  if (settings.routing.mainFirst || !duplicate) {
    const why = duplicate
      ? 'with USE_DEFAULT_RT=Yes the routes of `main` count before all others'
      : 'DUPLICATE says from which table';
    report.add(
      badProvider(
        cell.span,
        'no routes can be copied here',
        why,
        duplicate ? 'leave out DUPLICATE and COPY' : 'write `main` into DUPLICATE',
      ),
    );
    return 'mistake';
  }
  return {
    table: duplicate.value.name,
    ...(text === undefined ? {} : { interfaces: text === 'none' ? [] : text.split(',') }),
  };
}

/** What holds of all providers together. */
function soundTogether(
  rows: Config['providers'],
  found: readonly Provider[],
  { settings, report }: ProviderScope,
): void {
  const [first] = rows;
  if (!first) return;
  const filtered = ['yes', 'on', '1'].includes(settings.routeFilter);
  const unbalanced = found.find(({ balance, proxy }) => balance === undefined && !proxy);
  if (filtered && (settings.routing.mainFirst || unbalanced)) {
    const why = 'ROUTE_FILTER=Yes drops what comes in by another way than answers would take';
    report.add(
      badProvider(
        unbalanced?.origin[0] ?? first.span,
        'there may be no providers with ROUTE_FILTER=Yes',
        why,
        'write ROUTE_FILTER=No or ROUTE_FILTER=2 in the settings',
      ),
    );
  }
  const fallbacks = found.filter(({ fallback }) => fallback !== undefined);
  const plain = fallbacks.find(({ fallback }) => fallback === 0);
  const weighted = fallbacks.find(({ fallback }) => fallback !== 0);
  if (plain && weighted)
    report.add(
      badProvider(
        weighted.origin[0],
        '`fallback` with a weight stands beside one without',
        `\`${plain.name}\` has none`,
        'give all of them a weight, or none',
      ),
    );
  const [, second] = found.filter(({ proxy }) => proxy);
  if (second)
    report.add(
      badProvider(
        second.origin[0],
        'there is more than one provider with `tproxy`',
        'one is enough for all proxies',
        'leave this line out',
      ),
    );
}
