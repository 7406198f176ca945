/** Queues and classes of devices as lines for tc(8), in the order in which they are made. */
import type { Match } from '../../ir/ruleset.ts';
import type { Model } from '../../model/index.ts';
import type { Leaf, ShapedDevice, ShapingClass, ShapingFilter, SimpleDevice } from '../../model/shaping.ts';
import type { ShapingStep } from '../../system-plan.ts';
import { lowerTraffic } from '../rules/matches.ts';
import { Program } from '../ruleset-builder.ts';
import { simpleMajor } from './classes.ts';
import { u32Words } from './u32.ts';

/** A step for each device. */
export function shapingSteps(model: Model): readonly ShapingStep[] {
  const { applied, devices, simple, filters } = model.shaping;
  if (!applied) return [];
  const leaves = { next: 0 };
  return [
    ...devices.map((each) => ({
      kind: 'shaping' as const,
      device: each.device,
      lines: linesOfDevice(each, filters, leaves, model),
    })),
    ...devices.flatMap(({ redirected, device, restoresMarks }) =>
      redirected.map((from) => ({
        kind: 'shaping' as const,
        device: from,
        lines: redirection(from, device, restoresMarks),
        beside: true as const,
      })),
    ),
    ...simple.map((each, index) => ({
      kind: 'shaping' as const,
      device: each.device,
      lines: linesOfSimple(each, index, model),
    })),
  ];
}

function hex(number: number): string {
  return number.toString(16);
}

/** A rate in bits, as short as it can be. */
function bits(rate: number): string {
  return rate % 1000 === 0 ? `${rate / 1000}kbit` : `${rate}bit`;
}

function linesOfDevice(
  device: ShapedDevice,
  filters: readonly ShapingFilter[],
  leaves: { next: number },
  model: Model,
): readonly string[] {
  const { device: dev, number, kind, rate, classes, linkLayer, mtu } = device;
  const major = hex(number);
  const root = hex(classes.find(({ isDefault }) => isDefault)?.number ?? 1);
  if (kind === 'cake')
    return [
      `qdisc add dev ${dev} root handle ${major}: cake bandwidth ${bits(rate)}${device.words.map((word) => ` ${word}`).join('')}`,
    ];
  const stab = linkLayer.length === 0 ? '' : `stab ${linkLayer.join(' ')} `;
  const share = r2q(rate);
  const all =
    kind === 'htb'
      ? `htb rate ${bits(rate)} quantum ${Math.max(mtu, 1500)}`
      : `hfsc sc rate ${bits(rate)} ul rate ${bits(rate)}`;
  return [
    `qdisc add dev ${dev} ${stab}root handle ${major}: ${kind} default ${root}${kind === 'htb' ? ` r2q ${share}` : ''}`,
    `class add dev ${dev} parent ${major}: classid ${major}:1 ${all}`,
    ...classes.map((each) => classLine(each, device, share)),
    ...classes.flatMap((each) => leafLines(each, device, share, leaves)),
    ...(device.redirected.length > 0 ? filterLines(device, filters, model) : []),
    ...(device.restoresMarks ? markLines(device, model) : []),
  ];
}

/** Bytes of a second's rate for one turn of a class, so that turns are longer than packets (tc-htb(8), r2q). */
function r2q(rate: number): number {
  return Math.max(5, Math.floor(rate / 200_000));
}

function quantum(rate: number, share: number, mtu: number): number {
  return Math.max(mtu, Math.floor(((rate / 1000) * 125) / share));
}

function classLine(each: ShapingClass, { device, number, kind, mtu }: ShapedDevice, share: number): string {
  const major = hex(number);
  const start = `class add dev ${device} parent ${major}:${hex(each.parent)} classid ${major}:${hex(each.number)} ${kind}`;
  if (kind === 'htb')
    return `${start} rate ${bits(each.rate)} ceil ${bits(each.ceil)} prio ${each.prio} quantum ${quantum(each.rate, share, mtu)}`;
  const { delay } = each;
  const curve = delay ? `umax ${delay.most ?? mtu}b dmax ${delay.time} ` : '';
  return `${start} sc ${curve}rate ${bits(each.rate)} ul rate ${bits(each.ceil)}`;
}

