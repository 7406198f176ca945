/** Lists of hosts as columns write them: addresses, networks, ranges, sets, hardware addresses, names. */
import { placeIn } from '../../2-parse/value.ts';
import {
  badAddress,
  dottedMask,
  mappedAddress,
  resolvedHost,
  unknownCountry,
  unknownHost,
  wrongVersion,
} from '../../diagnostics/catalogue/addresses.ts';
import { hostBitsSet } from '../../diagnostics/catalogue/holes.ts';
import { unsupportedMatch } from '../../diagnostics/catalogue/matches.ts';
import type { Report } from '../../diagnostics/report.ts';
import type { Environment } from '../../environment.ts';
import type { Cell } from '../../language/schema.ts';
import type { HostItem, HostList } from '../../language/values.ts';
import type { NamedSet, SetMatch } from '../../model/sets.ts';
import type { Settings } from '../../model/settings.ts';
import type { HostMatch, RuntimeAddress } from '../../model/traffic.ts';
import type { Families } from '../../model/zone.ts';
import { bitsOf, everyAddress, mappedIpv4, parseAddress, prefixRange, printRange } from '../../net/address.ts';
import type { InterfacePattern } from '../../net/interface.ts';
import type { AddressRange } from '../../net/ranges.ts';
import type { Span } from '../../source.ts';
import { reportUnknownInterface } from '../columns/unknown-names.ts';
import { rangesOfCountries } from '../sets/countries.ts';
import type { Sets } from '../sets/sets.ts';

/** What reading addresses needs to know. */
export interface AddressContext {
  readonly environment: Environment;
  readonly report: Report;
  readonly families: Families;
  /** Where sets that a list names are declared. */
  readonly sets?: Sets;
  /** Why the addresses of names stand in the rule here and not in a set, where they can be seen and changed. */
  readonly namesInline?: 'server' | 'addresses';
  /** The folder of the files that tell countries' addresses. */
  readonly settings?: Pick<Settings, 'countryFolder'>;
  /** The interfaces that `&name` and `%name` may name. */
  readonly interfaces?: ReadonlyMap<string, { readonly name: string; readonly pattern: InterfacePattern }>;
}

/** The addresses of a list; undefined after a mistake, so that a rule is never wider than what was written. */
export function resolveHosts(cell: Cell<unknown>, list: HostList, context: AddressContext): HostMatch | undefined {
  const written = onlyAddress(list);
  if (written) {
    const ranges = resolveAddress(cell, written, context);
    return ranges && { ranges, except: none, macs: none, sets: none };
  }
  const included = list.items.map((item) => resolveItem(cell, item, context));
  const excluded = list.except.map((item) => {
    const hole = resolveItem(cell, item, context);
    return hole && (setOfNames(cell, [item], hole.ranges, context) ?? hole);
  });
  if (included.includes(undefined) || excluded.includes(undefined)) return undefined;
  const parts = included.filter((each) => each !== undefined);
  const holes = excluded.filter((each) => each !== undefined);
  if (groupsOf(list.items).length > 1 || !soundHoles(list)) {
    const why = 'one line holds addresses, hardware addresses, one set, or one interface: write a line for each';
    context.report.add(unsupportedMatch(placeIn(cell, list.at), 'a list of this kind', why));
    return undefined;
  }
  const known = parts.flatMap((part) => part.ranges);
  const named = setOfNames(cell, list.items, known, context);
  const ranges = named ? [] : known;
  const lost = holes.find((hole) => hole.runtime)?.runtime;
  const runtime = parts.find((part) => part.runtime)?.runtime ?? (lost && ({ ...lost, negated: true } as const));
  const strangers = holes.flatMap((hole) => hole.macs);
  return {
    ...(ranges.length > 0 ? { ranges } : {}),
    except: holes.flatMap((hole) => hole.ranges),
    macs: [...parts.flatMap((part) => part.macs), ...strangers],
    ...(strangers.length > 0 ? { macsNegated: true } : {}),
    sets: [
      ...(named?.sets ?? []),
      ...parts.flatMap((part) => part.sets),
      ...holes.flatMap((hole) => hole.sets.map((set) => ({ ...set, negated: !set.negated }))),
    ],
    ...(runtime ? { runtime } : {}),
  };
}

const none: readonly never[] = [];

