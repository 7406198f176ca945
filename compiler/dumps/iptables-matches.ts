/**
 * The conditions of a rule as `iptables-save` prints them (iptables-extensions(8)). What lines of the configuration may
 * ask in the words of iptables is read by the same table; listed here is what a dump has besides, or means otherwise.
 */
import { gathered, modules, plainOptions, type RawContext, type RawPart } from '../3-resolve/iptables/options/index.ts';
import { moduleNumbers } from '../3-resolve/iptables/protocol.ts';
import type { AddressKey, Match, SetKeyField } from '../ir/ruleset.ts';
import { markNumber } from '../language/mark-layout.ts';
import { connectionStates, protocolNumbers } from '../language/names.ts';
import { parseAddress } from '../net/address.ts';
import type { ConnectionState } from '../net/state.ts';
import type { Version } from '../net/version.ts';
import { unknownCondition } from './dump.ts';

/** Conditions of one rule: it holds where all matches of one of the lists do. */
export type Alternatives = readonly (readonly Match[])[];

/** The conditions, and the words of those that are not understood. */
export interface ReadConditions {
  readonly alternatives: Alternatives;
  readonly unknown: readonly string[];
}

/** An option of a module with the words that follow it. */
interface Option {
  readonly name: string;
  readonly negated: boolean;
  readonly words: readonly string[];
}

/** A module with the options that are its own. */
interface Loaded {
  readonly module: string;
  readonly options: readonly Option[];
}

/** Reads the words of a rule up to its target. */
export function readConditions(words: readonly string[], version: Version): ReadConditions {
  const loaded = modulesIn(words);
  const known: Alternatives[] = [];
  const unknown: string[] = [];
  for (const each of loaded) {
    const read = readModule(each, version);
    if (read) known.push(...read);
    else {
      const text = textOf(each);
      known.push([[unknownCondition(text)]]);
      if (!opaqueModules.has(each.module)) unknown.push(text);
    }
  }
  return { alternatives: known.reduce<Alternatives>(both, [[]]), unknown };
}

/** The lists for which both hold. */
function both(a: Alternatives, b: Alternatives): Alternatives {
  return a.flatMap((one) => b.map((other) => [...one, ...other]));
}

/** What no packet tells, and what is therefore a condition of its own without being a riddle. */
const opaqueModules: ReadonlySet<string> = new Set([
  'bpf',
  'cluster',
  'condition',
  'connlabel',
  'geoip',
  'hashlimit',
  'ipp2p',
  'nfacct',
  'osf',
  'quota',
  'rateest',
  'recent',
  'set',
  'socket',
  'string',
  'time',
  'u32',
]);

/** The options by the module they belong to: an option belongs to the last one loaded that has it. */
function modulesIn(words: readonly string[]): readonly Loaded[] {
  const all: { readonly module: string; readonly options: Option[] }[] = [{ module: '', options: [] }];
  let negated = false;
  for (let at = 0; at < words.length; at += 1) {
    const word = words[at] ?? '';
    if (word === '!') {
      negated = true;
      continue;
    }
    if (word === '-m' || word === '--match') {
      at += 1;
      all.push({ module: words[at] ?? '', options: [] });
      continue;
    }
    const option: { name: string; negated: boolean; words: string[] } = { name: word, negated, words: [] };
    negated = false;
    while (
      at + 1 < words.length &&
      (takesText.has(word) ? option.words.length === 0 : !isOption(words[at + 1] ?? ''))
    ) {
      at += 1;
      option.words.push(words[at] ?? '');
    }
    ownerOf(option, all).options.push(option);
    if (word === '-p' || word === '--protocol') all.push({ module: moduleOfProtocol(option), options: [] });
  }
  return all.filter(({ module, options }) => options.length > 0 || !Object.hasOwn(moduleNumbers, module));
}

/** Options whose word may look like an option. */
const takesText: ReadonlySet<string> = new Set(['--comment', '--string', '--hex-string', '--name', '--bytecode']);

function isOption(word: string): boolean {
  return word === '!' || /^--?[a-z]/i.test(word);
}

function ownerOf<Of extends Loaded>({ name }: Option, all: readonly Of[]): Of {
  const general = all[0] as Of;
  if (/^-[a-z]$/i.test(name) || Object.hasOwn(generalOptions, name) || Object.hasOwn(plainOptions, name))
    return general;
  return all.findLast(({ module }) => module !== '' && knows(module, name)) ?? (all.at(-1) as Of);
}

function knows(module: string, name: string): boolean {
  return (
    own[module]?.[name] !== undefined ||
    modules[module]?.[name] !== undefined ||
    gathered[module]?.options[name] !== undefined
  );
}

/** `-p tcp` loads the options of TCP (iptables(8)). */
function moduleOfProtocol({ words: [name = ''] }: Option): string {
  const number = protocolOf(name);
  return Object.entries(moduleNumbers).find(([module, of]) => of === number && module !== 'tcpmss')?.[0] ?? '';
}

