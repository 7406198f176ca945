/** What rules do as `iptables-save` prints it (iptables-extensions(8), TARGET EXTENSIONS). */
import type { Match, RejectWith, Statement } from '../ir/ruleset.ts';
import { markNumber } from '../language/mark-layout.ts';
import { parseAddress, prefixRange } from '../net/address.ts';
import type { AddressRange, NumberRange } from '../net/ranges.ts';
import type { Version } from '../net/version.ts';

/** What a target does; `chain` where it hands the packet to one of the chains that copy marks. */
export type ReadTarget =
  | { readonly kind: 'statement'; readonly statement: Statement }
  | { readonly kind: 'copies-mark'; readonly to: 'connection' | 'packet'; readonly mask: number }
  /** Nothing that decides about a packet, now or later. */
  | { readonly kind: 'nothing' };

/** The options of a target: each with the words that follow it. */
export type TargetOptions = ReadonlyMap<string, string>;

/** Where the rule stands, as far as its target depends on that. */
export interface TargetPlace {
  readonly version: Version;
  readonly table: string;
  /** Whether the chain is called before routing or by what the machine sends: there NETMAP changes the destination. */
  readonly beforeRouting: boolean;
  readonly matches: readonly Match[];
}

type Reader = (options: TargetOptions, place: TargetPlace) => ReadTarget | undefined;

/** What a target means; undefined when nobody here knows. */
export function readTarget(name: string, options: TargetOptions, place: TargetPlace): ReadTarget | undefined {
  return Object.hasOwn(targets, name) ? targets[name]?.(options, place) : undefined;
}

const nothing: Reader = () => ({ kind: 'nothing' });

function done(statement: Statement): ReadTarget {
  return { kind: 'statement', statement };
}

function verdict(kind: 'accept' | 'drop' | 'return'): Reader {
  return (options) => (options.size === 0 ? done({ kind: 'verdict', verdict: { kind } }) : undefined);
}

/** The names that iptables takes and prints (libipt_REJECT.c, libip6t_REJECT.c), as nft calls them. */
const refusals: Readonly<Record<string, RejectWith>> = {
  'icmp-net-unreachable': { kind: 'icmp', type: 'net-unreachable' },
  'icmp-host-unreachable': { kind: 'icmp', type: 'host-unreachable' },
  'icmp-proto-unreachable': { kind: 'icmp', type: 'prot-unreachable' },
  'icmp-port-unreachable': { kind: 'icmp', type: 'port-unreachable' },
  'icmp-net-prohibited': { kind: 'icmp', type: 'net-prohibited' },
  'icmp-host-prohibited': { kind: 'icmp', type: 'host-prohibited' },
  'icmp-admin-prohibited': { kind: 'icmp', type: 'admin-prohibited' },
  'tcp-reset': { kind: 'tcp-reset' },
  'tcp-rst': { kind: 'tcp-reset' },
  'icmp6-no-route': { kind: 'icmpv6', type: 'no-route' },
  'no-route': { kind: 'icmpv6', type: 'no-route' },
  'icmp6-adm-prohibited': { kind: 'icmpv6', type: 'admin-prohibited' },
  'adm-prohibited': { kind: 'icmpv6', type: 'admin-prohibited' },
  'icmp6-addr-unreachable': { kind: 'icmpv6', type: 'addr-unreachable' },
  'addr-unreach': { kind: 'icmpv6', type: 'addr-unreachable' },
  'icmp6-port-unreachable': { kind: 'icmpv6', type: 'port-unreachable' },
  'port-unreach': { kind: 'icmpv6', type: 'port-unreachable' },
};

const reject: Reader = (options, { version }) => {
  const usual = version === 4 ? 'icmp-port-unreachable' : 'icmp6-port-unreachable';
  const how = options.get('--reject-with') ?? usual;
  const reply = refusals[how] ?? refusals[`icmp-${how}`] ?? refusals[`icmp6-${how}`];
  return reply && done({ kind: 'reject', with: reply });
};

/** `--set-xmark value/mask` clears the bits of the mask and turns those of the value (xt_mark.c). */
function mark(target: 'connection' | 'packet'): Reader {
  return (options) => {
    const copied = copiedMark(options);
    if (copied) return copied;
    const [name, text = ''] = [...options][0] ?? [];
    const [value, mask = 0xffffffff] = text.split('/').map(markNumber);
    if (options.size !== 1 || value === undefined) return undefined;
    const set = (bits: number, to: number) => done({ kind: 'setMark', target, mask: bits >>> 0, value: to >>> 0 });
    switch (name) {
      case '--set-xmark':
        return (value & ~mask) === 0 ? set(mask, value) : undefined;
      case '--set-mark':
        return set(mask | value, value);
      case '--or-mark':
        return set(value, value);
      case '--and-mark':
        return set(~value, 0);
      default:
        return undefined;
    }
  };
}

