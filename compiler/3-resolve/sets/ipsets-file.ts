/** The file `ipsets`: sets as `ipset save` prints them (ipset(8)), read into those of nftables. */

import { unreadableFile } from '../../diagnostics/catalogue/reading.ts';
import {
  badSetElement,
  setOfOtherVersion,
  setTwice,
  unknownSet,
  unknownSetOption,
  unknownSetType,
  unreadableSetLine,
} from '../../diagnostics/catalogue/sets.ts';
import type { Report } from '../../diagnostics/report.ts';
import { nearest } from '../../diagnostics/suggest.ts';
import type { Environment } from '../../environment.ts';
import { partOfNumbers, singlePart } from '../../ir/elements.ts';
import { macNumber } from '../../ir/fields.ts';
import type { ElementPart, SetElement } from '../../ir/ruleset.ts';
import type { SetPart } from '../../model/sets.ts';
import type { Families } from '../../model/zone.ts';
import { bitsOf, mappedIpv4, parseAddress, prefixRange } from '../../net/address.ts';
import type { AddressRange } from '../../net/ranges.ts';
import type { Version } from '../../net/version.ts';
import { lineSpan, type Source, type Span } from '../../source.ts';
import type { DeclaredSet } from './sets.ts';

/** What the words behind `hash:` and `bitmap:` are. */
const partsOfWord: Readonly<Record<string, { readonly part: SetPart; readonly interval?: true }>> = {
  ip: { part: 'address' },
  net: { part: 'address', interval: true },
  port: { part: 'port' },
  mac: { part: 'mac' },
  iface: { part: 'interface' },
  mark: { part: 'mark' },
};

/** Options of `create` that are understood, and whether a value follows. What they are for needs nothing in nftables. */
const createOptions: Readonly<Record<string, boolean>> = {
  family: true,
  timeout: true,
  maxelem: true,
  hashsize: true,
  bucketsize: true,
  initval: true,
  size: true,
  range: true,
  netmask: true,
  counters: false,
  comment: false,
  forceadd: false,
};

/** Options of `add`, likewise. */
const addOptions: Readonly<Record<string, boolean>> = { timeout: true, packets: true, bytes: true, comment: true };

interface Word {
  readonly text: string;
  readonly span: Span;
}

interface Draft {
  readonly set: DeclaredSet;
  readonly elements: SetElement[];
  readonly members: string[];
  readonly span: Span;
}

interface SetFile {
  readonly report: Report;
  readonly families: Families;
  readonly drafts: Map<string, Draft>;
  /** Sets whose `create` line is a mistake: of them enough was said. */
  readonly broken: Set<string>;
}

/** The sets that the file declares, with their elements; none without the file. */
export function readSetFile(environment: Environment, families: Families, report: Report): readonly DeclaredSet[] {
  if (!environment.listFolder().includes('ipsets')) return [];
  const read = environment.readFile('ipsets');
  if (read.kind === 'absent') return [];
  if (read.kind === 'unreadable') {
    report.add(unreadableFile(lineSpan({ path: 'ipsets', text: '' }, 1), read.path, read.reason));
    return [];
  }
  const file: SetFile = { report, families, drafts: new Map(), broken: new Set() };
  const lines = read.source.text.split('\n');
  let offset = 0;
  for (const line of lines) {
    const words = wordsOf(line, offset, read.source);
    if (words.length > 0) readLine(words, file);
    offset += line.length + 1;
  }
  return [...file.drafts.values()].map(({ set, elements, members }) => ({
    ...set,
    // Networks among single addresses make the whole set one of intervals.
    interval: set.interval || elements.some(({ key }) => key.some(isRange)),
    elements: withoutRepetitions(elements),
    ...(set.members ? { members } : {}),
  }));
}

/** The words of a line; what stands between quotes is one, and `#` begins a comment. */
function wordsOf(line: string, offset: number, source: Source): readonly Word[] {
  const words: Word[] = [];
  for (const found of line.matchAll(/"[^"]*"|[^\s"]+/g)) {
    if (found[0].startsWith('#')) break;
    const start = offset + found.index;
    words.push({ text: found[0], span: { source, start, end: start + found[0].length } });
  }
  return words;
}

function readLine([verb, ...words]: readonly Word[], file: SetFile): void {
  if (!verb) return;
  if (verb.text === 'create' || verb.text === '-N') create(verb, words, file);
  else if (verb.text === 'add' || verb.text === '-A') add(verb, words, file);
  else if (verb.text !== 'COMMIT') file.report.add(unreadableSetLine(verb.span, 'expected `create` or `add`'));
}

