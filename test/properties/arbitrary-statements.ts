/** Random statements of every kind. */
import fc from 'fast-check';
import type { StatementOf } from '../../compiler/ir/kind.ts';
import { byteLength, canBeLogPrefix, canQuote, longest } from '../../compiler/ir/names.ts';
import type {
  DispatchEntry,
  DispatchField,
  Hook,
  RejectWith,
  Statement,
  Translation,
  Verdict,
} from '../../compiler/ir/ruleset.ts';
import { disjointGroups } from '../../compiler/ir/statements/verdict.ts';
import { bitsOf, prefixRange } from '../../compiler/net/address.ts';
import type { LogTarget } from '../../compiler/net/log.ts';
import type { Version } from '../../compiler/net/version.ts';
import {
  addressField,
  addressRanges,
  interfaceNames,
  marks,
  numberRanges,
  patterns,
  type Subject,
  versions,
} from './arbitrary-values.ts';

/** Where a rule stands: which hook leads to it, and which chains it may send packets to. */
export interface Place {
  readonly hook: Hook['hook'] | 'any';
  readonly type: Hook['type'];
  readonly targets: readonly string[];
}

const texts = fc.oneof(
  fc.constantFrom('rules:14', 'net → dmz', "it's # { a } ; back\\slash", 'x'.repeat(longest.comment)),
  fc.string({ maxLength: 40, unit: 'grapheme' }),
);
/** Not blank: nft 1.0.6 lists no chain's comment of spaces alone. */
export const comments = texts.filter(
  (text) => text.trim() !== '' && canQuote(text) && byteLength(text) <= longest.comment,
);
const prefixes = texts.filter(canBeLogPrefix);

export function verdicts({ targets }: Place): fc.Arbitrary<Verdict> {
  const plain = fc.constantFrom<Verdict>(
    { kind: 'accept' },
    { kind: 'drop' },
    { kind: 'return' },
    { kind: 'continue' },
  );
  if (targets.length === 0) return plain;
  return fc.oneof(plain, fc.record({ kind: fc.constantFrom('jump', 'goto'), chain: fc.constantFrom(...targets) }));
}

const targets: fc.Arbitrary<LogTarget> = fc.oneof(
  fc.record({
    kind: fc.constant('syslog'),
    level: fc.constantFrom('emerg', 'alert', 'crit', 'err', 'warn', 'notice', 'info', 'debug'),
    flags: fc.uniqueArray(fc.constantFrom('tcp sequence', 'tcp options', 'ip options', 'skuid', 'ether')),
  }),
  fc.record(
    {
      kind: fc.constant('group'),
      group: fc.nat({ max: 65535 }),
      size: fc.nat({ max: 9000 }),
      threshold: fc.nat({ max: 1000 }),
    },
    { requiredKeys: ['kind', 'group'] },
  ),
  fc.constant({ kind: 'audit' as const }),
);

function refusals({ version, protocol }: Subject): fc.Arbitrary<RejectWith> {
  const any = fc.record({
    kind: fc.constant('icmpx'),
    type: fc.constantFrom('port-unreachable', 'admin-prohibited', 'no-route', 'host-unreachable'),
  });
  const icmp = fc.record({
    kind: fc.constant('icmp'),
    type: fc.constantFrom(
      'net-unreachable',
      'host-unreachable',
      'prot-unreachable',
      'port-unreachable',
      'net-prohibited',
      'host-prohibited',
      'admin-prohibited',
    ),
  });
  const icmpv6 = fc.record({
    kind: fc.constant('icmpv6'),
    type: fc.constantFrom('no-route', 'admin-prohibited', 'addr-unreachable', 'port-unreachable'),
  });
  const reset = fc.constant<RejectWith>({ kind: 'tcp-reset' });
  return fc.oneof(
    any,
    ...(version === 4 ? [icmp] : version === 6 ? [icmpv6] : []),
    ...(protocol === 6 || protocol === undefined ? [reset] : []),
  );
}

const states = fc.constantFrom('new', 'established', 'related', 'invalid', 'untracked');

/** Entries that nft takes: the first of the groups of disjoint ones. */
function dispatches(place: Place): fc.Arbitrary<StatementOf<'dispatch'>> {
  const fields = fc.constantFrom<readonly DispatchField[]>(
    ['iifname'],
    ['oifname'],
    ['state'],
    ['iifname', 'oifname'],
    ['state', 'iifname'],
    ['iifname', 'oifname', 'state'],
  );
  return fields.chain((chosen) => {
    const keys = chosen.map((field) =>
      field === 'state' ? states : chosen.length > 1 ? patterns.filter(({ name }) => name !== '') : interfaceNames,
    );
    const entry: fc.Arbitrary<DispatchEntry> = fc.record({ keys: fc.tuple(...keys), verdict: verdicts(place) });
    return fc.array(entry, { minLength: 1, maxLength: 6 }).map((entries) => ({
      kind: 'dispatch' as const,
      fields: chosen,
      entries: disjointGroups(distinct(entries))[0] ?? [],
    }));
  });
}

