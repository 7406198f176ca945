/**
 * A zone with one IPv4 address or network, and ports by number: most cells of a long file of rules. They are read without
 * the grammar, which takes ten times as long for the same value; a test holds both against each other.
 */
import type { At, EndpointColumn, HostItem, PortList, ZoneSelector } from '../language/values.ts';

/** Some words stand for several zones, or for an end of the caller's line. */
const zoneWithAddress =
  /^(?!(?:all|any|none|SOURCE|DEST):)[A-Za-z][A-Za-z0-9_]*:[0-9]+\.[0-9]+\.[0-9]+\.[0-9]+(?:\/[0-9.]+)?$/;

/** The value of such a cell by rule `EndpointColumn` of `grammar/values.peggy`; undefined for all other texts. */
export function plainEndpoint(text: string): EndpointColumn | undefined {
  if (!zoneWithAddress.test(text)) return undefined;
  const colon = text.indexOf(':');
  const slash = text.indexOf('/');
  const zones = zoneCalled(text.slice(0, colon));
  const at = placeAt(colon + 1, text.length);
  const item: HostItem =
    slash < 0
      ? { kind: 'address', text: text.slice(colon + 1), at }
      : { kind: 'network', text: text.slice(colon + 1, slash), length: text.slice(slash + 1), at };
  const hosts = { items: [item], except: none, at };
  return { kind: 'endpoints', endpoints: [{ zones, random: false, hosts, at: placeAt(0, text.length) }] };
}

const none: readonly never[] = [];

const mostCharacters = 64;
const places: At[] = [];

/** A part of a cell: the same object for the same part of short ones, since each line has several. */
function placeAt(start: number, end: number): At {
  if (end >= mostCharacters) return { start, end };
  const number = start * mostCharacters + end;
  const known = places[number] ?? { start, end };
  places[number] = known;
  return known;
}

const mostZones = 1000;
const known = new Map<string, ZoneSelector>();

/** The zone at the beginning of a cell: the same value for the same name. */
function zoneCalled(name: string): ZoneSelector {
  const before = known.get(name);
  if (before) return before;
  const at = placeAt(0, name.length);
  const zones: ZoneSelector = { kind: 'zones', zones: [{ name, at }], within: false, at };
  if (known.size < mostZones) known.set(name, zones);
  return zones;
}

const numbers = /^([0-9]+)(?:[:-]([0-9]+))?$/;

/** A port or a range of ports by rule `Ports`; undefined for all other texts. */
export function plainPorts(text: string): PortList | undefined {
  const found = numbers.exec(text);
  const first = found?.[1];
  if (first === undefined) return undefined;
  const last = found?.[2];
  const at = placeAt(0, text.length);
  return { negated: false, either: false, items: [{ kind: 'port', first, last: last ?? first, at }] };
}

/** Cells that need no grammar: how they are written, and how their value is made. */
export interface PlainCell {
  readonly pattern: RegExp;
  readonly read: (text: string) => unknown;
}

/** Cells that need no grammar, by the rule that would read them. */
export const plainCells: Readonly<Record<string, PlainCell | undefined>> = {
  EndpointColumn: { pattern: zoneWithAddress, read: plainEndpoint },
  Ports: { pattern: numbers, read: plainPorts },
};
