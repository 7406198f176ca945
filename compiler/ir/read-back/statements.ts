/** Statements of a listing. */
import { invariant } from '../../invariant.ts';
import type { LogFlag } from '../../net/log.ts';
import type { Version } from '../../net/version.ts';
import { connectionEvents } from '../connection-events.ts';
import type { DispatchEntry, DispatchField, RejectWith, Statement, Translation, Verdict } from '../ruleset.ts';
import {
  arrayIn,
  asObject,
  isArray,
  type Json,
  type JsonObject,
  listIn,
  numberIn,
  objectIn,
  tagged,
  textIn,
} from './json.ts';
import { stateIn } from './matches.ts';
import { selectorOf, setKeyOf } from './selectors.ts';
import { addressesIn, flagsIn, numbersIn, patternIn } from './values.ts';

const verdicts = ['accept', 'drop', 'return', 'continue'] as const;

/** The verdict under a name such as `accept` or `goto`. */
function readVerdict(tag: string, body: Json): Verdict | undefined {
  if (tag === 'jump' || tag === 'goto') return { kind: tag, chain: textIn(objectIn(body).target) };
  const kind = verdicts.find((verdict) => verdict === tag);
  return kind && { kind };
}

/** The statement, or nothing when it is of no kind that we print. `version` is that of the rule, for ports alone. */
export function readStatement(tag: string, body: Json, version: Version | undefined): Statement | undefined {
  const verdict = readVerdict(tag, body);
  if (verdict) return { kind: 'verdict', verdict };
  return readers[tag]?.(asObject(body) ?? {}, version);
}

type Reader = (body: JsonObject, version: Version | undefined) => Statement | undefined;

const levels = ['emerg', 'alert', 'crit', 'err', 'warn', 'notice', 'info', 'debug'] as const;
const everyFlag: readonly LogFlag[] = ['tcp sequence', 'tcp options', 'ip options', 'skuid', 'ether'];

const log: Reader = (body) => {
  const prefix = body.prefix === undefined ? '' : textIn(body.prefix);
  if (body.level === 'audit') return { kind: 'log', prefix: '', target: { kind: 'audit' } };
  if (body.group !== undefined) {
    const size = body.snaplen === undefined ? {} : { size: numberIn(body.snaplen) };
    const threshold = body['queue-threshold'] === undefined ? {} : { threshold: numberIn(body['queue-threshold']) };
    return { kind: 'log', prefix, target: { kind: 'group', group: numberIn(body.group), ...size, ...threshold } };
  }
  const level = body.level === undefined ? 'warn' : levels.find((name) => name === body.level);
  invariant(level, `no log level: ${JSON.stringify(body.level)}`);
  const named = body.flags === undefined ? [] : listIn(body.flags).map(textIn);
  const flags = everyFlag.filter((flag) => named.includes('all') || named.includes(flag));
  return { kind: 'log', prefix, target: { kind: 'syslog', level, flags } };
};

const rejectTypes = {
  icmpx: { 0: 'no-route', 1: 'port-unreachable', 2: 'host-unreachable', 3: 'admin-prohibited' },
  icmp: {
    0: 'net-unreachable',
    1: 'host-unreachable',
    2: 'prot-unreachable',
    3: 'port-unreachable',
    9: 'net-prohibited',
    10: 'host-prohibited',
    13: 'admin-prohibited',
  },
  icmpv6: { 0: 'no-route', 1: 'admin-prohibited', 3: 'addr-unreachable', 4: 'port-unreachable' },
} as const;

const reject: Reader = (body) => {
  if (body.type === 'tcp reset') return { kind: 'reject', with: { kind: 'tcp-reset' } };
  const code = body.expr === undefined ? 1 : numberIn(body.expr);
  const kind = body.type === 'icmp' || body.type === 'icmpv6' ? body.type : 'icmpx';
  const types: Readonly<Record<number, string>> = rejectTypes[kind];
  const type = types[code];
  invariant(type, `no way to refuse: ${JSON.stringify(body)}`);
  return { kind: 'reject', with: { kind, type } as RejectWith };
};

const fieldWords: Readonly<Record<string, DispatchField>> = {
  'meta iifname': 'iifname',
  'meta oifname': 'oifname',
  'ct state': 'state',
};

const vmap: Reader = (body) => {
  const { data } = body;
  if (typeof data === 'string')
    return { kind: 'lookup', map: data.slice(1), key: setKeyOf(selectorOf(body.key ?? null).words) };
  const fields = selectorOf(body.key ?? null)
    .words.split(' . ')
    .map((words) => fieldWords[words])
    .filter((field) => field !== undefined);
  const entries = arrayIn(objectIn(body.data).set).map((entry): DispatchEntry => {
    const [key = null, verdict = null] = arrayIn(entry);
    return { keys: keysIn(key, fields), verdict: verdictIn(verdict) };
  });
  return { kind: 'dispatch', fields, entries };
};

function keysIn(key: Json, fields: readonly DispatchField[]): DispatchEntry['keys'] {
  if (key === '*') return fields.map(() => ({ name: '', wildcard: true }));
  const concat = asObject(key)?.concat;
  const parts = isArray(concat) ? concat : [key];
  return parts.map((part, index) => (fields[index] === 'state' ? stateIn(part) : patternIn(part)));
}

/** A verdict in a map: `{ "goto": … }`. */
export function verdictIn(value: Json): Verdict {
  const [tag, body] = tagged(value);
  const verdict = readVerdict(tag, body);
  invariant(verdict, `no verdict: ${tag}`);
  return verdict;
}