function create(verb: Word, [name, type, ...options]: readonly Word[], file: SetFile): void {
  const { report, drafts } = file;
  if (!name || !type || !/^[A-Za-z][\w.-]{0,30}$/.test(name.text)) {
    report.add(unreadableSetLine((name ?? verb).span, 'expected the name of a set and its type'));
    return;
  }
  const earlier = drafts.get(name.text);
  if (earlier) {
    report.add(setTwice(name.span, name.text, { span: earlier.span, text: 'first created here' }));
    return;
  }
  const read = readOptions(options, createOptions, report);
  const what = typeOf(type, report);
  if (!read || !what) {
    file.broken.add(name.text);
    return;
  }
  const version: Version = read.get('family')?.text === 'inet6' ? 6 : 4;
  const netmask = read.get('netmask');
  const prefix = netmask && number(netmask.text);
  const single = /^(?:hash|bitmap):ip$/.test(type.text);
  if (netmask && !(single && prefix !== undefined && prefix >= 1 && prefix <= bitsOf(version))) {
    const wanted = single ? `the length of a prefix, from 1 to ${bitsOf(version)}` : 'no `netmask`: `hash:ip` has it';
    report.add(unreadableSetLine(netmask.span, `expected ${wanted}`));
    file.broken.add(name.text);
    return;
  }
  const addressed = what.parts.includes('address');
  if (addressed && !file.families.versions.includes(version))
    report.add(setOfOtherVersion(name.span, name.text, `IPv${version}`));
  const size = number(read.get('maxelem')?.text);
  drafts.set(name.text, {
    set: {
      name: name.text,
      parts: what.parts,
      ...(addressed ? { version } : {}),
      interval: what.interval,
      timeout: number(read.get('timeout')?.text) ?? 0,
      ...(size === undefined ? {} : { size }),
      ...(prefix === undefined ? {} : { prefix }),
      elements: [],
      ...(what.list ? { members: [] } : {}),
    },
    elements: [],
    members: [],
    span: name.span,
  });
}

interface TypeOfSet {
  readonly parts: readonly SetPart[];
  readonly interval: boolean;
  readonly list: boolean;
}

function typeOf(word: Word, report: Report): TypeOfSet | undefined {
  if (word.text === 'list:set') return { parts: [], interval: false, list: true };
  if (word.text === 'bitmap:port') return { parts: ['portAlone'], interval: true, list: false };
  const [, words = ''] = /^(?:hash|bitmap):([a-z,]+)$/.exec(word.text) ?? [];
  const found = words.split(',').map((each) => partsOfWord[each]);
  if (words !== '' && !found.includes(undefined)) {
    const parts = found.flatMap((each) => (each ? [each.part] : []));
    return { parts, interval: found.some((each) => each?.interval), list: false };
  }
  report.add(unknownSetType(word.span, word.text, nearest(word.text, knownTypes)));
  return undefined;
}

const knownTypes: readonly string[] = [
  ...[
    'ip',
    'net',
    'ip,port',
    'net,port',
    'ip,port,ip',
    'ip,port,net',
    'net,iface',
    'net,net',
    'mac',
    'ip,mark',
    'ip,mac',
  ].map((each) => `hash:${each}`),
  'bitmap:ip',
  'bitmap:port',
  'list:set',
];

function readOptions(
  words: readonly Word[],
  known: Readonly<Record<string, boolean>>,
  report: Report,
): ReadonlyMap<string, Word> | undefined {
  const found = new Map<string, Word>();
  for (let index = 0; index < words.length; index += 1) {
    const word = words[index];
    if (!word) break;
    const valued = Object.hasOwn(known, word.text) ? known[word.text] : undefined;
    if (valued === undefined) {
      report.add(unknownSetOption(word.span, word.text));
      return undefined;
    }
    const value = valued ? words[index + 1] : undefined;
    if (valued && (!value || (/^(timeout|maxelem)$/.test(word.text) && number(value.text) === undefined))) {
      report.add(unreadableSetLine((value ?? word).span, `expected a value of \`${word.text}\``));
      return undefined;
    }
    if (value) index += 1;
    found.set(word.text, value ?? word);
  }
  return found;
}

function add(verb: Word, [name, element, ...options]: readonly Word[], { report, drafts, broken }: SetFile): void {
  if (!name || !element) {
    report.add(unreadableSetLine((name ?? verb).span, 'expected the name of a set and an element'));
    return;
  }
  const draft = drafts.get(name.text);
  if (broken.has(name.text)) return;
  if (!draft) {
    report.add(unknownSet(name.span, name.text, nearest(name.text, drafts.keys())));
    return;
  }
  const read = readOptions(options, addOptions, report);
  if (!read) return;
  if (draft.set.members) {
    if (drafts.has(element.text)) draft.members.push(element.text);
    else report.add(unknownSet(element.span, element.text, nearest(element.text, drafts.keys())));
    return;
  }
  const key = elementOf(element, draft.set, report);
  const seconds = number(read.get('timeout')?.text);
  if (key) draft.elements.push(seconds ? { key, timeout: seconds } : { key });
}

