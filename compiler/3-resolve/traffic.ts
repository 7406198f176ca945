/** The columns that say which packets a rule is about, besides zones: rates, limits, users, marks, times, headers. */
import { placeIn } from '../2-parse/value.ts';
import { markBitTaken, unknownOption, unknownUser, unsupportedMatch } from '../diagnostics/catalogue/resolving.ts';
import { badPrefixLength, badUserRange, ratesSwapped } from '../diagnostics/catalogue/values.ts';
import type { Report } from '../diagnostics/report.ts';
import { nearest } from '../diagnostics/suggest.ts';
import type { Environment } from '../environment.ts';
import { bitsOf } from '../ir/address.ts';
import type { Match, NumberRange } from '../ir/ruleset.ts';
import { helperMark } from '../language/mark-layout.ts';
import type { Cell } from '../language/schema.ts';
import type { ConnectionLimitText, HeadersText, MarkText, RateText, UserText } from '../language/values.ts';
import type { ConnectionLimit, Families, RateLimit } from '../model.ts';
import type { Span } from '../source.ts';

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
      if (index === 0 || cell.value[0]?.each !== 'dest') context.report.add(ratesSwapped(placeIn(cell, text.at)));
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

/** MARK as a condition; undefined after a message. */
export function resolveMark(cell: Cell<MarkText>, report: Report): Match | undefined {
  const { negated, value, mask = 0xffffffff, connection } = cell.value;
  const touched = cell.value.mask === undefined ? value : mask;
  if (connection && (touched & helperMark) !== 0) {
    report.add(markBitTaken(cell.span));
    return undefined;
  }
  // A user's mark without a mask leaves our bit out of the comparison.
  const compared = connection ? mask & ~helperMark : mask;
  return { kind: connection ? 'connectionMark' : 'packetMark', negated, mask: compared >>> 0, value };
}

/** USER as conditions; undefined after a message. */
export function resolveUsers(
  cell: Cell<readonly UserText[]>,
  environment: Environment,
  report: Report,
): readonly Match[] | undefined {
  const matches: Match[] = [];
  if (cell.value.length > 1 && cell.value.some((each) => each.group || each.negated)) {
    report.add(unsupportedMatch(cell.span, 'a list of users with groups', 'write a line for each'));
    return undefined;
  }
  const users: NumberRange[] = [];
  for (const text of cell.value) {
    const user = text.user === undefined ? undefined : idOf(text.user, environment.userId);
    const last = text.lastUser === undefined ? user : idOf(text.lastUser, environment.userId);
    const group = text.group === undefined ? undefined : idOf(text.group, environment.groupId);
    if (
      (text.user !== undefined && (user === undefined || last === undefined)) ||
      (text.group !== undefined && group === undefined)
    ) {
      report.add(
        unknownUser(
          placeIn(cell, text.at),
          user === undefined && text.user !== undefined ? text.user : (text.group ?? ''),
        ),
      );
      return undefined;
    }
    if (user !== undefined && last !== undefined && last < user) {
      report.add(badUserRange(placeIn(cell, text.at)));
      return undefined;
    }
    if (user !== undefined) users.push({ first: user, last: last ?? user });
    if (group !== undefined)
      matches.push({ kind: 'group', negated: text.negated, ids: [{ first: group, last: group }] });
  }
  if (users.length > 0) matches.push({ kind: 'user', negated: cell.value[0]?.negated ?? false, ids: users });
  return matches;
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

/** HEADERS as conditions; undefined after a message. */
export function resolveHeaders(cell: Cell<HeadersText>, report: Report): readonly Match[] | undefined {
  const { any, negated, headers } = cell.value;
  if (headers.length > 1 && any) {
    report.add(unsupportedMatch(cell.span, 'one of several headers', 'write a line for each header'));
    return undefined;
  }
  const matches: Match[] = [];
  for (const { name, at } of headers) {
    if (!Object.hasOwn(headerNames, name)) {
      report.add(unknownOption(placeIn(cell, at), name, nearest(name, Object.keys(headerNames))));
      return undefined;
    }
    matches.push({ kind: 'extensionHeader', negated, header: headerNames[name as keyof typeof headerNames] });
  }
  return matches;
}