/** The one address or network that is all of a list, as in most lines. */
function onlyAddress({ items, except }: HostList): HostItem | undefined {
  const only = items[0];
  if (!only || items.length > 1 || except.length > 0) return undefined;
  return only.kind === 'address' || only.kind === 'network' ? only : undefined;
}

/** Whether the hosts are told by a hardware address, by itself or in a set: that of the sender, for none other is known. */
export function namesHardware({ macs, sets }: HostMatch): boolean {
  const inSet = sets.some(({ set, fields }) =>
    (set.members ?? [set]).some(({ parts }) =>
      parts.some((part, index) => part === 'mac' && (fields[index] ?? 'own') !== 'src'),
    ),
  );
  return macs.length > 0 || inSet;
}

/** What is left out must not be of a kind of which something is already asked for. */
function soundHoles({ items, except }: HostList): boolean {
  const kinds = new Set(items.map(kindOf));
  const runtimes = except.filter((item) => kindOf(item) === 'runtime').length;
  return (
    except.every((item) => kindOf(item) === 'addresses' || kindOf(item) === 'set' || !kinds.has(kindOf(item))) &&
    runtimes <= 1
  );
}

function kindOf(item: HostItem): 'addresses' | 'macs' | 'set' | 'runtime' {
  if (item.kind === 'mac') return 'macs';
  if (item.kind === 'set' || item.kind === 'country') return 'set';
  return item.kind === 'interfaceAddress' || item.kind === 'gateway' ? 'runtime' : 'addresses';
}

/** Items that one rule can ask for together: all addresses, all hardware addresses, each set, each run-time address. */
function groupsOf(items: readonly HostItem[]): readonly (readonly HostItem[])[] {
  const alone = items.filter((item) => kindOf(item) === 'set' || kindOf(item) === 'runtime').map((item) => [item]);
  const together = (['addresses', 'macs'] as const).map((kind) => items.filter((item) => kindOf(item) === kind));
  return [...together.filter((group) => group.length > 0), ...alone];
}

/**
 * A list of several kinds as lists of one kind; a packet that fits one of them fits the list. Networks beside names are
 * apart, so that a listing shows what a name stood for, unless rules that count must count `together`.
 */
export function alternativesOf(list: HostList, together: boolean): readonly HostList[] {
  const groups = groupsOf(list.items).flatMap((items) => (together ? [items] : namesApart(items)));
  return groups.length < 2 ? [list] : groups.map((items) => ({ ...list, items }));
}

/** The hosts of each kind of a list; undefined after a message. */
export function resolveEachKind(
  cell: Cell<unknown>,
  list: HostList,
  context: AddressContext,
  together = false,
): readonly HostMatch[] | undefined {
  const found = alternativesOf(list, together).map((each) => resolveHosts(cell, each, context));
  return found.includes(undefined) ? undefined : found.filter((each) => each !== undefined);
}

/** Something with hosts of several kinds as some with hosts of one kind each. */
export function oneKindOf<Place extends { readonly hosts?: HostList }>(
  place: Place,
  together = false,
): readonly Place[] {
  if (!place.hosts || isOneKind(place)) return [place];
  return alternativesOf(place.hosts, together).map((hosts) => ({ ...place, hosts }));
}

/** Whether the hosts are one address or network, as in most lines: no list of alternatives is made for these. */
export function isOneKind({ hosts }: { readonly hosts?: HostList }): boolean {
  return !hosts || onlyAddress(hosts) !== undefined;
}

function namesApart(items: readonly HostItem[]): readonly (readonly HostItem[])[] {
  const wide = items.filter(({ kind }) => kind === 'network' || kind === 'range');
  if (wide.length === 0 || !items.some(({ kind }) => kind === 'name')) return [items];
  return [items.filter((item) => !wide.includes(item)), wide];
}

interface Item {
  readonly ranges: readonly AddressRange[];
  readonly macs: readonly string[];
  readonly sets: readonly SetMatch[];
  readonly runtime?: RuntimeAddress;
}

const nothing: Item = { ranges: [], macs: [], sets: [] };

