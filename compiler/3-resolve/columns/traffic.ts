/** The columns that say which packets a rule is about, besides zones: rates, limits, users, headers. */
import { placeIn } from '../../2-parse/value.ts';
import { allHeaders, unknownUser, unsupportedMatch } from '../../diagnostics/catalogue/matches.ts';
import { unknownOption } from '../../diagnostics/catalogue/options.ts';
import { badPrefixLength, badUserRange, rateOrder } from '../../diagnostics/catalogue/values.ts';
import type { Report } from '../../diagnostics/report.ts';
import { nearest } from '../../diagnostics/suggest.ts';
import type { Environment } from '../../environment.ts';
import type { Match } from '../../ir/ruleset.ts';
import type { Cell } from '../../language/schema.ts';
import type { ConnectionLimitText, HeadersText, RateText, UserText } from '../../language/values.ts';
import type { ConnectionLimit, RateLimit } from '../../model/traffic.ts';
import type { Families } from '../../model/zone.ts';
import { bitsOf } from '../../net/address.ts';
import type { NumberRange } from '../../net/ranges.ts';
import type { Span } from '../../source.ts';

/**
 * RATE: each limit with the burst that counts when none is written (5, as iptables-extensions(8) has it). Of two limits
 * the first is for each source and the second for each destination (shorewall-rules(5), RATE). Undefined after a message.
 */
export function resolveRates(
  cell: Cell<readonly RateText[]>,
  context: PrefixContext,
): readonly RateLimit[] | undefined {
  const two = cell.value.length === 2;
  const limits = cell.value.map((text, index): RateLimit | undefined => {
    const each = two ? (index === 0 ? 'source' : 'dest') : text.each;
    const rate = { count: text.count, per: text.per, burst: text.burst ?? 5 };
    if (text.mask !== undefined && !soundPrefix(placeIn(cell, text.at), text.mask, context)) return undefined;
    if (two && text.each && text.each !== each) {
      // Said once, of the first that is on the wrong side.
      if (index === 0 || cell.value[0]?.each !== 'dest') context.report.add(rateOrder(placeIn(cell, text.at)));
      return undefined;
    }
    if (!each) return { rate };
    return {
      rate,
      each: { side: each, name: text.name ?? '', ...(text.mask === undefined ? {} : { prefix: text.mask }) },
    };
  });
  return limits.includes(undefined) ? undefined : limits.filter((limit) => limit !== undefined);
}

/** CONNLIMIT: the rule holds up to `count` connections, with `!` above. Undefined after a message. */
export function resolveConnectionLimit(
  cell: Cell<ConnectionLimitText>,
  context: PrefixContext,
): ConnectionLimit | undefined {
  const { by, negated, count, mask } = cell.value;
  if (mask !== undefined && !soundPrefix(cell.span, mask, context)) return undefined;
  return { side: by, count, over: negated, ...(mask === undefined ? {} : { prefix: mask }) };
}

interface PrefixContext {
  readonly report: Report;
  readonly families: Families;
}

/** The length of a prefix that addresses are cut to before they are counted; one for every IP version that is compiled. */
function soundPrefix(place: Span, length: number, { report, families }: PrefixContext): boolean {
  const most = Math.min(...families.versions.map(bitsOf));
  if (length >= 1 && length <= most) return true;
  report.add(badPrefixLength(place, length, most));
  return false;
}

/** USER as conditions; undefined after a message. */
export function resolveUsers(
  cell: Cell<readonly UserText[]>,
  environment: Environment,
  report: Report,
): readonly Match[] | undefined {
  if (cell.value.length > 1 && cell.value.some((each) => each.negated)) {
    const why = 'Shorewall takes each entry by itself, so `!a,b` leaves out only `a`: write a line for each';
    report.add(unsupportedMatch(cell.span, 'a list of users with `!`', why));
    return undefined;
  }
  const matches: Match[] = [];
  const users: NumberRange[] = [];
  for (const text of cell.value) {
    const place = placeIn(cell, text.at);
    const user = idsOf(text.user, text.lastUser, environment.userId, { place, report });
    const group = idsOf(text.group, text.lastGroup, environment.groupId, { place, report });
    if (user === 'mistake' || group === 'mistake') return undefined;
    if (user) users.push(user);
    if (group) matches.push({ kind: 'group', negated: text.negated, ids: [group] });
  }
  if (users.length > 0) matches.push({ kind: 'user', negated: cell.value[0]?.negated ?? false, ids: users });
  return matches;
}