function distinct(entries: readonly DispatchEntry[]): readonly DispatchEntry[] {
  return [...new Map(entries.map((entry) => [JSON.stringify(entry.keys), entry])).values()];
}

const portsToSet = numberRanges(60000).map(({ first, last }) => ({ first: first + 1, last: last + 1 }));
const hasPorts = ({ protocol }: Subject) => protocol === 6 || protocol === 17 || protocol === 'several';

function translations(subject: Subject): fc.Arbitrary<Translation> {
  const of = subject.version === undefined ? versions : fc.constant(subject.version);
  return of.chain((version) => {
    const flags = { version: fc.constant(version), random: fc.boolean(), persistent: fc.boolean() };
    const addresses = fc.record({ ...flags, addresses: addressRanges(version) });
    if (!hasPorts(subject)) return addresses;
    const both = fc.record({ ...flags, addresses: addressRanges(version), ports: portsToSet });
    // Ports alone need a rule that says the version.
    if (subject.version === undefined) return fc.oneof(addresses, both);
    return fc.oneof(addresses, both, fc.record({ ...flags, ports: portsToSet }));
  });
}

function netmaps(version: Version, direction: 'dnat' | 'snat'): fc.Arbitrary<StatementOf<'netmap'>> {
  const bits = bitsOf(version);
  const address = fc.bigInt({ min: 1n << BigInt(bits - 8), max: (1n << BigInt(bits)) - 1n });
  return fc.tuple(fc.integer({ min: 8, max: bits - 1 }), address, address).map(([length, from, to]) => ({
    kind: 'netmap',
    direction,
    from: prefixRange(version, from, length),
    to: prefixRange(version, to, length),
  }));
}

const destination = ({ type, hook }: Place) => type === 'nat' && (hook === 'prerouting' || hook === 'output');
const source = ({ type, hook }: Place) => type === 'nat' && hook === 'postrouting';

function toSelf<K extends 'masquerade' | 'redirect'>(kind: K, subject: Subject): fc.Arbitrary<StatementOf<K>> {
  const shape = { kind: fc.constant(kind), random: fc.boolean(), ports: portsToSet };
  const { ports: _ports, ...without } = shape;
  return (hasPorts(subject) ? fc.oneof(fc.record(shape), fc.record(without)) : fc.record(without)) as fc.Arbitrary<
    StatementOf<K>
  >;
}