function copiedMark(options: TargetOptions): ReadTarget | undefined {
  const to = options.has('--save-mark') ? 'connection' : options.has('--restore-mark') ? 'packet' : undefined;
  if (to === undefined) return undefined;
  const masks = ['--mask', '--nfmask', '--ctmask'].flatMap((name) => options.get(name) ?? []).map(markNumber);
  const [mask = 0xffffffff] = masks;
  return masks.every((each) => each === mask) ? { kind: 'copies-mark', to, mask } : undefined;
}

const tracking: Reader = (options) => {
  if (options.has('--notrack')) return done({ kind: 'notrack' });
  if (options.has('--zone') || options.has('--zone-orig') || options.has('--zone-reply')) return undefined;
  const helper = options.get('--helper');
  return helper === undefined ? { kind: 'nothing' } : done({ kind: 'attachHelper', object: `helper-${helper}` });
};

function numbers(text: string): NumberRange | undefined {
  const [, first = '', last = first] = /^(\d+)(?:-(\d+))?$/.exec(text) ?? [];
  return first === '' ? undefined : { first: Number(first), last: Number(last) };
}

/** `10.0.0.1-10.0.0.9:80-90`, `[2001:db8::1]:80`, `:80`. */
function destination(text: string, version: Version): { addresses?: AddressRange; ports?: NumberRange } | undefined {
  const [, bracketed, plain, port] =
    (version === 4 ? /^()([^:]*)(?::([\d-]+))?$/ : /^(?:\[([^\]]*)\]|([^[\]]*?))(?:(?<=\]|^):([\d-]+))?$/).exec(text) ??
    [];
  const written = bracketed || plain || '';
  const ports = port === undefined ? undefined : numbers(port);
  if (port !== undefined && !ports) return undefined;
  const [first, last = first] = written === '' ? [] : written.split('-').map(parseAddress);
  if (written !== '' && (!first || !last || first.version !== version)) return undefined;
  return {
    ...(first && last && { addresses: { version, first: first.value, last: last.value } }),
    ...(ports && { ports }),
  };
}

function translation(kind: 'dnat' | 'snat', option: string): Reader {
  return (options, { version }) => {
    const to = destination(options.get(option) ?? '?', version);
    if (!to || (!to.addresses && !to.ports)) return undefined;
    const random = options.has('--random') || options.has('--random-fully');
    return done({ kind, to: { version, ...to, random, persistent: options.has('--persistent') } });
  };
}

function toSelf(kind: 'masquerade' | 'redirect'): Reader {
  return (options) => {
    const text = options.get('--to-ports') ?? options.get('--to-port');
    const ports = text === undefined ? undefined : numbers(text);
    if (text !== undefined && !ports) return undefined;
    return done({ kind, random: options.has('--random') || options.has('--random-fully'), ...(ports && { ports }) });
  };
}

/** The network that is mapped is that of the rule's own condition: of others the addresses overlap. */
const netmap: Reader = (options, { version, beforeRouting, matches }) => {
  const [text = '', length = ''] = (options.get('--to') ?? '').split('/');
  const address = parseAddress(text);
  if (!address || address.version !== version || !/^\d+$/.test(length)) return undefined;
  const to = prefixRange(version, address.value, Number(length));
  const field = beforeRouting ? 'daddr' : 'saddr';
  const asked = matches.find((match) => match.kind === 'address' && match.field === field && !match.negated);
  const [from] = asked?.kind === 'address' ? asked.ranges : [];
  if (!from || from.last - from.first !== to.last - to.first) return undefined;
  return done({ kind: 'netmap', direction: beforeRouting ? 'dnat' : 'snat', from, to });
};

const queue: Reader = (options) => {
  const range =
    numbers(options.get('--queue-num') ?? '0') ?? numbers((options.get('--queue-balance') ?? '').replace(':', '-'));
  return range && done({ kind: 'queue', ...range, bypass: options.has('--queue-bypass') });
};

/** By name. What decides nothing and sets nothing that a rule asks for is `nothing`. */
const targets: Readonly<Record<string, Reader>> = {
  ACCEPT: verdict('accept'),
  DROP: verdict('drop'),
  RETURN: verdict('return'),
  REJECT: reject,
  QUEUE: queue,
  NFQUEUE: queue,
  MARK: mark('packet'),
  CONNMARK: mark('connection'),
  CT: tracking,
  NOTRACK: (options) => (options.size === 0 ? done({ kind: 'notrack' }) : undefined),
  DNAT: translation('dnat', '--to-destination'),
  SNAT: translation('snat', '--to-source'),
  MASQUERADE: toSelf('masquerade'),
  REDIRECT: toSelf('redirect'),
  NETMAP: netmap,
  LOG: nothing,
  NFLOG: nothing,
  ULOG: nothing,
  AUDIT: nothing,
  TRACE: nothing,
  TCPMSS: nothing,
  TCPOPTSTRIP: nothing,
  CHECKSUM: nothing,
  CLASSIFY: nothing,
  ECN: nothing,
  DSCP: nothing,
  TOS: nothing,
  TTL: nothing,
  HL: nothing,
  TEE: nothing,
  SET: nothing,
  SECMARK: nothing,
  CONNSECMARK: nothing,
  RATEEST: nothing,
  IDLETIMER: nothing,
  LED: nothing,
};
