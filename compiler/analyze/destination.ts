/** What a chain does to packets whose destination or source has been translated, as a function of the packet that was sent. */
import type { FieldValues } from '../ir/fields.ts';
import type { Statement } from '../ir/ruleset.ts';
import type { AddressRange, NumberRange } from '../net/ranges.ts';
import { RangeAxis } from './axes.ts';
import { always, type Node, never } from './diagram.ts';
import type { PacketSpace, PlacedAxis } from './packet-space.ts';

/** A statement that translates. */
export type Translating = Extract<Statement, { kind: 'dnat' | 'snat' | 'netmap' | 'redirect' | 'masquerade' }>;

/** Whether a statement changes where a packet goes; else it changes where it seems to come from. */
export function changesDestination(statement: Translating): boolean {
  return (
    statement.kind === 'dnat' ||
    statement.kind === 'redirect' ||
    (statement.kind === 'netmap' && statement.direction === 'dnat')
  );
}

/** The function of a chain that sees packets after the translation of their destination. */
export function afterTranslation(space: PacketSpace, node: Node, statement: Translating, name: string): Node {
  const ported = 'ports' in portsOf(statement) ? withPort(space, node, portsOf(statement), name) : node;
  return withFlag(space, withAddress(space, ported, statement, name), statement);
}

function portsOf(statement: Translating): { readonly ports?: NumberRange } {
  if (statement.kind === 'dnat' || statement.kind === 'snat')
    return statement.to.ports ? { ports: statement.to.ports } : {};
  return 'ports' in statement && statement.ports ? { ports: statement.ports } : {};
}

/** A port in the range stays, any other becomes one that the kernel picks (kernel: nf_nat_l4proto_unique_tuple). */
function withPort(space: PacketSpace, node: Node, { ports }: { readonly ports?: NumberRange }, name: string): Node {
  if (!ports) return node;
  const values: FieldValues = { field: 'dport', ranges: [ports] };
  const picked = oneOf(space, node, values, `port of ${name}`);
  if (ports.first === ports.last) return picked;
  return space.diagrams.ifElse(space.having(values), node, picked);
}

function withAddress(space: PacketSpace, node: Node, statement: Translating, name: string): Node {
  switch (statement.kind) {
    case 'netmap':
      return mapped(space, node, statement.from, statement.to);
    case 'redirect':
      return anyAddress(space, node, `address of ${name}`);
    case 'dnat':
      if (statement.to.addressIn !== undefined) return anyAddress(space, node, `address of ${name}`);
      return statement.to.addresses
        ? oneOf(space, node, { field: 'daddr', ranges: [statement.to.addresses] }, `server of ${name}`)
        : node;
    default:
      return node;
  }
}

/** The function where a field has one of these values, whichever the kernel picks: what depends on it asks a condition. */
function oneOf(space: PacketSpace, node: Node, values: FieldValues, name: string): Node {
  const [range] = 'ranges' in values ? values.ranges : [];
  const placed = space
    .axesOf(values.field)
    .find(({ name: axis }) => !range || !('version' in range) || axis.endsWith(String(range.version)));
  if (!placed || !isAsked(space, node, placed)) return node;
  return picked(space, node, placed, segmentsOf(placed, values), name);
}

function anyAddress(space: PacketSpace, node: Node, name: string): Node {
  return space.axesOf('daddr').reduce((all, placed) => {
    const every = Array.from({ length: placed.axis.count }, (_, segment) => segment);
    return isAsked(space, all, placed) ? picked(space, all, placed, every, name) : all;
  }, node);
}

function picked(space: PacketSpace, node: Node, placed: PlacedAxis, segments: readonly number[], name: string): Node {
  const parts = new Map<Node, number>();
  for (const segment of segments) parts.set(space.fixSpans(node, new Map([[placed, segment]])), segment);
  const [first, ...others] = [...parts];
  if (!first) return node;
  return others.reduce<Node>(
    (rest, [part, segment]) =>
      space.diagrams.ifElse(
        space.condition({ name: `${name} is ${valuesText(placed, segment)}`, shared: true }, ''),
        part,
        rest,
      ),
    first[0],
  );
}

function valuesText({ axis }: PlacedAxis, segment: number): string {
  if (!(axis instanceof RangeAxis)) return String(segment);
  const { first, last } = axis.valuesAt(segment);
  return first === last ? String(first) : `${first}-${last}`;
}

function segmentsOf({ axis }: PlacedAxis, values: FieldValues): readonly number[] {
  return axis
    .spansOf(values)
    .flatMap(({ first, last }) => Array.from({ length: last - first + 1 }, (_, index) => first + index));
}

/** Each address of a network at the same place of another one; the axes are cut so that segments go into segments. */
function mapped(space: PacketSpace, node: Node, from: AddressRange, to: AddressRange): Node {
  const placed = space.axesOf('daddr').find(({ name }) => name.endsWith(String(from.version)));
  if (!placed || !(placed.axis instanceof RangeAxis) || !isAsked(space, node, placed)) return node;
  const { axis } = placed;
  return segmentsOf(placed, { field: 'daddr', ranges: [from] }).reduce((all, segment) => {
    const target = axis.segmentOf(axis.valuesAt(segment).first - from.first + to.first);
    const there = space.fixSpans(node, new Map([[placed, target]]));
    const here = space.chooseSpans(placed, [{ first: segment, last: segment }], always, never);
    return space.diagrams.ifElse(here, there, all);
  }, node);
}

function isAsked(space: PacketSpace, node: Node, { level, bits }: PlacedAxis): boolean {
  return [...space.diagrams.levels(node)].some((each) => each >= level && each < level + bits);
}

/** `ct status dnat` holds where the translation changes something (kernel: nf_nat_setup_info). */
function withFlag(space: PacketSpace, node: Node, statement: Translating): Node {
  const flag = (present: boolean) => space.fixSpans(node, space.spansOf({ field: 'dnat', present }));
  const changed = flag(true);
  const unchanged = flag(false);
  if (changed === unchanged) return changed;
  return space.diagrams.ifElse(staying(space, statement), unchanged, changed);
}

/** The packets that a translation leaves as they were sent. */
function staying(space: PacketSpace, statement: Translating): Node {
  const ports = portsOf(statement).ports;
  const samePort = ports ? space.having({ field: 'dport', ranges: [ports] }) : always;
  if (statement.kind !== 'dnat') return never;
  const { addresses, addressIn } = statement.to;
  if (addressIn !== undefined) return never;
  if (!addresses) return samePort;
  return addresses.first === addresses.last
    ? space.diagrams.and(samePort, space.having({ field: 'daddr', ranges: [addresses] }))
    : never;
}