function resolveItem(cell: Cell<unknown>, item: HostItem, context: AddressContext): Item | undefined {
  const { report } = context;
  const at = placeIn(cell, item.at);
  switch (item.kind) {
    case 'address':
    case 'network':
    case 'range': {
      const ranges = resolveAddress(cell, item, context);
      return ranges && { ...nothing, ranges };
    }
    case 'mac':
      return { ...nothing, macs: [item.address] };
    case 'set':
      return resolveSets(cell, item, context);
    case 'interfaceAddress':
    case 'gateway':
      return resolveRuntime(cell, item, context);
    case 'name':
      return resolveName(cell, item, context);
    case 'country':
      return resolveCountries(at, item.codes, context);
    case 'dynamic':
    case 'detect':
      report.add(badAddress(at, item.kind, 'not an address'));
      return undefined;
  }
}

function resolveSets(
  cell: Cell<unknown>,
  { sets, negated, at }: HostItem & { readonly kind: 'set' },
  context: AddressContext,
): Item | undefined {
  if (!context.sets) {
    const why = 'the sets are not there before the firewall runs';
    context.report.add(unsupportedMatch(placeIn(cell, at), 'a set in this place', why));
    return undefined;
  }
  const found = sets.map(({ name, fields, at: place }) => {
    const set = context.sets?.lookedInto({ name, fields, place: placeIn(cell, place) });
    return set && { set, negated, fields };
  });
  return found.includes(undefined) ? undefined : { ...nothing, sets: found.filter((each) => each !== undefined) };
}

/** `&eth0` and `%eth0`: the interface by the name that the kernel knows. */
function resolveRuntime(
  cell: Cell<unknown>,
  item: HostItem & { readonly kind: 'interfaceAddress' | 'gateway' },
  { interfaces, report }: AddressContext,
): Item | undefined {
  const kind = item.kind === 'gateway' ? 'gateway' : 'address';
  const { interface: name } = item;
  const declared = interfaces?.get(name)?.pattern;
  const covering = [...(interfaces?.values() ?? [])].some(
    ({ pattern }) => pattern.wildcard && name.startsWith(pattern.name),
  );
  if (!interfaces || declared || covering)
    return { ...nothing, runtime: { kind, interface: declared && !declared.wildcard ? declared.name : name } };
  reportUnknownInterface(placeIn(cell, item.at), name, { interfaces, report });
  return undefined;
}

function resolveName(
  cell: Cell<unknown>,
  item: HostItem & { readonly kind: 'name' },
  context: AddressContext,
): Item | undefined {
  const { report, environment, families } = context;
  const at = placeIn(cell, item.at);
  if (/^[0-9.]+$/.test(item.name)) {
    report.add(badAddress(at, item.name, 'an IPv4 address has four numbers'));
    return undefined;
  }
  const addresses = environment.resolveHost(item.name);
  const ranges = addresses.flatMap((text) => {
    const parsed = parseAddress(text);
    return parsed && families.versions.includes(parsed.version)
      ? [{ version: parsed.version, first: parsed.value, last: parsed.value }]
      : [];
  });
  if (ranges.length === 0) {
    report.add(unknownHost(at, item.name));
    return undefined;
  }
  const where = context.namesInline ?? (context.sets ? 'set' : 'addresses');
  report.add(resolvedHost(at, item.name, addresses.join(', '), where));
  return { ...nothing, ranges };
}

/** The addresses of a list in which there are names, as one set; undefined where there are none, or no set can be. */
function setOfNames(
  cell: Cell<unknown>,
  items: readonly HostItem[],
  ranges: readonly AddressRange[],
  { sets, namesInline }: AddressContext,
): Item | undefined {
  if (!sets || namesInline || ranges.length === 0 || !items.some(({ kind }) => kind === 'name')) return undefined;
  const words = items.map(({ at }) => cell.text.text.slice(at.start, at.end));
  const name = words
    .join('/')
    .toLowerCase()
    .replace(/[^a-z0-9._/-]/g, '_');
  return inSet(sets.fixed(`dns-${name}`, ranges, `the addresses of ${words.join(', ')}`));
}

