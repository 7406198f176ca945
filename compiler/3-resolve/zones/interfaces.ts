/** The `interfaces` file: names to interfaces with their options. */
import type { Config } from '../../2-parse/parse.ts';
import { placeIn } from '../../2-parse/value.ts';
import {
  addressAsInterface,
  interfaceAlias,
  interfaceNameTooLong,
  interfaceTwice,
  physicalInterfacesDiffer,
} from '../../diagnostics/catalogue/interfaces.ts';
import {
  badOptionValue,
  obsoleteOption,
  optionContradiction,
  optionWithoutEffect,
  unknownOption,
} from '../../diagnostics/catalogue/options.ts';
import { bridgePort } from '../../diagnostics/catalogue/zones.ts';
import type { Report } from '../../diagnostics/report.ts';
import { nearest } from '../../diagnostics/suggest.ts';
import {
  type InterfaceOptionName,
  interfaceOptions,
  type OptionDescription,
  wantedOf,
} from '../../language/interface-options.ts';
import type { Cell } from '../../language/schema.ts';
import type { Option } from '../../language/values.ts';
import type { BridgePort, Interface, InterfaceOptions } from '../../model/interface.ts';
import { bitsOf, joinRanges, parseAddress, prefixRange, subtractRanges } from '../../net/address.ts';
import type { InterfacePattern } from '../../net/interface.ts';
import type { AddressRange } from '../../net/ranges.ts';
import type { Version } from '../../net/version.ts';
import type { Origin } from '../../source.ts';

/** What `interfaces` says of one interface, and what its zone is narrowed to. */
export interface DeclaredInterface extends Interface {
  /** Of a bridge: the lines about its ports. */
  readonly ports: readonly DeclaredPort[];
  /** A line for both IP versions, or one for each. */
  readonly lines: readonly InterfaceLine[];
}

/** A port of a bridge, and the zone behind it. */
export interface DeclaredPort extends BridgePort {
  readonly zoneCell: Cell<{ readonly name: string }>;
  readonly versions: readonly Version[];
  readonly origin: Origin;
}

/** What a line of `interfaces` says for the IP versions that read it. */
export interface InterfaceLine {
  readonly versions: readonly Version[];
  readonly options: InterfaceOptions;
  readonly zoneCell?: Cell<{ readonly name: string }>;
  readonly nets?: Networks;
  readonly dynamicNets: boolean;
  readonly origin: Origin;
}

/** `nets=`: these addresses, or with `!` all but these. */
export interface Networks {
  readonly except: boolean;
  readonly ranges: readonly AddressRange[];
}

type ReadOptions = ReadonlyMap<InterfaceOptionName, { readonly text: string | undefined; readonly option: Option }>;

/** Every interface by the name that rules call it. */
export function resolveInterfaces(rows: Config['interfaces'], report: Report): ReadonlyMap<string, DeclaredInterface> {
  const found = new Map<string, DeclaredInterface>();
  for (const row of rows) {
    const written = row.cells.interface.value;
    const name = `${written.name}${written.wildcard ? '+' : ''}`;
    const earlier = found.get(name);
    if (written.port && earlier?.lines.some((line) => line.options.bridge)) {
      const port = portOf(row, written.port.name, [...found.values()], report);
      if (port) found.set(name, { ...earlier, ports: [...earlier.ports, port] });
      else report.leftOut.line('interfaces', row.line.text.text);
      continue;
    }
    const versions: readonly Version[] = row.line.version === undefined ? [4, 6] : [row.line.version];
    const twice = earlier?.lines.find((line) => line.versions.some((version) => versions.includes(version)));
    if (twice) {
      report.add(
        interfaceTwice(row.cells.interface.span, name, { span: twice.origin[0], text: 'first declared here' }),
      );
      report.leftOut.line('interfaces', row.line.text.text);
      continue;
    }
    if (written.port) {
      report.add(interfaceAlias(row.cells.interface.span, `${name}:${written.port.name}`));
      report.leftOut.line('interfaces', row.line.text.text);
      continue;
    }
    if (parseAddress(written.name)) {
      report.add(addressAsInterface(row.cells.interface.span, name));
      report.leftOut.line('interfaces', row.line.text.text);
      continue;
    }
    const options = readOptions(row.cells.options, report);
    const physical = options.get('physical')?.text;
    const named = options.get('physical');
    if (named?.text?.includes(':') && row.cells.options)
      report.add(interfaceAlias(placeIn(row.cells.options, named.option.at), named.text));
    const pattern = physical ? patternOf(physical) : { name: written.name, wildcard: written.wildcard };
    if (pattern.name.length > 15) report.add(interfaceNameTooLong(row.cells.interface.span, pattern.name));
    if (earlier && (earlier.pattern.name !== pattern.name || earlier.pattern.wildcard !== pattern.wildcard))
      report.add(
        physicalInterfacesDiffer(row.cells.interface.span, name, { span: earlier.origin[0], text: 'its other line' }),
      );
    const nets = options.get('nets');
    const same = [...found.values()].find(
      (each) => each.name !== name && each.pattern.name === pattern.name && each.pattern.wildcard === pattern.wildcard,
    );
    if (same && physical !== undefined)
      report.add(
        interfaceTwice(row.cells.interface.span, physical, { span: same.origin[0], text: 'the same interface' }),
      );
    sayContradictions(options, { zone: row.cells.zone !== undefined, pattern, cell: row.cells.options }, report);
    const line: InterfaceLine = {
      versions,
      options: optionsOf(options, pattern, row.cells.options, report),
      ...(row.cells.zone ? { zoneCell: row.cells.zone } : {}),
      dynamicNets: nets?.text === 'dynamic',
      ...(nets && nets.text !== 'dynamic' ? { nets: networksOf(nets.option, row.cells.options, report) } : {}),
      origin: row.origin,
    };
    found.set(name, {
      name,
      pattern,
      ...(row.cells.zone ? { zone: row.cells.zone.value.name } : {}),
      ...earlier,
      options: { ...earlier?.options, ...Object.fromEntries(versions.map((version) => [version, line.options])) },
      lines: [...(earlier?.lines ?? []), line],
      ports: earlier?.ports ?? [],
      origin: earlier?.origin ?? row.origin,
    });
  }
  return found;
}