function idsOf(
  first: string | undefined,
  last: string | undefined,
  lookUp: (name: string) => number | undefined,
  { place, report }: { readonly place: Span; readonly report: Report },
): NumberRange | undefined | 'mistake' {
  if (first === undefined) return undefined;
  const ends = [first, last ?? first].map((name) => ({ name, id: idOf(name, lookUp) }));
  const stranger = ends.find(({ id }) => id === undefined);
  const [from, to] = ends.map(({ id }) => id);
  if (stranger || from === undefined || to === undefined) {
    report.add(unknownUser(place, stranger?.name ?? first));
    return 'mistake';
  }
  if (to >= from) return { first: from, last: to };
  report.add(badUserRange(place));
  return 'mistake';
}

function idOf(text: string, lookUp: (name: string) => number | undefined): number | undefined {
  if (!/^\d+$/.test(text)) return lookUp(text);
  return Number(text) <= 0xffffffff ? Number(text) : undefined;
}

const headerNames = {
  hop: 'hbh',
  'hop-by-hop': 'hbh',
  dst: 'dst',
  'ipv6-opts': 'dst',
  route: 'rt',
  'ipv6-route': 'rt',
  frag: 'frag',
  'ipv6-frag': 'frag',
  esp: 'esp',
  none: 'none',
  'ipv6-nonxt': 'none',
  proto: 'protocol',
  protocol: 'protocol',
} as const;

/**
 * What may follow the header of IPv6 when the packet has this and none of the others that the match of iptables knows
 * (ip6t_ipv6header.c): hop-by-hop, routing, fragment, ESP, authentication, none, destination.
 */
const alone = {
  esp: { negated: false, numbers: [50] },
  none: { negated: false, numbers: [59] },
  protocol: { negated: true, numbers: [0, 43, 44, 50, 51, 59, 60] },
} as const;

/** `exactly:` of one header at which a packet ends. Undefined after a message. */
function exactlyThis(cell: Cell<HeadersText>, report: Report): readonly Match[] | undefined {
  const { negated, headers } = cell.value;
  const names = headers.map(({ name }) =>
    Object.hasOwn(headerNames, name) ? headerNames[name as keyof typeof headerNames] : name,
  );
  const [only = ''] = names;
  if (names.length === 1 && Object.hasOwn(alone, only)) {
    const { negated: others, numbers } = alone[only as keyof typeof alone];
    const ranges = numbers.map((each) => ({ first: each, last: each }));
    return [{ kind: 'field', field: 'next header', negated: negated !== others, ranges }];
  }
  const why = names.some((name) => Object.hasOwn(alone, name))
    ? 'nftables cannot tell that a packet has no authentication header: leave out `exactly:`, and write lines before it for packets with the other headers'
    : 'every packet ends in `proto`, `esp` or `none`, so none has these alone: leave out `exactly:`';
  report.add(unsupportedMatch(cell.span, '`exactly:`', why));
  return undefined;
}

/** HEADERS as conditions: each must be there, with `!` none of them; undefined after a message. */
export function resolveHeaders(cell: Cell<HeadersText>, report: Report): readonly Match[] | undefined {
  const { how, negated, headers } = cell.value;
  if (how === 'exactly') return exactlyThis(cell, report);
  // The kernel's match takes it for all of them (ip6t_ipv6header.c, modeflag), whatever its manual says.
  if (headers.length > 1 && how === 'any') report.add(allHeaders(cell.span));
  const matches: Match[] = [];
  for (const { name, at } of headers) {
    if (name === 'auth' || name === 'ah') {
      const why = 'nftables passes over authentication headers: ask for what is behind it, in PROTO';
      report.add(unsupportedMatch(placeIn(cell, at), `the header \`${name}\``, why));
      return undefined;
    }
    if (!Object.hasOwn(headerNames, name)) {
      report.add(unknownOption(placeIn(cell, at), name, nearest(name, Object.keys(headerNames))));
      return undefined;
    }
    matches.push({ kind: 'extensionHeader', negated, header: headerNames[name as keyof typeof headerNames] });
  }
  return matches;
}
