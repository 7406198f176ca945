/**
 * Events as sets of addresses. What is asked of an event decides how it is remembered: "seen within a minute" is a set
 * whose elements live for a minute. "Three times within a minute" is a ring of three such sets, where the set that is
 * next to be written holds the address as long as its third last packet is young enough; as many pointer sets say which
 * one is next. So the answer is exact, as that of xt_recent is (kernel: net/netfilter/xt_recent.c).
 */
import type { Match, NftRule, SetKeyField, Statement } from '../../ir/ruleset.ts';
import type { Model } from '../../model/index.ts';
import type { ActionCall } from '../../model/rule.ts';
import type { EventQuestion, EventUse, Traffic } from '../../model/traffic.ts';
import type { Version } from '../../net/version.ts';
import { type Program, rule } from '../ruleset-builder.ts';
import { setName } from '../sets/set-names.ts';
import { back, jump } from './verdicts.ts';

/** The lists of matches that together say what the line asks; one empty list when it asks nothing. */
export function askEvents(
  traffic: Traffic,
  version: Version | undefined,
  program: Program,
): readonly (readonly Match[])[] {
  if (!traffic.events) return always;
  let found = always;
  for (const { event, side, asks } of traffic.events) {
    if (!asks) continue;
    const holds = ringOf(event, asks, version ?? 4, program).map(({ seen, next }) =>
      [next, seen].flatMap((set) => (set === undefined ? [] : [isIn(set, keyOf(side, version ?? 4))])),
    );
    found = found.flatMap((before) => holds.map((matches) => [...before, ...matches]));
  }
  return found;
}

/** One way, which asks nothing. */
const always: readonly (readonly Match[])[] = [[]];

/** The chain that makes the change, when the line makes one. */
export function tellEvent({ events }: Traffic, program: Program): string | undefined {
  const last = events?.at(-1);
  if (!last?.effect) return undefined;
  const { event, side, effect } = last;
  return program.later(`event-${event}-${effect}-${side}`, () => ({
    comment: effect === 'record' ? `remembers the address for the event ${event}` : `forgets the event ${event}`,
    rules: program.model.families.versions.flatMap((version) =>
      questionsOf(event, program.model).flatMap((asks) =>
        effect === 'record'
          ? recordRules(event, asks, { side, version }, program)
          : forgetRules(event, asks, { side, version }, program),
      ),
    ),
  }));
}

interface End {
  readonly side: EventUse['side'];
  readonly version: Version;
}

/** One slot of the memory: the addresses in it, and those for which it is the next to be written. */
interface Slot {
  readonly seen: string;
  readonly next?: string;
}

/** Declares the sets of a question. */
function ringOf(event: string, { hits, seconds }: EventQuestion, version: Version, program: Program): readonly Slot[] {
  const within = seconds === undefined ? '' : `-${seconds}s`;
  const declare = (what: string): string =>
    program.set({
      name: setName(`event-${event}${within}${what}`, version),
      type: [version === 4 ? 'ipv4_addr' : 'ipv6_addr'],
      interval: false,
      dynamic: true,
      ...(seconds === undefined ? {} : { timeout: seconds }),
      size: 65535,
      elements: [],
    });
  if (hits === 1) return [{ seen: declare('') }];
  return Array.from({ length: hits }, (_, index) => ({
    seen: declare(`-${index + 1}of${hits}`),
    next: declare(`-at${index + 1}of${hits}`),
  }));
}

function recordRules(event: string, asks: EventQuestion, end: End, program: Program): readonly NftRule[] {
  const ring = ringOf(event, asks, end.version, program);
  const [first] = ring;
  if (!first) return [];
  const key = keyOf(end.side, end.version);
  if (ring.length === 1) return [rule(onlyOf(end, program), [change('update', first.seen, key)])];
  const write = (slot: Slot, index: number): readonly Statement[] => {
    const following = ring[(index + 1) % ring.length];
    return [
      change('update', slot.seen, key),
      ...(slot.next ? [change('delete', slot.next, key)] : []),
      ...(following?.next ? [change('update', following.next, key)] : []),
    ];
  };
  const within = asks.seconds === undefined ? '' : `-${asks.seconds}s`;
  const chain = program.once(`event-${event}${within}-${asks.hits}-${end.side}-${end.version}`, () => ({
    comment: `the last ${asks.hits} packets of an address`,
    rules: [
      ...ring.flatMap((slot, index) =>
        slot.next ? [rule([isIn(slot.next, key)], [...write(slot, index), back])] : [],
      ),
      // A new address: nothing points anywhere yet.
      rule(onlyOf(end, program), [change('update', first.seen, key), change('update', ring[1]?.next ?? '', key)]),
    ],
  }));
  return [rule(onlyOf(end, program), [jump(chain)])];
}

function forgetRules(event: string, asks: EventQuestion, end: End, program: Program): readonly NftRule[] {
  const key = keyOf(end.side, end.version);
  return ringOf(event, asks, end.version, program)
    .flatMap(({ seen, next }) => (next === undefined ? [seen] : [seen, next]))
    .map((set) => rule(onlyOf(end, program), [change('delete', set, key)]));
}

function keyOf(side: EventUse['side'], version: Version): SetKeyField {
  return { field: side === 'source' ? 'saddr' : 'daddr', version };
}

function isIn(set: string, key: SetKeyField): Match {
  return { kind: 'set', set, negated: false, key: [key] };
}

function change(operation: 'update' | 'delete', set: string, key: SetKeyField): Statement {
  return { kind: 'changeSet', operation, set, key: [key] };
}

function onlyOf({ version }: End, program: Program): readonly Match[] {
  return program.dual ? [{ kind: 'version', version }] : [];
}

const asked = new WeakMap<Model, ReadonlyMap<string, readonly EventQuestion[]>>();

/** Everything that any line asks of an event. */
function questionsOf(event: string, model: Model): readonly EventQuestion[] {
  const known = asked.get(model) ?? gatherQuestions(model);
  asked.set(model, known);
  return known.get(event) ?? [];
}

function gatherQuestions(model: Model): ReadonlyMap<string, readonly EventQuestion[]> {
  const found = new Map<string, Map<string, EventQuestion>>();
  const seen = new Set<ActionCall>();
  const take = (traffic: Traffic): void => {
    for (const { event, asks } of traffic.events ?? []) {
      const mine = found.get(event) ?? new Map<string, EventQuestion>();
      found.set(event, mine);
      if (asks) mine.set(`${asks.hits} ${asks.seconds ?? ''}`, asks);
    }
  };
  const follow = (call: ActionCall): void => {
    if (seen.has(call)) return;
    seen.add(call);
    for (const each of call.rules) {
      take(each.traffic);
      if (each.action.kind === 'call') follow(each.action.call);
    }
  };
  for (const each of model.rules) {
    take(each.traffic);
    if (each.action.kind === 'call') follow(each.action.call);
  }
  for (const each of [...model.snat, ...model.tracking]) take(each.traffic);
  const { input, forward, output } = model.fallbacks;
  for (const policy of [...model.policies, ...input, ...forward, ...output]) policy.defaults.forEach(follow);
  return new Map([...found].map(([event, questions]) => [event, [...questions.values()]]));
}
