/**
 * Which packets are of which class: HTB, HFSC and prio take the priority of a packet that names one of their classes,
 * so that rules say it and tc needs no filters. The first that fits counts: filters, then by the priority of classes.
 */
import type { Match, NftRule, Statement } from '../../ir/ruleset.ts';
import type { ClassFilter, ShapedDevice, SimpleDevice } from '../../model/shaping.ts';
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

/**
 * The classes of each device by which packets leave, behind the translation of sources: filters see what is sent, as those
 * of tc(8) do. Who has a class of a line of `mangle` keeps it.
 */
export function addClasses(program: Program): void {
  const { devices, simple } = program.model.shaping;
  const jumps = [
    ...devices
      .filter(({ redirected }) => redirected.length === 0)
      .map((each) => ({ device: each.device, rules: rulesOfDevice(each, program) })),
    ...simple.map((each) => ({ device: each.device, rules: rulesOfBands(each, program) })),
  ]
    .filter(({ rules }) => rules.length > 0)
    .map(({ device, rules }) => {
      const name = `classes-${device.replace(/[^A-Za-z0-9]/g, '_')}`;
      program.add({ name, comment: `classes of ${device}`, rules });
      return rule(
        [{ kind: 'interface', field: 'oifname', negated: false, interfaces: [{ name: device, wildcard: false }] }],
        [jump(name)],
      );
    });
  if (jumps.length === 0) return;
  program.add({
    name: 'shaping-classes',
    base: { type: 'filter', hook: 'postrouting', priority: behindTranslation, policy: 'accept' },
    comment: 'classes of devices: filters, acknowledgements, types of service, marks',
    rules: [...(program.model.mangle.length > 0 ? [rule([hasClass], [back])] : []), ...jumps],
  });
}

/** Sources are translated at 90 and, by others, at 100. */
const behindTranslation = 110;

const hasClass: Match = { kind: 'classed', negated: false };

const acknowledgement: Match = { kind: 'tcpFlags', negated: false, mask: ['fin', 'syn', 'rst', 'ack'], set: ['ack'] };
/** With their IP header, and no more (RFC 9293 section 3.1). */
const small: Match = { kind: 'length', negated: false, ranges: [{ first: 0, last: 63 }] };

function rulesOfDevice(device: ShapedDevice, program: Program): readonly NftRule[] {
  const { number: major, classes } = device;
  const set = (minor: number): readonly Statement[] => [counter, { kind: 'setPriority', major, minor }, back];
  const asked = [
    ...program.model.shaping.filters
      .filter((each) => each.device === device.device)
      .map(({ order, traffic, minor, origin }) => ({
        order,
        rules: lowerTraffic(traffic, { name: `filter-${minor}` }, program).map((matches) =>
          rule(matches, set(minor), { origin }),
        ),
      })),
    ...classes.flatMap(({ number, filters, origin }) =>
      filters.map((each) => ({
        order: each.order,
        rules: matchesOf(each, program).map((matches) => rule(matches, set(number), { origin })),
      })),
    ),
  ];
  return asked.sort((a, b) => a.order - b.order).flatMap(({ rules }) => rules);
}

function matchesOf(filter: ClassFilter, { model, dual }: Program): readonly (readonly Match[])[] {
  switch (filter.kind) {
    case 'acknowledgement':
      return [[acknowledgement, small]];
    case 'mark':
      return [[{ kind: 'packetMark', negated: false, mask: model.settings.marks.shaping, value: filter.mark }]];
    case 'service':
      return model.families.versions.map((version) => [
        ...(dual ? [{ kind: 'version' as const, version }] : []),
        { kind: 'trafficClass', negated: false, mask: filter.mask, value: filter.value },
      ]);
  }
}

function rulesOfBands({ origin }: SimpleDevice, program: Program): readonly NftRule[] {
  const mask = program.model.settings.marks.shaping;
  const set = (minor: number): readonly Statement[] => [
    counter,
    { kind: 'setPriority', major: simpleMajor, minor },
    back,
  ];
  return [
    rule([acknowledgement, small], set(1), { origin }),
    ...[1, 2, 3].map((band) =>
      rule([{ kind: 'packetMark', negated: false, mask, value: band }], set(band), { origin }),
    ),
  ];
}