function textOf({ module, options }: Loaded): string {
  const told = options.filter(
    ({ name, words: [mask = ''] }) => name !== '--mask' || !/^(255\.){3}255$|^(ffff:){7}ffff$/.test(mask),
  );
  const words = told.map(({ name, negated, words: after }) => [negated ? '!' : '', name, ...after]);
  return [module === '' ? '' : `-m ${module}`, ...words.flat()].filter((word) => word !== '').join(' ');
}

type Reader = (option: Option, version: Version) => Alternatives | undefined;

function readModule({ module, options }: Loaded, version: Version): readonly Alternatives[] | undefined {
  const whole = wholeModules[module];
  if (whole) return whole(options, version);
  const together = gathered[module];
  if (together) return readTogether({ module, options }, version);
  const read = options.map((option) => readOption(module, option, version));
  return read.every((each) => each !== undefined) ? read : undefined;
}

function readOption(module: string, option: Option, version: Version): Alternatives | undefined {
  const reader = module === '' ? generalOptions[option.name] : own[module]?.[option.name];
  if (reader) return reader(option, version);
  const shared = module === '' ? plainOptions[option.name] : modules[module]?.[option.name];
  const words = [...option.words];
  const part = shared?.(() => words.shift() ?? '', option.negated, contextFor(version));
  return typeof part === 'object' && words.length === 0 ? matchesOf(part, version) : undefined;
}

function readTogether({ module, options }: Loaded, version: Version): readonly Alternatives[] | undefined {
  const whole = gathered[module];
  if (!whole || options.some(({ name }) => whole.options[name] === undefined)) return undefined;
  if (options.some(({ name, negated }) => negated && !whole.mayNegate?.includes(name))) return undefined;
  const given = new Map(options.map(({ name, negated, words: [value = ''] }) => [name, { value, negated }]));
  const part = whole.finish(given, contextFor(version));
  const read = typeof part === 'object' ? matchesOf(part, version) : undefined;
  return read && [read];
}

/** Whether an option belongs to a match: one of every rule, or of a module that is loaded. */
export function isOptionOfMatch(name: string, module: string): boolean {
  return (
    Object.hasOwn(generalOptions, name) || Object.hasOwn(plainOptions, name) || (module !== '' && knows(module, name))
  );
}

/** A dump tells users and ports by their numbers. */
function contextFor(version: Version): RawContext {
  const none = () => undefined;
  return { userId: none, groupId: none, servicePort: none, versions: [version] };
}

/** Of what is counted in sets of the compiler's own only the words of the condition matter. */
function matchesOf({ matches = [], rate, connectionLimit, set }: RawPart, version: Version): Alternatives | undefined {
  if (set) {
    const key = set.sides.length === 1 ? set.sides.map((side) => addressKey(side === 'src', version)) : undefined;
    return key && [[{ kind: 'set', set: set.name, negated: set.negated, key }]];
  }
  const counted: Match[] = [...matches];
  if (rate?.each) {
    const key = addressKey(rate.each.side === 'source', version, rate.each.prefix);
    counted.push({ kind: 'limitEach', set: rate.each.name, key, rate: rate.rate, over: false });
  }
  if (connectionLimit) {
    const { side, count, over, prefix } = connectionLimit;
    const key = addressKey(side === 'source', version, prefix);
    counted.push({ kind: 'connectionCount', set: 'counted', key, count, over });
  }
  return [counted];
}

function addressKey(source: boolean, version: Version, prefix?: number): AddressKey & SetKeyField {
  return { field: source ? 'saddr' : 'daddr', version, ...(prefix !== undefined && { prefix }) };
}

const protocols: Readonly<Record<string, number>> = { ...protocolNumbers, all: 0, ip: 0, 'ipv6-icmp': 58, icmpv6: 58 };

function protocolOf(name: string): number | undefined {
  return /^\d+$/.test(name) ? Number(name) : protocols[name.toLowerCase()];
}

const protocol: Reader = ({ negated, words: [name = ''] }) => {
  const number = protocolOf(name);
  if (number === undefined) return undefined;
  return number === 0 ? [[]] : [[{ kind: 'protocol', negated, protocols: [number] }]];
};

/** `10.0.0.0/255.0.0.0`, as some versions print a mask that is no prefix. */
function address(field: 'saddr' | 'daddr'): Reader {
  return ({ negated, words: [text = '', ...more] }, version) => {
    const [written = '', masked = String(version === 4 ? 32 : 128)] = text.split('/');
    const [value, mask] = [parseAddress(written), parseAddress(masked)];
    const bits = /^\d+$/.test(masked) ? Number(masked) : mask && prefixOfMask(mask.value, mask.version);
    if (!value || value.version !== version || bits === undefined || more.length > 0) return undefined;
    if (bits > (version === 4 ? 32 : 128)) return undefined;
    const size = 1n << BigInt((version === 4 ? 32 : 128) - bits);
    const first = (value.value / size) * size;
    return [[{ kind: 'address', field, negated, ranges: [{ version, first, last: first + size - 1n }] }]];
  };
}

