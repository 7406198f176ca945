/** The conditions of a leaf in the columns of a line, and what has no column in the words of iptables behind `;;`. */
import type { Match } from '../../ir/ruleset.ts';
import {
  everyAddress,
  intersectNumbers,
  intersectRanges,
  joinRanges,
  prefixesOf,
  prefixRange,
  printAddress,
  printRange,
  subtractRanges,
} from '../../net/address.ts';
import type { AddressRange, NumberRange } from '../../net/ranges.ts';
import type { Version } from '../../net/version.ts';
import { unaskable } from './conditions.ts';

/** Cells of a line; an empty text where nothing is asked. */
export interface Cells {
  /** Addresses with commas, `!` in front where it is all others. */
  readonly source: string;
  readonly dest: string;
  readonly proto: string;
  readonly dport: string;
  readonly sport: string;
  /** What the client asked for. */
  readonly inline: string;
  /** Whether they mean packets of one IP version alone. */
  readonly ofOneVersion: boolean;
}

const protocolNames: Readonly<Record<number, string>> = { 1: 'icmp', 6: 'tcp', 17: 'udp', 58: 'ipv6-icmp' };
const withPorts: readonly number[] = [6, 17, 33, 132, 136];

/** The cells, and the conditions for which there are none: who leaves them out says something else. */
export function cellsOf(
  matches: readonly Match[],
  version: Version,
): { readonly cells: Cells; readonly unsaid: readonly Match[] } {
  const writer = new CellWriter(version);
  for (const match of matches) writer.take(match);
  return writer.done();
}

