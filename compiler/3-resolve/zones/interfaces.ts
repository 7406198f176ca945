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
import { bridgePort } from '../../diagnostics/catalogue/zones.ts';
import type { Report } from '../../diagnostics/report.ts';
import { interfaceOptions } from '../../language/options/interface-options.ts';
import type { Networks } from '../../language/options/option-values.ts';
import type { Cell } from '../../language/schema.ts';
import type { BridgePort, Interface, InterfaceOptions } from '../../model/interface.ts';
import { parseAddress } from '../../net/address.ts';
import type { InterfacePattern } from '../../net/interface.ts';
import type { Version } from '../../net/version.ts';
import type { Origin } from '../../source.ts';
import { interfaceOptionsOf, reportContradictions } from './interface-options.ts';
import { type ReadOptions, readOptions } from './option-cells.ts';

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

type InterfaceRow = Config['interfaces'][number];
type Read = ReadOptions<typeof interfaceOptions>;

/** Every interface by the name that rules call it. */
export function resolveInterfaces(rows: Config['interfaces'], report: Report): ReadonlyMap<string, DeclaredInterface> {
  const found = new Map<string, DeclaredInterface>();
  for (const row of rows) {
    const declared = declaredBy(row, found, report);
    if (declared) found.set(declared.name, declared);
    else report.leftOut.line('interfaces', row.line.text.text);
  }
  return found;
}

/** The interface of a line, with what earlier lines say of it; undefined after a message. */
function declaredBy(
  row: InterfaceRow,
  found: ReadonlyMap<string, DeclaredInterface>,
  report: Report,
): DeclaredInterface | undefined {
  const { interface: cell } = row.cells;
  const written = cell.value;
  const name = `${written.name}${written.wildcard ? '+' : ''}`;
  const earlier = found.get(name);
  if (written.port && earlier?.lines.some((line) => line.options.bridge)) {
    const port = portOf(row, written.port.name, [...found.values()], report);
    return port && { ...earlier, ports: [...earlier.ports, port] };
  }
  if (!soundName(row, name, earlier, report)) return undefined;
  const read = readOptions(interfaceOptions, row.cells.options, report);
  const pattern = patternIn(row, read, report);
  reportOtherLines(row, { name, pattern, renamed: read.has('physical') }, found, report);
  reportContradictions(read, { zone: row.cells.zone !== undefined, pattern, cell: row.cells.options }, report);
  const line = lineOf(row, read, pattern);
  return {
    name,
    pattern,
    ...(row.cells.zone ? { zone: row.cells.zone.value.name } : {}),
    ...earlier,
    options: { ...earlier?.options, ...Object.fromEntries(line.versions.map((version) => [version, line.options])) },
    lines: [...(earlier?.lines ?? []), line],
    ports: earlier?.ports ?? [],
    origin: earlier?.origin ?? row.origin,
  };
}

function versionsOf({ line }: InterfaceRow): readonly Version[] {
  return line.version === undefined ? [4, 6] : [line.version];
}

/** Whether the line may declare an interface of this name. */
function soundName(row: InterfaceRow, name: string, earlier: DeclaredInterface | undefined, report: Report): boolean {
  const { span, value: written } = row.cells.interface;
  const twice = earlier?.lines.find((line) => line.versions.some((version) => versionsOf(row).includes(version)));
  if (twice) report.add(interfaceTwice(span, name, { span: twice.origin[0], text: 'first declared here' }));
  else if (written.port) report.add(interfaceAlias(span, `${name}:${written.port.name}`));
  else if (parseAddress(written.name)) report.add(addressAsInterface(span, name));
  else return true;
  return false;
}

/** What the kernel calls the interface: `physical=`, or what rules call it. */
function patternIn({ cells }: InterfaceRow, read: Read, report: Report): InterfacePattern {
  const physical = read.get('physical');
  if (physical?.value?.includes(':') && cells.options)
    report.add(interfaceAlias(placeIn(cells.options, physical.option.at), physical.value));
  const { name, wildcard } = cells.interface.value;
  const pattern = physical?.value ? patternOf(physical.value) : { name, wildcard };
  if (pattern.name.length > 15) report.add(interfaceNameTooLong(cells.interface.span, pattern.name));
  return pattern;
}

/** Reports other lines that call the interface otherwise, or another interface so. */
function reportOtherLines(
  { cells }: InterfaceRow,
  { name, pattern, renamed }: { readonly name: string; readonly pattern: InterfacePattern; readonly renamed: boolean },
  found: ReadonlyMap<string, DeclaredInterface>,
  report: Report,
): void {
  const { span } = cells.interface;
  const isSame = (other: DeclaredInterface) =>
    other.pattern.name === pattern.name && other.pattern.wildcard === pattern.wildcard;
  const earlier = found.get(name);
  if (earlier && !isSame(earlier))
    report.add(physicalInterfacesDiffer(span, name, { span: earlier.origin[0], text: 'its other line' }));
  const same = renamed ? [...found.values()].find((each) => each.name !== name && isSame(each)) : undefined;
  if (same)
    report.add(
      interfaceTwice(span, `${pattern.name}${pattern.wildcard ? '+' : ''}`, {
        span: same.origin[0],
        text: 'the same interface',
      }),
    );
}

function lineOf(row: InterfaceRow, read: Read, pattern: InterfacePattern): InterfaceLine {
  const nets = read.get('nets')?.value;
  return {
    versions: versionsOf(row),
    options: interfaceOptionsOf(read, pattern),
    ...(row.cells.zone ? { zoneCell: row.cells.zone } : {}),
    dynamicNets: nets === 'dynamic',
    ...(nets && nets !== 'dynamic' ? { nets } : {}),
    origin: row.origin,
  };
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
