/**
 * Ports of bridges. A table of the bridge family writes into the mark by which port a packet came, and, where the bridge
 * has decided it, by which it leaves; the rules for packets read it there. Between ports they see packets only by
 * br_netfilter, so what they have not seen does not go from port to port.
 */
import type { Chain, FrameTable, Match, NftRule, Ruleset, Statement } from '../../ir/ruleset.ts';
import { type PortBits, portMark } from '../../language/mark-layout.ts';
import type { Model } from '../../model/index.ts';
import type { BridgePort, Interface } from '../../model/interface.ts';
import type { HostGroup } from '../../model/zone.ts';
import type { InterfacePattern } from '../../net/interface.ts';
import { placeOf } from '../../source.ts';
import type { SystemStep } from '../../system-plan.ts';
import { counter, drop } from '../rules/verdicts.ts';
import { type Program, rule } from '../ruleset-builder.ts';
import { arpBetweenPorts } from './arp.ts';

/** Before connection tracking and all else; br_netfilter hands packets over at 0 (linux/netfilter_bridge.h). */
const first = -301;

interface Port extends BridgePort {
  readonly bridge: Interface;
  readonly origin: HostGroup['origin'];
}

/** The ports with a zone, in their order. */
function portsOf({ zones }: Model): readonly Port[] {
  return zones
    .flatMap(({ hosts }) =>
      hosts.flatMap(({ port, interface: bridge, origin }) => (port ? [{ ...port, bridge, origin }] : [])),
    )
    .sort((a, b) => a.number - b.number);
}

function bitsTogether({ source, dest, seen }: PortBits): number {
  return (source | dest | seen) >>> 0;
}

function set(mask: number, value: number): Statement {
  return { kind: 'setMark', target: 'packet', mask, value };
}

function at(field: 'iifname' | 'oifname', interfaces: readonly InterfacePattern[], negated = false): Match {
  return { kind: 'interface', field, negated, interfaces };
}

/** The table of the bridge; none without ports. */
export function portTables(model: Model): readonly FrameTable[] {
  const { portBits: bits } = model;
  if (!bits) return [];
  const ports = portsOf(model);
  const marked = (field: 'iifname' | 'oifname', mask: number): readonly NftRule[] =>
    // Of two lines that fit a port the first counts.
    [...ports]
      .reverse()
      .map(({ pattern, number, origin }) =>
        rule([at(field, [pattern])], [set(mask, portMark(number, mask))], { origin }),
      );
  return [
    {
      family: 'bridge',
      table: 'ftpwall',
      chains: [
        chain('prerouting', [
          rule([], [set(bitsTogether(bits), 0)], { comment: 'no port yet' }),
          ...marked('iifname', bits.source),
        ]),
        chain('forward', [...unseen(ports, bits, model), ...marked('oifname', bits.dest)]),
        ...arpBetweenPorts(model),
      ],
    },
  ];
}

function chain(hook: 'prerouting' | 'forward', rules: readonly NftRule[]): Chain {
  return { name: hook, base: { type: 'filter', hook, priority: first, policy: 'accept' }, rules };
}

/** From or to a port with a zone nothing goes that the rules for packets have not seen. */
function unseen(ports: readonly Port[], { seen }: PortBits, { families }: Model): readonly NftRule[] {
  // A Shorewall folder for IPv6 may be loaded beside that for IPv4: it has a say of its own.
  const kinds = families.table === 'inet' ? ['ip', 'ip6'] : ['ip'];
  const types = kinds.length > 1 ? `{ ${kinds.join(', ')} }` : kinds.join('');
  const passed: readonly Match[] = [
    { kind: 'raw', text: `ether type ${types}` },
    { kind: 'packetMark', negated: false, mask: seen, value: 0 },
  ];
  const patterns = ports.map(({ pattern }) => pattern);
  return (['iifname', 'oifname'] as const).map((field) =>
    rule([at(field, patterns), ...passed], [counter, drop], {
      comment: 'the rules do not see what the bridge passes on (bridge-nf-call-iptables)',
    }),
  );
}

/** What else reads and writes these bits: nothing, so packets of no port have none of them. */
export function addPorts(program: Program): void {
  const { portBits: bits } = program.model;
  if (!bits) return;
  const bridges = [...new Set(portsOf(program.model).map(({ bridge }) => bridge.pattern))];
  const clean = (matches: readonly Match[]) => rule(matches, [set(bitsTogether(bits), 0)], { comment: 'no port' });
  const base = (hook: 'prerouting' | 'output') =>
    ({ type: 'filter', hook, priority: first, policy: 'accept' }) as const;
  const comment = 'ports of bridges';
  program.add({
    name: 'ports-prerouting',
    base: base('prerouting'),
    comment,
    rules: [
      clean([at('iifname', bridges, true)]),
      rule([at('iifname', bridges)], [set(bits.seen, bits.seen)], { comment: 'seen' }),
    ],
  });
  program.add({ name: 'ports-output', base: base('output'), comment, rules: [clean([])] });
}

/** The same rules, without a hand on the bits of ports: `MARK(5)` sets all others. */
export function leavePorts(ruleset: Ruleset, { portBits: bits }: Model): Ruleset {
  if (!bits) return ruleset;
  const ours = bitsTogether(bits);
  const others = (mask: number) => ((mask & ~ours) >>> 0 === 0 ? mask : (mask & ~ours) >>> 0);
  const left = <Part extends Match | Statement>(part: Part): Part => {
    if (part.kind !== 'packetMark' && !(part.kind === 'setMark' && part.target === 'packet')) return part;
    return { ...part, mask: others(part.mask) };
  };
  return {
    ...ruleset,
    chains: ruleset.chains.map((each) => ({
      ...each,
      rules: each.rules.map((one) => ({
        ...one,
        matches: one.matches.map(left),
        statements: one.statements.map(left),
      })),
    })),
  };
}

/** Without br_netfilter, or with its switches off, nothing would be filtered between ports. */
export function portSteps(model: Model): readonly SystemStep[] {
  const [port] = model.portBits ? portsOf(model) : [];
  if (!port) return [];
  const { origin } = port;
  return [
    { kind: 'module', name: 'br_netfilter', neededBy: placeOf(origin[0]), required: true },
    ...['iptables', 'ip6tables'].map(
      (name): SystemStep => ({
        kind: 'sysctl',
        key: `net/bridge/bridge-nf-call-${name}`,
        value: '1',
        optional: false,
        origin,
      }),
    ),
  ];
}