/** `leaf` in front of a line: without it the class still works, in the order in which packets come. */
function leafLines(
  { number, rate, leaf, hasChildren }: ShapingClass,
  device: ShapedDevice,
  share: number,
  leaves: { next: number },
): readonly string[] {
  const words = leafWords(leaf, quantum(rate, share, device.mtu));
  if (words === undefined || hasChildren) return [];
  leaves.next += 1;
  const major = hex(device.number);
  const handle = hex(0x1000 + leaves.next);
  const flow =
    leaf.kind === 'sfq' && leaf.flow !== undefined
      ? [
          `leaf filter add dev ${device.device} parent ${handle}: protocol all prio 1 handle ${leaves.next} flow hash keys ${leaf.flow} divisor 1024`,
        ]
      : [];
  return [`leaf qdisc add dev ${device.device} parent ${major}:${hex(number)} handle ${handle}: ${words}`, ...flow];
}

function leafWords(leaf: Leaf, quantumOf: number): string | undefined {
  if (leaf.kind === 'none') return undefined;
  if (leaf.kind === 'sfq') return `sfq quantum ${quantumOf} limit ${leaf.limit} perturb 10`;
  if (leaf.kind === 'cake') return ['cake unlimited', ...leaf.words].join(' ');
  if (leaf.kind === 'red') return `red ${leaf.words.join(' ')}`;
  return `fq_codel ${leaf.words.length > 0 ? leaf.words.join(' ') : 'ecn'}`;
}

/** Before nft sees packets that come in, tc must tell their classes by itself. */
function filterLines(
  { device, number }: ShapedDevice,
  filters: readonly ShapingFilter[],
  model: Model,
): readonly string[] {
  const scratch = new Program(model);
  return filters
    .filter((each) => each.device === device)
    .sort((a, b) => a.order - b.order)
    .flatMap(({ traffic, minor }, index) =>
      lowerTraffic(traffic, { name: 'filter' }, scratch).flatMap((matches: readonly Match[]) =>
        u32Words(matches).map(
          ({ protocol, words }) =>
            `filter add dev ${device} parent ${hex(number)}: protocol ${protocol} prio ${index * 2 + (protocol === 'ip' ? 1 : 2)} u32 ${words} flowid ${hex(number)}:${hex(minor)}`,
        ),
      ),
    );
}

/** What comes in has the mark of its connection by then, and tc asks for it by itself. */
function markLines({ device, number, classes }: ShapedDevice, { settings }: Model): readonly string[] {
  const major = hex(number);
  return classes.flatMap(({ filters, number: minor }) =>
    filters.flatMap((each) =>
      each.kind !== 'mark'
        ? []
        : [
            `filter add dev ${device} parent ${major}: protocol all prio ${each.order} handle 0x${hex(each.mark)}/0x${hex(settings.marks.shaping)} fw classid ${major}:${hex(minor)}`,
          ],
    ),
  );
}

function redirection(from: string, to: string, restoresMarks: boolean): readonly string[] {
  const restored = restoresMarks ? 'action connmark ' : '';
  return [
    `qdisc add dev ${from} handle ffff: ingress`,
    `filter add dev ${from} parent ffff: protocol all prio 10 u32 match u32 0 0 ${restored}action mirred egress redirect dev ${to}`,
  ];
}

function linesOfSimple({ device, out, flow }: SimpleDevice, index: number, { settings }: Model): readonly string[] {
  const map = settings.shaping.bands.map((band) => band - 1).join(' ');
  const major = hex(simpleMajor);
  const above = hex(0x201 + index);
  const place = out ? `parent ${above}:1` : 'root';
  return [
    ...(out
      ? [
          `qdisc add dev ${device} root handle ${above}: tbf rate ${bits(out.rate)} burst ${out.burst} latency ${out.latency} mpu 64${out.more.map((word) => ` ${word}`).join('')}`,
        ]
      : []),
    `qdisc add dev ${device} ${place} handle ${major}: prio bands 3 priomap ${map}`,
    ...[1, 2, 3].flatMap((band) => [
      `leaf qdisc add dev ${device} parent ${major}:${band} handle ${hex(0x1f00 + index * 16 + band)}: sfq quantum 1875 limit 127 perturb 10`,
      ...(flow === undefined
        ? []
        : [
            `leaf filter add dev ${device} parent ${hex(0x1f00 + index * 16 + band)}: protocol all prio 1 handle ${band} flow hash keys ${flow} divisor 1024`,
          ]),
    ]),
  ];
}