/** A line about a port of a bridge; undefined after a message. */
function portOf(
  row: Config['interfaces'][number],
  name: string,
  known: readonly DeclaredInterface[],
  report: Report,
): DeclaredPort | undefined {
  const { zone, interface: written, options } = row.cells;
  const ports = known.flatMap((each) => each.ports);
  const pattern = patternOf(name);
  const twice = ports.find((each) => each.pattern.name === pattern.name && each.pattern.wildcard === pattern.wildcard);
  if (twice) {
    report.add(interfaceTwice(written.span, name, { span: twice.origin[0], text: 'first declared here' }));
    return undefined;
  }
  if (pattern.name.length > 15) {
    report.add(interfaceNameTooLong(written.span, pattern.name));
    return undefined;
  }
  if (!zone) {
    const help = 'name the zone behind it, of the type `bport`; a port without a zone needs no line';
    report.add(bridgePort(written.span, `the port \`${name}\` has no zone`, 'a port of a bridge', help));
    return undefined;
  }
  if (options) {
    const help = 'write them at the line of the bridge, where they hold for all its ports';
    report.add(bridgePort(options.span, `the port \`${name}\` has options`, 'options of a port', help));
    return undefined;
  }
  const versions = row.line.version === undefined ? ([4, 6] as const) : [row.line.version];
  return { pattern, number: ports.length + 1, zoneCell: zone, versions, origin: row.origin };
}

/** The interface that rules call so, or that the kernel does (`physical=`). */
export function interfaceNamed<Entry extends Pick<Interface, 'pattern'>>(
  interfaces: ReadonlyMap<string, Entry>,
  written: string,
): Entry | undefined {
  const { name, wildcard } = patternOf(written);
  return (
    interfaces.get(written) ??
    [...interfaces.values()].find(({ pattern }) => pattern.name === name && pattern.wildcard === wildcard)
  );
}

/** `ppp+` as a pattern. */
export function patternOf(text: string): InterfacePattern {
  return text.endsWith('+') ? { name: text.slice(0, -1), wildcard: true } : { name: text, wildcard: false };
}

/** The options of a line, without those that are mistakes: these are reported. */
export function readOptions(cell: Cell<readonly Option[]> | undefined, report: Report): ReadOptions {
  const read = new Map<InterfaceOptionName, { readonly text: string | undefined; readonly option: Option }>();
  for (const option of cell?.value ?? []) {
    if (!cell) break;
    const at = placeIn(cell, option.at);
    const name = option.name as InterfaceOptionName;
    if (!Object.hasOwn(interfaceOptions, option.name)) {
      report.add(unknownOption(at, option.name, nearest(option.name, Object.keys(interfaceOptions))));
      continue;
    }
    const { kind, doc, undone }: OptionDescription = interfaceOptions[name];
    if (undone !== undefined) report.add(optionWithoutEffect(at, option.name, undone));
    const wanted = wantedOf(name, option.value);
    if (kind === 'obsolete') report.add(obsoleteOption(at, option.name, doc, at));
    else if (wanted !== undefined) report.add(badOptionValue(at, option.name, wanted));
    else read.set(name, { text: option.value, option });
  }
  return read;
}

/** Options that cannot hold together, that need a zone or cannot have one, or that the kernel has no place for. */
function sayContradictions(
  read: ReadOptions,
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
    return cell && entry && entry.text !== '0' ? placeIn(cell, entry.option.at) : undefined;
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
  if (ignored && zone && read.get('ignore')?.text === undefined)
    report.add(optionContradiction(ignored, 'ignore', 'the interface has a zone: `ignore=1` is for one that has'));
  if (!pattern.wildcard) return;
  for (const name of Object.keys(kernelOptions) as readonly (keyof typeof kernelOptions)[]) {
    const entry = read.get(name);
    if (cell && entry)
      report.add(
        optionWithoutEffect(
          placeIn(cell, entry.option.at),
          name,
          'the kernel keeps it for each interface by its name: write a line for each, or the setting for all',
        ),
      );
  }
}