/** The parts of an element; undefined after a message. */
function elementOf(
  word: Word,
  { parts, version = 4, prefix }: DeclaredSet,
  report: Report,
): readonly ElementPart[] | undefined {
  const texts = word.text.split(',');
  const read = parts.map((part, index) => readPart[part](texts[index] ?? '', version));
  if (texts.length === parts.length && !read.includes(undefined)) {
    const key = read.flatMap((each) => each ?? []);
    return prefix === undefined ? key : key.map((part) => networksOf(part, version, prefix));
  }
  const wanted = parts.map((part) => examples[part](version)).join(',');
  report.add(badSetElement(word.span, word.text, `an element such as \`${wanted}\``));
  return undefined;
}

/** The first addresses of the networks of an address, a range or a longer prefix: those that addresses are cut to. */
function networksOf(part: ElementPart, version: Version, prefix: number): ElementPart {
  if ('name' in part) return part;
  const firstOf = (address: bigint) => prefixRange(version, address, prefix).first;
  return { first: firstOf(part.first), last: firstOf(part.last) };
}

function isRange(part: ElementPart): boolean {
  return 'first' in part && part.first !== part.last;
}

/** Of elements with the same key the last, which has the time that holds. */
function withoutRepetitions(elements: readonly SetElement[]): readonly SetElement[] {
  const spelled = (part: ElementPart) =>
    'name' in part ? `${part.name} ${part.wildcard}` : `${part.first}-${part.last}`;
  return [...new Map(elements.map((element) => [element.key.map(spelled).join('.'), element])).values()];
}

const examples: Readonly<Record<SetPart, (version: Version) => string>> = {
  address: (version) => (version === 4 ? '192.0.2.7' : '2001:db8::7'),
  port: () => 'tcp:80',
  portAlone: () => '80',
  mac: () => '00:53:00:00:00:01',
  interface: () => 'eth0',
  mark: () => '0x1',
};

const readPart: Readonly<Record<SetPart, (text: string, version: Version) => readonly ElementPart[] | undefined>> = {
  address(text, version) {
    const [address = '', length] = text.split('/');
    const ends = address.split('-');
    const parsed = ends.map((each) => parseAddress(each));
    const [from, to = from] = parsed;
    if (ends.length > 2 || !from || !to || parsed.some((each) => each?.version !== version)) return undefined;
    if (length === undefined)
      return from.value <= to.value ? partOfPackets({ version, first: from.value, last: to.value }) : undefined;
    const bits = number(length);
    if (ends.length > 1 || bits === undefined || bits > bitsOf(version)) return undefined;
    return partOfPackets(prefixRange(version, from.value, bits));
  },
  port(text) {
    const [, protocol = 'tcp', ports = ''] = /^(?:(tcp|udp|sctp|udplite|6|17|132|136):)?([\d-]+)$/.exec(text) ?? [];
    const read = portsOf(ports);
    return read && [singlePart(protocols[protocol] ?? Number(protocol)), ...read];
  },
  portAlone: portsOf,
  mac: (text) => (/^([0-9a-f]{2}:){5}[0-9a-f]{2}$/i.test(text) ? [singlePart(macNumber(text))] : undefined),
  interface: (text) => (/^[A-Za-z0-9_.@-]{1,15}$/.test(text) ? [{ name: text, wildcard: false }] : undefined),
  mark: (text) => (/^(0x[0-9a-f]{1,8}|\d{1,9})$/i.test(text) ? [singlePart(BigInt(text))] : undefined),
};

/** The addresses as a part of an element; undefined for those that no packet has. */
function partOfPackets(range: AddressRange): readonly ElementPart[] | undefined {
  return mappedIpv4(range) ? undefined : [{ first: range.first, last: range.last }];
}

const protocols: Readonly<Record<string, number>> = { tcp: 6, udp: 17, sctp: 132, udplite: 136 };

function portsOf(text: string): readonly ElementPart[] | undefined {
  const found = /^(\d{1,5})(?:-(\d{1,5}))?$/.exec(text);
  const first = Number(found?.[1]);
  const last = Number(found?.[2] ?? found?.[1]);
  return found && first <= last && last <= 65535 ? [partOfNumbers({ first, last })] : undefined;
}

function number(text: string | undefined): number | undefined {
  return text !== undefined && /^\d{1,9}$/.test(text) ? Number(text) : undefined;
}
