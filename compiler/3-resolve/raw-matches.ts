/** Raw iptables matches behind `;;`: the common ones in the ir; any other is an error at its place. */
import { unsupportedMatch } from '../diagnostics/catalogue/matches.ts';
import type { AddressType, ConnectionState, Match, NumberRange, TcpFlag } from '../ir/ruleset.ts';
import { markNumber } from '../language/mark-layout.ts';
import { connectionStates, helperTable } from '../language/names.ts';
import type { EventUse, ProtocolMatch } from '../model.ts';
import { slice, spanOf, type TracedText } from '../source.ts';
import { RecentOptions } from './events.ts';
import { markCompared } from './marks.ts';
import { nftWordsOf } from './nft-words.ts';
import { rawProtocol, transportNumbers } from './raw-protocol.ts';
import type { Scope } from './scope.ts';

interface Word {
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

/** What an option reads from the words behind it. `take` gives the next one. */
type OptionReader = (take: () => string, negated: boolean) => Match | readonly Match[] | undefined;

function rangesOf(text: string): readonly NumberRange[] | undefined {
  const ranges = text.split(',').map((part) => /^(\d*)(?::(\d*))?$/.exec(part));
  if (ranges.some((found) => !found || (found[1] === '' && found[2] === undefined))) return undefined;
  const numbers = ranges.map((found) => ({
    first: Number(found?.[1] || 0),
    last: found?.[2] === undefined ? Number(found?.[1]) : Number(found[2] || 65535),
  }));
  return numbers.every(({ first, last }) => first <= last && last <= 65535) ? numbers : undefined;
}

function stateMatch(take: () => string, negated: boolean): Match | undefined {
  const wanted = take()
    .split(',')
    .map((each) => connectionStates[each]);
  return wanted.includes(undefined)
    ? undefined
    : { kind: 'state', negated, states: wanted as readonly ConnectionState[] };
}

function addressTypeMatch(field: 'saddr' | 'daddr'): OptionReader {
  return (take, negated) => {
    const types = take().toLowerCase().split(',');
    const known = ['unicast', 'local', 'broadcast', 'anycast', 'multicast'];
    return types.every((each) => known.includes(each))
      ? { kind: 'addressType', field, negated, types: types as AddressType[] }
      : undefined;
  };
}

const flagNames: Readonly<Record<string, readonly TcpFlag[]>> = {
  SYN: ['syn'],
  ACK: ['ack'],
  FIN: ['fin'],
  RST: ['rst'],
  URG: ['urg'],
  PSH: ['psh'],
  NONE: [],
  ALL: ['fin', 'syn', 'rst', 'psh', 'ack', 'urg'],
};

function flagsOf(text: string): readonly TcpFlag[] | undefined {
  const lists = text.split(',').map((each) => flagNames[each]);
  return lists.includes(undefined) ? undefined : lists.flatMap((each) => each ?? []);
}

function markMatch(kind: 'connectionMark' | 'packetMark'): OptionReader {
  return (take, negated) => {
    const [first = '', second = '0xffffffff', ...more] = take().split('/');
    const [value, mask] = [markNumber(first), markNumber(second)];
    if (value === undefined || mask === undefined || more.length > 0) return undefined;
    return markCompared({ kind, negated, value, mask });
  };
}

function limitMatch(take: () => string): Match | undefined {
  const found = /^(\d+)(?:\/(s|m|h|d)[a-z]*)?$/.exec(take());
  const per = { s: 'second', m: 'minute', h: 'hour', d: 'day' } as const;
  return found
    ? {
        kind: 'limit',
        over: false,
        rate: { count: Number(found[1]), per: per[(found[2] ?? 's') as keyof typeof per], burst: 5 },
      }
    : undefined;
}

function helperMatch(helper: string, negated: boolean): Match | undefined {
  return !negated && Object.hasOwn(helperTable, helper) ? { kind: 'connectionHelper', helper } : undefined;
}

/** Every option that is understood, by module (iptables-extensions(8)). */
const modules: Readonly<Record<string, Readonly<Record<string, OptionReader>>>> = {
  addrtype: { '--dst-type': addressTypeMatch('daddr'), '--src-type': addressTypeMatch('saddr') },
  conntrack: { '--ctstate': stateMatch },
  state: { '--state': stateMatch },
  mark: { '--mark': markMatch('packetMark') },
  connmark: { '--mark': markMatch('connectionMark') },
  helper: {
    '--helper': (take, negated) => helperMatch(take().replace(/-\d+$/, ''), negated),
  },
  length: {
    '--length': (take, negated) => {
      const ranges = rangesOf(take());
      return ranges && { kind: 'length', negated, ranges };
    },
  },
  limit: { '--limit': limitMatch },
  mac: {
    '--mac-source': (take, negated) => {
      const address = take().toLowerCase();
      return /^[0-9a-f]{2}(?::[0-9a-f]{2}){5}$/.test(address)
        ? { kind: 'sourceMac', negated, addresses: [address] }
        : undefined;
    },
  },
  tcp: {
    '--syn': (_take, negated) => ({ kind: 'tcpFlags', negated, mask: ['fin', 'syn', 'rst', 'ack'], set: ['syn'] }),
    '--tcp-flags': (take, negated) => {
      const mask = flagsOf(take());
      const set = flagsOf(take());
      return mask && set && { kind: 'tcpFlags', negated, mask, set };
    },
    '--dport': portMatch('dport', 6),
    '--sport': portMatch('sport', 6),
  },
  udp: { '--dport': portMatch('dport', 17), '--sport': portMatch('sport', 17) },
  // Our own: bytes of the transport header and what follows it, for what no other match says.
  payload: {
    '--at': (take, negated) => {
      const [offset, length, value] = [take(), take() === '--length' && take(), take() === '--value' && take()];
      if (!/^\d+$/.test(offset) || !length || !/^[1-8]$/.test(length) || !value || !/^(0x[0-9a-f]+|\d+)$/i.test(value))
        return undefined;
      return {
        kind: 'payload',
        base: 'transport',
        offset: Number(offset) * 8,
        length: Number(length) * 8,
        negated,
        value: BigInt(value),
      };
    },
  },
  // Its options belong together and are gathered by `RecentOptions`.
  recent: {},
  hl: {
    '--hl-eq': (take, negated) => {
      const value = take() ?? '';
      return negated || !/^\d{1,3}$/.test(value) || Number(value) > 255
        ? undefined
        : { kind: 'hopLimit', value: Number(value) };
    },
  },
};

function portMatch(field: 'sport' | 'dport', protocol: number): OptionReader {
  return (take, negated) => {
    const ranges = rangesOf(take());
    return ranges && { kind: 'port', field, protocol, negated, ranges };
  };
}

/** What raw matches stand for. */
export interface RawMatches {
  /** The protocols of the line: those of PROTO, or that of `-p`. None when every protocol is meant. */
  readonly protocols: readonly ProtocolMatch[];
  readonly matches: readonly Match[];
  readonly events: readonly EventUse[];
}

/**
 * The matches in the ir, of a line whose PROTO holds `protocols`; undefined after a message. `-p` does what it does in
 * iptables: it asks for the protocol and loads the module of its name, may stand once, and not beside PROTO.
 */
export function resolveRawMatches(
  text: TracedText,
  protocols: readonly ProtocolMatch[],
  scope: Scope,
): RawMatches | undefined {
  const ofNft = /(?:^|\s)nft(?=\s|$)/.exec(text.text);
  if (ofNft) {
    const end = ofNft.index + ofNft[0].length;
    const asked = nftWordsOf(slice(text, end), spanOf(text, end - 'nft'.length, end), scope.report);
    const before = asked === undefined ? undefined : resolveRawMatches(slice(text, 0, ofNft.index), protocols, scope);
    return before && asked !== undefined
      ? { ...before, matches: [...before.matches, { kind: 'raw', text: asked }] }
      : undefined;
  }
  const words = [...text.text.replace(/^\s*\+/, ' ').matchAll(/\S+/g)].map(
    (found): Word => ({ text: found[0], start: found.index, end: found.index + found[0].length }),
  );
  const matches: Match[] = [];
  const recent: { readonly options: RecentOptions; readonly word: Word }[] = [];
  const loaded: string[] = [];
  const transports: Word[] = [];
  let ofLine = protocols;
  let protocolWord: Word | undefined;
  let index = 0;
  let negated = false;
  const refuse = (word: Word | undefined, why = 'not one that ftpwall knows in nftables'): undefined => {
    const written = word?.text ?? text.text;
    scope.report.add(
      unsupportedMatch(
        spanOf(text, word?.start ?? 0, word?.end ?? text.text.length),
        `the raw match \`${written}\``,
        why,
      ),
    );
    return undefined;
  };
  while (index < words.length) {
    const word = words[index];
    if (!word) break;
    index += 1;
    if (word.text === '!') {
      if (negated || index === words.length) return refuse(word, 'there is nothing that it negates');
      negated = true;
      continue;
    }
    if (word.text === '-p') {
      const name = words[index];
      if (!name) return refuse(word, 'there is no protocol');
      if (protocolWord) return refuse(word, 'a rule has one `-p`');
      const place = spanOf(text, name.start, name.end);
      const asked = rawProtocol({ name: name.text, negated, place }, protocols, scope);
      if (!asked) return undefined;
      if (asked.module) loaded.push(asked.module);
      ofLine = asked.protocols;
      protocolWord = word;
      negated = false;
      index += 1;
      continue;
    }
    if (word.text === '-m') {
      const module = words[index]?.text ?? '';
      if (negated) return refuse(word, '`!` stands before an option of a match, not before `-m`');
      if (!Object.hasOwn(modules, module)) return refuse(words[index] ?? word);
      loaded.push(module);
      if (words[index] && Object.hasOwn(transportNumbers, module)) transports.push(words[index] as Word);
      if (module === 'recent') recent.push({ options: new RecentOptions(), word });
      index += 1;
      continue;
    }
    const take = (): string => words[index++]?.text ?? '';
    if (!negated && loaded.at(-1) === 'recent' && recent.at(-1)?.options.take(word.text, take)) continue;
    const read = loaded.map((module) => modules[module]?.[word.text]).findLast((each) => each !== undefined);
    const result = read?.(take, negated);
    if (!result) return refuse(word);
    matches.push(...(Array.isArray(result) ? (result as readonly Match[]) : [result as Match]));
    negated = false;
  }
  const stranger = transports.find(
    ({ text: name }) =>
      name !== transports[0]?.text ||
      ofLine.some((each) => each.negated || each.protocol !== transportNumbers[name as keyof typeof transportNumbers]),
  );
  if (stranger) return refuse(stranger, `the rule is not about ${stranger.text} alone`);
  const events: EventUse[] = [];
  for (const [at, { options, word }] of recent.entries()) {
    const event = options.finish();
    // Told before all is asked, an event would remember packets that are none of the rule's.
    if (!event || (event.effect && at < recent.length - 1)) return refuse(word);
    events.push(event);
  }
  return { protocols: ofLine, matches, events };
}