function optionsOf(
  read: ReadOptions,
  pattern: InterfacePattern,
  cell: Cell<readonly Option[]> | undefined,
  report: Report,
): InterfaceOptions {
  const flag = (name: InterfaceOptionName, otherwise = false): boolean => {
    const entry = read.get(name);
    return entry ? entry.text !== '0' : otherwise;
  };
  const sfilter = read.get('sfilter');
  const mss = read.get('mss')?.text;
  const bridge = flag('bridge');
  const wait = read.get('wait');
  const blacklisted = flag('nodbl') ? 'none' : (read.get('dbl')?.text as InterfaceOptions['dynamicBlacklist']);
  return {
    tcpflags: flag('tcpflags', true),
    nosmurfs: flag('nosmurfs'),
    dhcp: flag('dhcp'),
    routeback: flag('routeback', bridge),
    bridge,
    maclist: flag('maclist'),
    upnp: flag('upnp'),
    upnpclient: flag('upnpclient'),
    rpfilter: flag('rpfilter'),
    optional: flag('optional'),
    required: flag('required'),
    wait: wait ? Number(wait.text ?? 60) : 0,
    unmanaged: flag('unmanaged'),
    ignore: flag('ignore'),
    loopback: flag('loopback') || pattern.name === 'lo',
    destonly: flag('destonly'),
    ...(blacklisted ? { dynamicBlacklist: blacklisted } : {}),
    sfilter: sfilter ? addressesOf(sfilter.option, cell, report) : [],
    ...(mss ? { mss: Number(mss) } : {}),
    sysctls: pattern.wildcard ? [] : sysctlsOf(read),
  };
}

/** Options that are only values of the kernel, by their key below net/ipv4/conf/NAME (Documentation/networking/ip-sysctl.rst). */
const kernelOptions = {
  routefilter: { version: 4, key: 'rp_filter', usual: '1' },
  logmartians: { version: 4, key: 'log_martians', usual: '1' },
  sourceroute: { version: 4, key: 'accept_source_route', usual: '1' },
  arp_filter: { version: 4, key: 'arp_filter', usual: '1' },
  arp_ignore: { version: 4, key: 'arp_ignore', usual: '1' },
  proxyarp: { version: 4, key: 'proxy_arp', usual: '1' },
  proxyndp: { version: 6, key: 'proxy_ndp', usual: '1' },
  accept_ra: { version: 6, key: 'accept_ra', usual: '1' },
  forward: { version: 6, key: 'forwarding', usual: '1' },
} as const satisfies Partial<
  Record<InterfaceOptionName, { readonly version: 4 | 6; readonly key: string; readonly usual: string }>
>;

function sysctlsOf(read: ReadOptions): InterfaceOptions['sysctls'] {
  return Object.entries(kernelOptions).flatMap(([name, { version, key, usual }]) => {
    const entry = read.get(name as keyof typeof kernelOptions);
    return entry ? [{ version, key, value: entry.text ?? usual }] : [];
  });
}

/** `10.0.0.0/8,!10.1.0.0/16,10.2.0.0/16` leaves out all that follow `!`, as in other columns. */
function networksOf(option: Option, cell: Cell<readonly Option[]> | undefined, report: Report): Networks {
  const [, among = '', spared] = /^(.*?)(?:(?:^|,)!(.*))?$/.exec(option.value ?? '') ?? [];
  const rangesIn = (value: string) => addressesOf({ ...option, value }, cell, report);
  if (spared === undefined) return { except: false, ranges: rangesIn(among) };
  const holes = rangesIn(spared);
  if (among === '') return { except: true, ranges: holes };
  const of = (ranges: readonly AddressRange[], version: Version) =>
    joinRanges(ranges.filter((range) => range.version === version));
  const all = rangesIn(among);
  const ranges = ([4, 6] as const).flatMap((version) => subtractRanges(of(all, version), of(holes, version)));
  return { except: false, ranges };
}

function addressesOf(
  option: Option,
  cell: Cell<readonly Option[]> | undefined,
  report: Report,
): readonly AddressRange[] {
  return (option.value ?? '').split(',').flatMap((text) => {
    const range = rangeOf(text.trim());
    if (range) return [range];
    if (cell) report.add(badOptionValue(placeIn(cell, option.at), option.name, 'addresses in parentheses'));
    return [];
  });
}

/** An address, a network or a range; those of IPv6 may stand in brackets. */
function rangeOf(text: string): AddressRange | undefined {
  const [address = '', length] = text.replace(/^\[|\]$/g, '').split('/');
  const [first, last] = address.replace(/\]$/, '').split('-').map(parseAddress);
  if (last !== undefined || /-/.test(address))
    return first && last && length === undefined && first.version === last.version && first.value <= last.value
      ? { version: first.version, first: first.value, last: last.value }
      : undefined;
  if (!first) return undefined;
  if (length !== undefined && !/^\d+$/.test(length)) return undefined;
  const bits = length === undefined ? bitsOf(first.version) : Number(length);
  return bits <= bitsOf(first.version) ? prefixRange(first.version, first.value, bits) : undefined;
}