/** For each kind what may stand in a rule about a subject at a place, or nothing. */
export const arbitraryStatements = {
  counter: () => fc.record({ kind: fc.constant('counter'), packets: fc.nat(), bytes: fc.nat() }),
  log: () => fc.record({ kind: fc.constant('log'), prefix: prefixes, target: targets }),
  verdict: (_subject, place) => fc.record({ kind: fc.constant('verdict'), verdict: verdicts(place) }),
  reject: (subject, { type, hook }) =>
    type === 'filter' && ['input', 'forward', 'output'].includes(hook)
      ? fc.record({ kind: fc.constant('reject'), with: refusals(subject) })
      : undefined,
  dispatch: (_subject, place) => dispatches(place),
  dnat: (subject, place) =>
    destination(place) ? fc.record({ kind: fc.constant('dnat'), to: translations(subject) }) : undefined,
  snat: (subject, place) =>
    source(place) ? fc.record({ kind: fc.constant('snat'), to: translations(subject) }) : undefined,
  netmap: ({ version }, place) => {
    if (version === undefined) return undefined;
    if (destination(place)) return netmaps(version, 'dnat');
    return source(place) ? netmaps(version, 'snat') : undefined;
  },
  masquerade: (subject, place) => (source(place) ? toSelf('masquerade', subject) : undefined),
  redirect: (subject, place) => (destination(place) ? toSelf('redirect', subject) : undefined),
  attachHelper: () => fc.record({ kind: fc.constant('attachHelper'), object: fc.constantFrom('ftp', 'tftp-2') }),
  setMark: () =>
    fc
      .tuple(
        fc.constantFrom('connection', 'packet'),
        fc.oneof(
          fc.constant(0xffffffff),
          marks.filter((mask) => mask !== 0),
        ),
        marks,
      )
      .map(([target, mask, value]) => ({ kind: 'setMark' as const, target, mask, value: (value & mask) >>> 0 })),
  setField: ({ version }) =>
    version === undefined
      ? undefined
      : fc.constantFrom(['dscp', 63] as const, ['ecn', 3] as const, ['hopLimit', 255] as const).chain(([field, max]) =>
          fc.record({
            kind: fc.constant('setField'),
            field: fc.constant(field),
            version: fc.constant(version),
            value: fc.nat({ max }),
          }),
        ),
  setPriority: () =>
    fc.record({
      kind: fc.constant('setPriority'),
      major: fc.integer({ min: 1, max: 0xffff }),
      minor: fc.integer({ min: 1, max: 0xfffe }),
    }),
  // It stands behind the flags that it changes, and nft lists no protocol in front of them.
  withoutEcn: () => undefined,
  tproxy: ({ version, protocol }, { type, hook }) =>
    version !== undefined && (protocol === 6 || protocol === 17) && type === 'filter' && hook === 'prerouting'
      ? fc.record(
          {
            kind: fc.constant('tproxy'),
            version: fc.constant(version),
            address: addressRanges(version).map(({ first }) => first),
            port: fc.integer({ min: 1, max: 65535 }),
          },
          { requiredKeys: ['kind', 'version', 'port'] },
        )
      : undefined,
  notrack: (_subject, { type, hook }) =>
    type === 'filter' && (hook === 'prerouting' || hook === 'output')
      ? fc.constant({ kind: 'notrack' as const })
      : undefined,
  setEvents: (_subject, { hook }) =>
    hook === 'prerouting' || hook === 'output'
      ? fc
          .subarray(['new', 'related', 'destroy', 'reply', 'assured', 'protoinfo', 'seqadj'] as const, { minLength: 1 })
          .map((events) => ({ kind: 'setEvents' as const, events }))
      : undefined,
  // This kernel may lack it: it has a test of its own.
  queue: () => undefined,
  changeSet: ({ version }) =>
    version === undefined
      ? undefined
      : fc.record(
          {
            kind: fc.constant('changeSet'),
            operation: fc.constantFrom('add', 'update', 'delete'),
            set: fc.constant(seenSet(version)),
            key: addressField.map((field) => [{ field, version }]),
            timeout: fc.integer({ min: 1, max: 86400 }),
          },
          { requiredKeys: ['kind', 'operation', 'set', 'key'] },
        ),
  clampMss: ({ protocol }, { hook }) =>
    protocol === 6 && hook === 'forward'
      ? fc.record({
          kind: fc.constant('clampMss'),
          size: fc.oneof(fc.constant('path' as const), fc.integer({ min: 500, max: 1460 })),
        })
      : undefined,
  // This kernel may lack it: test/lower/offload.test.ts.
  offload: () => undefined,
  // Folding makes these with their maps: test/optimize/fold.test.ts.
  lookup: () => undefined,
  // The kernel lists these in words of its own; the case `raw-statements` has them.
  raw: () => undefined,
} satisfies {
  readonly [K in Statement['kind']]: (subject: Subject, place: Place) => fc.Arbitrary<StatementOf<K>> | undefined;
};

const lasting: readonly Statement['kind'][] = [
  'counter',
  'log',
  'attachHelper',
  'setMark',
  'setField',
  'setPriority',
  'withoutEcn',
  'tproxy',
  'notrack',
  'setEvents',
  'changeSet',
  'clampMss',
];

/** Some statements that let the packet on, and mostly one that does not. */
export function statementsAt(subject: Subject, place: Place): fc.Arbitrary<readonly Statement[]> {
  const of = (kinds: readonly Statement['kind'][]) =>
    kinds
      .map((kind) =>
        (arbitraryStatements[kind] as (about: Subject, at: Place) => fc.Arbitrary<Statement> | undefined)(
          subject,
          place,
        ),
      )
      .filter((found) => found !== undefined);
  const kinds = Object.keys(arbitraryStatements) as Statement['kind'][];
  const last = of(kinds.filter((kind) => !lasting.includes(kind)));
  return fc
    .tuple(
      fc.array(fc.oneof(...of(lasting)), { maxLength: 2 }),
      fc.option(fc.oneof(...last), { nil: undefined, freq: 6 }),
    )
    .map(([before, end]) =>
      end ? [...before, end] : before.length > 0 ? before : [{ kind: 'counter', packets: 0, bytes: 0 }],
    );
}

/** The set that `changeSet` fills. */
export const seenSet = (version: Version) => `seen${version}`;