function translation(kind: 'dnat' | 'snat'): Reader {
  return (body, version) => {
    const map = asObject(asObject(body.addr)?.map);
    const addressIn = typeof map?.data === 'string' ? map.data.replace(/^@/, '') : undefined;
    if (map && addressIn === undefined) return netmap(kind, map);
    const flags = body.flags === undefined ? [] : listIn(body.flags);
    const addresses = body.addr === undefined || map ? undefined : addressesIn(body.addr);
    const family = body.family === 'ip6' ? 6 : body.family === 'ip' ? 4 : undefined;
    const to: Translation = {
      version: addresses?.version ?? family ?? version ?? 4,
      ...(addresses && { addresses }),
      ...(addressIn !== undefined && { addressIn }),
      ...(body.port !== undefined && { ports: numbersIn(body.port) }),
      random: flags.includes('random'),
      persistent: flags.includes('persistent'),
    };
    return { kind, to };
  };
}

function netmap(direction: 'dnat' | 'snat', map: JsonObject): Statement {
  const [pair = null] = arrayIn(objectIn(map.data).set);
  const [from = null, to = null] = arrayIn(pair);
  return { kind: 'netmap', direction, from: addressesIn(from), to: addressesIn(to) };
}

function toSelf(kind: 'masquerade' | 'redirect'): Reader {
  return (body) => {
    const ports = body.port === undefined ? {} : { ports: numbersIn(body.port) };
    const flags = body.flags === undefined ? [] : listIn(body.flags);
    return { kind, ...ports, random: flags.includes('random') };
  };
}

/** `mark set mark & A | B`: the bits that A keeps stay, those of B are set. */
const mangle: Reader = (body) => {
  const [tag] = tagged(body.key ?? null);
  const value = body.value ?? null;
  if (tag === 'tcp option') return { kind: 'clampMss', size: asObject(value) ? 'path' : numberIn(value) };
  if (tag === 'ct' && asObject(asObject(body.key ?? null)?.ct)?.key === 'event')
    return { kind: 'setEvents', events: connectionEvents((_event, bit) => listIn(value).map(numberIn).includes(bit)) };
  const field = fieldSet(body.key ?? null, value);
  if (field) return field;
  const target = tag === 'ct' ? 'connection' : 'packet';
  const or = asObject(value)?.['|'];
  const [inner = value, set = 0] = isArray(or) ? or : [];
  const and = asObject(inner)?.['&'];
  const kept = isArray(and) ? numberIn(and[1]) : 0xffffffff;
  if (typeof value === 'number') return { kind: 'setMark', target, mask: 0xffffffff, value };
  const bits = numberIn(set);
  return { kind: 'setMark', target, mask: (~kept | bits) >>> 0, value: bits };
};

const headerFields = {
  dscp: 'dscp',
  ecn: 'ecn',
  ttl: 'hopLimit',
  hoplimit: 'hopLimit',
} as const;

/** A field of the header, or the class that the packet is sent by. */
function fieldSet(key: Json, value: Json): Statement | undefined {
  const payload = asObject(asObject(key)?.payload);
  if (payload?.protocol === 'tcp')
    return { kind: 'withoutEcn', flags: flagsIn(listIn(asObject(value)?.['|'] ?? value)) };
  const name =
    payload && (Object.keys(headerFields) as (keyof typeof headerFields)[]).find((each) => each === payload.field);
  if (name)
    return {
      kind: 'setField',
      field: headerFields[name],
      version: payload.protocol === 'ip6' ? 6 : 4,
      value: numberIn(value),
    };
  if (asObject(asObject(key)?.meta)?.key !== 'priority') return undefined;
  const [major = 0, minor = 0] = textIn(value)
    .split(':')
    .map((part) => Number.parseInt(part, 16));
  return { kind: 'setPriority', major, minor };
}

const changeSet: Reader = (body) => {
  const element = asObject(asObject(body.elem)?.elem);
  const { words } = selectorOf(element?.val ?? body.elem ?? null);
  const timeout = element?.timeout === undefined ? {} : { timeout: numberIn(element.timeout) };
  const operation = (['add', 'update', 'delete'] as const).find((name) => name === body.op);
  invariant(operation, `no operation on a set: ${JSON.stringify(body.op)}`);
  return { kind: 'changeSet', operation, set: textIn(body.set).slice(1), key: setKeyOf(words), ...timeout };
};

const readers: Readonly<Record<string, Reader>> = {
  counter: (body) => ({ kind: 'counter', packets: numberIn(body.packets), bytes: numberIn(body.bytes) }),
  log,
  reject,
  vmap,
  dnat: translation('dnat'),
  snat: translation('snat'),
  masquerade: toSelf('masquerade'),
  redirect: toSelf('redirect'),
  mangle,
  notrack: () => ({ kind: 'notrack' }),
  tproxy: (body, version) => ({
    kind: 'tproxy',
    version: body.family === 'ip6' ? 6 : body.family === 'ip' ? 4 : (version ?? 4),
    ...(body.addr === undefined ? {} : { address: addressesIn(body.addr).first }),
    ...(body.port === undefined ? {} : { port: numberIn(body.port) }),
  }),
  set: changeSet,
  queue: (body) => {
    const { first, last } = numbersIn(body.num ?? 0);
    const flags = body.flags === undefined ? [] : listIn(body.flags);
    const fanout = flags.includes('fanout') ? ({ fanout: true } as const) : {};
    return { kind: 'queue', first, last, bypass: flags.includes('bypass'), ...fanout };
  },
};