class CellWriter {
  readonly #version: Version;
  readonly #unsaid: Match[] = [];
  readonly #words: string[] = [];
  readonly #nft: string[] = [];
  readonly #types = new Map<string, string[]>();
  #protocols: readonly number[] | undefined;
  #notProtocols: number[] = [];
  readonly #addresses: Record<'saddr' | 'daddr', readonly AddressRange[]>;
  readonly #ports: Record<'sport' | 'dport', readonly NumberRange[] | undefined> = {
    sport: undefined,
    dport: undefined,
  };
  #icmp: string | undefined;

  constructor(version: Version) {
    this.#version = version;
    this.#addresses = { saddr: [everyAddress(version)], daddr: [everyAddress(version)] };
  }

  take(match: Match): void {
    switch (match.kind) {
      case 'protocol':
        this.#protocol(match);
        return;
      case 'address':
        this.#addresses[match.field] = match.negated
          ? subtractRanges(this.#addresses[match.field], match.ranges)
          : intersectRanges(this.#addresses[match.field], match.ranges);
        return;
      case 'port':
        this.#port(match);
        return;
      case 'icmp':
        this.#icmpTypes(match);
        return;
      case 'addressType':
        this.#addressType(match);
        return;
      default: {
        const words = wordsFor(match);
        if (words !== undefined) this.#words.push(words);
        else if (match.kind === 'raw' && isNftCondition(match.text)) this.#nft.push(match.text);
        else this.#unsaid.push(match);
      }
    }
  }

  #protocol({ negated, protocols }: Match & { readonly kind: 'protocol' }): void {
    if (negated) this.#notProtocols.push(...protocols);
    else this.#protocols = this.#protocols?.filter((each) => protocols.includes(each)) ?? protocols;
  }

  #port(match: Match & { readonly kind: 'port' }): void {
    const { field, ranges, negated } = match;
    if (negated) {
      this.#words.push(`-m multiport ! --${field}s ${ranges.map(rangeText).join(',')}`);
      return;
    }
    const known = this.#ports[field];
    this.#ports[field] = known ? intersectNumbers(known, ranges) : ranges;
  }

  #icmpTypes(match: Match & { readonly kind: 'icmp' }): void {
    const types = match.types.map(({ type, code }) => (code === undefined ? String(type) : `${type}/${code}`));
    const [module, option] = match.version === 4 ? ['icmp', 'icmp'] : ['icmp6', 'icmpv6'];
    if (!match.negated && this.#icmp === undefined) this.#icmp = types.join(',');
    else if (match.negated) this.#words.push(...types.map((type) => `-m ${module} ! --${option}-type ${type}`));
    else this.#unsaid.push(match);
  }

  /** Several kinds of which it is none are asked at once. */
  #addressType({ field, negated, types }: Match & { readonly kind: 'addressType' }): void {
    const option = `${negated ? '! ' : ''}--${field === 'saddr' ? 'src' : 'dst'}-type`;
    const words = types.map((type) => type.toUpperCase());
    // In ip6tables a list with MULTICAST says something else.
    const apart = negated ? words.filter((word) => word === 'MULTICAST') : [];
    if (apart.length > 0) {
      this.#words.push(`-m addrtype ${option} MULTICAST`);
      words.splice(words.indexOf('MULTICAST'), 1);
      if (words.length === 0) return;
    }
    if (negated && this.#types.has(option)) this.#types.get(option)?.push(...words);
    else if (this.#types.has(option)) this.#words.push(`-m addrtype ${option} ${words.join(',')}`);
    else this.#types.set(option, words);
  }

  done() {
    const protocols = this.#protocols?.filter((each) => !this.#notProtocols.includes(each));
    if (protocols?.length === 0 || this.#hasNone()) return { cells: never, unsaid: [] };
    if (protocols === undefined && this.#notProtocols.length > 1)
      this.#unsaid.push({ kind: 'protocol', negated: true, protocols: this.#notProtocols });
    const hasPorts = this.#ports.sport !== undefined || this.#ports.dport !== undefined;
    const proto = protocols ?? (hasPorts ? withPorts.slice(0, 2) : []);
    const [not] = protocols === undefined ? this.#notProtocols : [];
    const words = [
      ...[...this.#types].map(([option, types]) => `-m addrtype ${option} ${[...new Set(types)].join(',')}`),
      ...this.#words,
      ...(this.#nft.length > 0 ? [`nft ${this.#nft.join(' ')}`] : []),
    ];
    const [source, dest] = [this.#hosts('saddr'), this.#hosts('daddr')];
    const cells: Cells = {
      source,
      dest,
      proto: not !== undefined && proto.length === 0 ? `!${nameOf(not)}` : proto.map(nameOf).join(','),
      dport: this.#icmp ?? (this.#ports.dport ?? []).map(rangeText).join(','),
      sport: (this.#ports.sport ?? []).map(rangeText).join(','),
      inline: words.join(' '),
      ofOneVersion: this.#isOfOneVersion([source, dest], proto),
    };
    return { cells, unsaid: this.#unsaid };
  }

  /** All but some addresses of one version are all those of the other one, too. */
  #isOfOneVersion(hosts: readonly string[], proto: readonly number[]): boolean {
    const [only, ...more] = proto;
    const isIcmp = more.length === 0 && (only === 1 || only === 58);
    return isIcmp || hosts.some((text) => text !== '' && !text.startsWith('!'));
  }

  #hasNone(): boolean {
    return [this.#addresses.saddr, this.#addresses.daddr, this.#ports.sport, this.#ports.dport].some(
      (ranges) => ranges?.length === 0,
    );
  }

  /** All addresses but a few are told by these. */
  #hosts(field: 'saddr' | 'daddr'): string {
    const all = [everyAddress(this.#version)];
    const ranges = joinRanges(this.#addresses[field]);
    const others = subtractRanges(all, ranges);
    if (others.length === 0) return '';
    const [texts, otherTexts] = [hostTexts(ranges), hostTexts(others)];
    return otherTexts.length < texts.length ? `!${otherTexts.join(',')}` : texts.join(',');
  }
}

/** For conditions that no packet meets. */
export const never: Cells = {
  source: '',
  dest: '',
  proto: '',
  dport: '',
  sport: '',
  inline: 'never',
  ofOneVersion: true,
};

function hostTexts(ranges: readonly AddressRange[]): readonly string[] {
  return ranges.flatMap((range) => {
    const prefixes = prefixesOf(range);
    if (prefixes.length > 3)
      return [`${printAddress(range.version, range.first)}-${printAddress(range.version, range.last)}`];
    return prefixes.map(({ value, length }) => printRange(prefixRange(range.version, value, length)));
  });
}

/** As PROTO names it. */
function nameOf(protocol: number): string {
  return protocolNames[protocol] ?? String(protocol);
}

/** `80`, `1024:65535`. */
export function rangeText({ first, last }: NumberRange): string {
  return first === last ? String(first) : `${first}:${last}`;
}

const not = (negated: boolean): string => (negated ? '! ' : '');
const hex = (number: number): string => `0x${number.toString(16)}`;

/** In the words of iptables-extensions(8); undefined where there are none that lines may hold. */
function wordsFor(match: Match): string | undefined {
  switch (match.kind) {
    case 'natted':
      return `-m conntrack ${not(match.negated)}--ctstate ${match.how.toUpperCase()}`;
    case 'connectionMark':
    case 'packetMark':
      return `-m ${match.kind === 'packetMark' ? 'mark' : 'connmark'} ${not(match.negated)}--mark ${hex(match.value)}/${hex(match.mask)}`;
    case 'tcpFlags':
      return `-m tcp ${not(match.negated)}--tcp-flags ${flags(match.mask)} ${flags(match.set)}`;
    case 'limit':
      return match.over || match.unit === 'bytes'
        ? undefined
        : `-m limit --limit ${match.rate.count}/${match.rate.per} --limit-burst ${match.rate.burst}`;
    case 'hopLimit': {
      const [range, ...more] = match.ranges;
      const [module, option] = match.version === 4 ? ['ttl', '--ttl-eq'] : ['hl', '--hl-eq'];
      return range && more.length === 0 && range.first === range.last
        ? `-m ${module} ${not(match.negated)}${option} ${range.first}`
        : undefined;
    }
    case 'reversePath':
      return `-m rpfilter${match.marked ? ' --validmark' : ''}${match.negated ? ' --invert' : ''}`;
    case 'packetType':
      return match.types.length === 1 ? `-m pkttype ${not(match.negated)}--pkt-type ${match.types[0]}` : undefined;
    case 'length':
      return match.ranges.length === 1 && match.ranges[0]
        ? `-m length ${not(match.negated)}--length ${rangeText(match.ranges[0])}`
        : undefined;
    case 'sourceMac':
      return match.addresses.length === 1
        ? `-m mac ${not(match.negated)}--mac-source ${match.addresses[0]}`
        : undefined;
    case 'user':
    case 'group':
      return match.ids.length === 1 && match.ids[0]
        ? `-m owner ${not(match.negated)}--${match.kind === 'user' ? 'uid' : 'gid'}-owner ${rangeText(match.ids[0]).replace(':', '-')}`
        : undefined;
    case 'originalAddress':
      return originalWords(match);
    case 'ipsec':
      return `-m policy --dir ${match.direction} --pol ${match.present ? 'ipsec' : 'none'}`;
    case 'raw':
      return /^-m recent (?:--(?:rcheck|update|reap|rsource|rdest)|--(?:seconds|hitcount|name) [\w-]+| )+$/.test(
        match.text,
      )
        ? match.text
        : undefined;
    default:
      return undefined;
  }
}

function originalWords(match: Match & { readonly kind: 'originalAddress' }): string | undefined {
  const [range, ...more] = match.ranges.filter((each) => prefixesOf(each).length === 1);
  const option = match.field === 'saddr' ? '--ctorigsrc' : '--ctorigdst';
  return range && more.length === 0 ? `-m conntrack ${not(match.negated)}${option} ${printRange(range)}` : undefined;
}

/** Words of nft(8) that name nothing of their table, and that no line could take for anything else. */
function isNftCondition(text: string): boolean {
  return /^[a-z][\w .:,&|!=<>/-]*$/.test(text) && !text.startsWith(unaskable);
}

function flags(all: readonly string[]): string {
  const names: Readonly<Record<string, string>> = { ecn: 'ECE' };
  return all.length === 0 ? 'NONE' : all.map((flag) => names[flag] ?? flag.toUpperCase()).join(',');
}