/** `^US`, `^[US,CA]`: a set of the addresses of all of them. */
function resolveCountries(at: Span, codes: readonly string[], context: AddressContext): Item | undefined {
  const { report, environment, families, sets, settings } = context;
  if (!sets || !settings) {
    report.add(unsupportedMatch(at, 'a country in this place', 'one rule of `rules` may name countries'));
    return undefined;
  }
  const known = rangesOfCountries(codes, settings.countryFolder, environment, families.versions);
  if ('fault' in known) {
    report.add(unknownCountry(at, known.code, known.fault));
    return undefined;
  }
  return inSet(sets.fixed(`country-${codes.join('-')}`, known.ranges, `the addresses of ${codes.join(', ')}`));
}

function inSet(set: NamedSet): Item {
  return { ...nothing, sets: [{ set, negated: false, fields: [] }] };
}

/** The range of an address, a network or a range; undefined after a message. */
export function resolveAddress(
  cell: Cell<unknown>,
  item: HostItem,
  context: AddressContext,
): readonly AddressRange[] | undefined {
  const { report, families } = context;
  const range = rangeOf(item);
  if (typeof range === 'string') {
    const [at, text] = written(cell, item);
    if (range === 'mask') report.add(dottedMask(at, text, maskLength(text)));
    else report.add(badAddress(at, text, range, withoutZeros(text)));
    return undefined;
  }
  const address = item.kind === 'network' ? parseAddress(item.text) : undefined;
  if (address && address.value !== range.first && range.first !== range.last)
    report.add(hostBitsSet(...written(cell, item), printRange(range)));
  const ipv4 = mappedIpv4(range);
  if (ipv4) {
    report.add(mappedAddress(...written(cell, item), printRange(ipv4)));
    return undefined;
  }
  if (families.versions.includes(range.version)) return [range];
  // `0.0.0.0/0` and `::/0` say "all" in either family; every other address of a foreign version is a mistake.
  const all = everyAddress(range.version);
  if (range.first === all.first && range.last === all.last && families.versions[0])
    return [everyAddress(families.versions[0])];
  report.add(
    wrongVersion(
      ...written(cell, item),
      families.versions.map((version) => `IPv${version}`).join(' and '),
      families.table === 'inet',
    ),
  );
  return undefined;
}

/** Where an item stands, and its text. */
function written(cell: Cell<unknown>, { at }: HostItem): readonly [Span, string] {
  return [placeIn(cell, at), cell.text.text.slice(at.start, at.end)];
}

function rangeOf(item: HostItem): AddressRange | string {
  if (item.kind === 'range') return betweenOf(item.first, item.last);
  if (item.kind !== 'address' && item.kind !== 'network') return 'not an address';
  const parsed = parseAddress(item.text);
  if (!parsed && withoutZeros(item.text) !== undefined) return 'a number does not begin with 0';
  if (!parsed && /^[0-9a-f]{1,2}(?:[:-][0-9a-f]{1,2}){4,7}$/i.test(item.text))
    return 'neither an IPv6 address nor a MAC address, which has six pairs of digits';
  if (!parsed) return item.text.includes(':') ? 'not an IPv6 address' : 'each of the four numbers goes from 0 to 255';
  if (item.kind === 'address') return { version: parsed.version, first: parsed.value, last: parsed.value };
  if (item.length.includes('.')) return 'mask';
  const length = Number(item.length);
  if (length > bitsOf(parsed.version)) return `the length of a prefix goes from 0 to ${bitsOf(parsed.version)}`;
  return prefixRange(parsed.version, parsed.value, length);
}

function betweenOf(firstText: string, lastText: string): AddressRange | string {
  const first = parseAddress(firstText);
  const last = parseAddress(lastText);
  if (!first || !last) return 'one end of the range is not an address';
  if (first.version !== last.version) return 'the ends are of different IP versions';
  if (first.value > last.value) return 'the range ends before it begins';
  return { version: first.version, first: first.value, last: last.value };
}

/** `010.0.1.005` without the zeros that would make its numbers octal; undefined when it has none, or is still no address. */
function withoutZeros(text: string): string | undefined {
  const plain = text.replace(/(?<![\d])0+(?=\d)/g, '');
  return plain !== text && parseAddress(plain.replace(/\/.*$/, '')) ? plain : undefined;
}

function maskLength(text: string): number | undefined {
  const mask = parseAddress(text.replace(/^.*\//, ''));
  if (mask?.version !== 4) return undefined;
  const bits = mask.value.toString(2).padStart(32, '0');
  return /^1*0*$/.test(bits) ? bits.replace(/0/g, '').length : undefined;
}