function prefixOfMask(mask: bigint, version: Version): number | undefined {
  const bits = mask.toString(2).padStart(version === 4 ? 32 : 128, '0');
  return /^1*0*$/.test(bits) ? bits.replace(/0/g, '').length : undefined;
}

function interfaceNamed(field: 'iifname' | 'oifname'): Reader {
  return ({ negated, words: [text = '', ...more] }) => {
    if (more.length > 0 || text === '') return undefined;
    const wildcard = text.endsWith('+');
    const name = wildcard ? text.slice(0, -1) : text;
    return [[{ kind: 'interface', field, negated, interfaces: [{ name, wildcard }] }]];
  };
}

const generalOptions: Readonly<Record<string, Reader>> = {
  '-p': protocol,
  '--protocol': protocol,
  '-s': address('saddr'),
  '--source': address('saddr'),
  '--src': address('saddr'),
  '-d': address('daddr'),
  '--destination': address('daddr'),
  '--dst': address('daddr'),
  '-i': interfaceNamed('iifname'),
  '--in-interface': interfaceNamed('iifname'),
  '-o': interfaceNamed('oifname'),
  '--out-interface': interfaceNamed('oifname'),
};

const untracked: readonly ConnectionState[] = ['invalid', 'untracked'];

/** `RELATED,DNAT` holds for either; `!` also for packets without a connection (xt_conntrack.c). */
const states: Reader = ({ negated, words: [text = ''] }) => {
  const names = text.split(',');
  const plain = names.flatMap((name) => connectionStates[name] ?? []);
  const translated = names.flatMap((name) => (name === 'DNAT' ? 'dnat' : name === 'SNAT' ? 'snat' : [])) as (
    | 'dnat'
    | 'snat'
  )[];
  if (plain.length + translated.length !== names.length) return undefined;
  const inStates: Match = { kind: 'state', negated, states: plain };
  if (translated.length === 0) return [[inStates]];
  const how = translated.map((each): Match => ({ kind: 'natted', how: each, negated }));
  if (!negated) return [...(plain.length > 0 ? [[inStates]] : []), ...how.map((match) => [match])];
  const rest: Match[] = plain.length > 0 ? [inStates] : [];
  return [
    [...rest, ...how],
    [...rest, { kind: 'state', negated: false, states: untracked }],
  ];
};

function mark(kind: 'connectionMark' | 'packetMark'): Reader {
  return ({ negated, words: [text = ''] }) => {
    const [value, mask] = text.split('/').map(markNumber);
    if (value === undefined || (text.includes('/') && mask === undefined)) return undefined;
    return [[{ kind, negated, value, mask: mask ?? 0xffffffff }]];
  };
}

/** Of several ports one end or the other has one. */
const eitherPort: Reader = ({ name, negated, words: [text = ''] }, version) => {
  const end = (option: string) => readOption('multiport', { name: option, negated, words: [text] }, version);
  const [source, dest] = [end('--sports'), end('--dports')];
  if (name !== '--ports' || !source || !dest) return undefined;
  return negated ? both(source, dest) : [...source, ...dest];
};

/** What the client asked for; packets without a connection match neither the condition nor its opposite. */
const originalPort: Reader = ({ negated, words: [text = ''] }) => {
  const [first, last = first] = text.split(':').map(Number);
  if (first === undefined || Number.isNaN(first) || last === undefined || Number.isNaN(last)) return undefined;
  return [[{ kind: 'originalPort', negated, ranges: [{ first, last }] }]];
};

/** Type 0 is that of source routes (RFC 5095); in the words of nft(8), which the lines of a configuration may hold, too. */
const routingType: Reader = ({ negated, words: [type = ''] }, version) =>
  version === 6 && /^\d+$/.test(type) ? [[{ kind: 'raw', text: `rt type ${negated ? '!= ' : ''}${type}` }]] : undefined;

const helper: Reader = ({ negated, words: [name = ''] }) => {
  const match: Match = { kind: 'connectionHelper', helper: name };
  return negated ? undefined : [[match]];
};

const own: Readonly<Record<string, Readonly<Record<string, Reader>>>> = {
  comment: { '--comment': () => [[]] },
  connmark: { '--mark': mark('connectionMark') },
  conntrack: { '--ctstate': states, '--ctorigdstport': originalPort, '--ctproto': protocol },
  helper: { '--helper': helper },
  mark: { '--mark': mark('packetMark') },
  multiport: { '--ports': eitherPort },
  rt: { '--rt-type': routingType },
  state: { '--state': states },
};

type WholeReader = (options: readonly Option[], version: Version) => readonly Alternatives[] | undefined;

/** Modules whose options mean something only together, beyond those of the configuration language. */
const wholeModules: Readonly<Record<string, WholeReader>> = {
  // To note an address always holds; without `!` it asks nothing.
  recent: (options) => (options.some(({ name, negated }) => name === '--set' && !negated) ? [[[]]] : undefined),
  policy(options, version) {
    const plain = options.filter(({ name }) => name !== '--strict');
    return plain.length === options.length ? readTogether({ module: 'policy', options }, version) : undefined;
  },
};
