/**
 * Which packets are of which class: HTB, HFSC and prio take the priority of a packet that names one of their classes,
 * so that rules say it and tc needs no filters. The first that fits counts: filters, then by the priority of classes.
 */
import type { Match, NftRule, Statement } from '../../ir/ruleset.ts';
import type { ShapedDevice, ShapingClass, SimpleDevice } from '../../model/shaping.ts';
import type { Version } from '../../net/version.ts';
import { lowerTraffic } from '../rules/matches.ts';
import { back, counter, drop, jump } from '../rules/verdicts.ts';
import { type Program, rule } from '../ruleset-builder.ts';

/** The major number of the bands of simple shaping. */
export const simpleMajor = 0x101;

/** What comes in above its rate is dropped before connections are tracked. */
export function addIncomingLimits(program: Program): void {
  const { devices, simple, applied } = program.model.shaping;
  const limited = applied ? [...devices, ...simple].filter(({ incoming }) => incoming) : [];
  if (limited.length === 0) return;
  program.add({
    name: 'shaping-incoming',
    base: { type: 'filter', hook: 'prerouting', priority: -310, policy: 'accept' },
    comment: 'IN-BANDWIDTH: what comes in above the rate is dropped',
    rules: limited.map(({ device, incoming, origin }) =>
      rule(
        [
          { kind: 'interface', field: 'iifname', negated: false, interfaces: [{ name: device, wildcard: false }] },
          {
            kind: 'limit',
            rate: { count: incoming?.rate ?? 1, per: 'second', burst: incoming?.burst ?? 1 },
            unit: 'bytes',
            over: true,
          },
        ],
        [counter, drop],
        { origin },
      ),
    ),
  });
}

/** The lines of `tcpri` of one place: bands are marks, as in Shorewall. */
export function bandRules(forwarded: boolean, program: Program): readonly NftRule[] {
  const mask = program.model.settings.marks.shaping;
  return program.model.shaping.bands
    .filter((each) => each.forwarded === forwarded)
    .flatMap(({ band, traffic, origin }) =>
      lowerTraffic(traffic, { name: `band-${band}` }, program).map((matches) =>
        rule(matches, [counter, { kind: 'setMark', target: 'packet', mask, value: band }], { origin }),
      ),
    );
}

/** A jump to the classes of each device by which packets leave. */
export function classRules(program: Program): readonly NftRule[] {
  const { devices, simple } = program.model.shaping;
  const chains = [
    ...devices
      .filter(({ redirected }) => redirected.length === 0)
      .map((each) => ({ device: each.device, rules: rulesOfDevice(each, program) })),
    ...simple.map((each) => ({ device: each.device, rules: rulesOfBands(each, program) })),
  ];
  return chains
    .filter(({ rules }) => rules.length > 0)
    .map(({ device, rules }) => {
      const name = `classes-${device.replace(/[^A-Za-z0-9]/g, '_')}`;
      program.add({ name, comment: `classes of ${device}`, rules });
      return rule(
        [{ kind: 'interface', field: 'oifname', negated: false, interfaces: [{ name: device, wildcard: false }] }],
        [jump(name)],
      );
    });
}

const acknowledgement: Match = { kind: 'tcpFlags', negated: false, mask: ['fin', 'syn', 'rst', 'ack'], set: ['ack'] };
/** With their IP header, and no more (RFC 9293 section 3.1). */
const small: Match = { kind: 'length', negated: false, ranges: [{ first: 0, last: 63 }] };

function rulesOfDevice(device: ShapedDevice, program: Program): readonly NftRule[] {
  const { number: major, classes } = device;
  const set = (minor: number): readonly Statement[] => [counter, { kind: 'setPriority', major, minor }, back];
  const filtered = program.model.shaping.filters
    .filter((each) => each.device === device.device)
    .flatMap(({ traffic, minor, origin }) =>
      lowerTraffic(traffic, { name: `filter-${minor}` }, program).map((matches) =>
        rule(matches, set(minor), { origin }),
      ),
    );
  const byPrio = [...classes].sort((a, b) => a.prio - b.prio);
  return [...filtered, ...byPrio.flatMap((each) => rulesOfClass(each, set(each.number), program))];
}

function rulesOfClass(each: ShapingClass, statements: readonly Statement[], program: Program): readonly NftRule[] {
  const { origin, mark, services, acknowledgements } = each;
  const from = { origin };
  const mask = program.model.settings.marks.shaping;
  return [
    ...(acknowledgements ? [rule([acknowledgement, small], statements, from)] : []),
    ...services.flatMap((bits) =>
      program.model.families.versions.map((version: Version) =>
        rule(
          [
            ...(program.dual ? [{ kind: 'version' as const, version }] : []),
            { kind: 'trafficClass', negated: false, ...bits },
          ],
          statements,
          from,
        ),
      ),
    ),
    ...(mark === undefined
      ? []
      : [rule([{ kind: 'packetMark', negated: false, mask, value: mark }], statements, from)]),
  ];
}

function rulesOfBands({ origin }: SimpleDevice, program: Program): readonly NftRule[] {
  const mask = program.model.settings.marks.shaping;
  const set = (minor: number): readonly Statement[] => [
    counter,
    { kind: 'setPriority', major: simpleMajor, minor },
    back,
  ];
  return [
    ...[1, 2, 3].map((band) =>
      rule([{ kind: 'packetMark', negated: false, mask, value: band }], set(band), { origin }),
    ),
    rule([acknowledgement, small], set(1), { origin }),
  ];
}
