/** The columns that say which packets a rule is about, besides zones: rates, limits, users, marks, times, headers. */
import { placeIn } from '../2-parse/value.ts';
import { badOptionValue, markBitTaken, unknownUser, unsupportedMatch } from '../diagnostics/catalogue/resolving.ts';
import { badPrefixLength, ratesSwapped } from '../diagnostics/catalogue/values.ts';
import type { Report } from '../diagnostics/report.ts';
import type { Environment } from '../environment.ts';
import { bitsOf } from '../ir/address.ts';
import type { Match, NumberRange } from '../ir/ruleset.ts';
import { helperMark } from '../language/names.ts';
import type { Cell } from '../language/schema.ts';
import type { ConnectionLimitText, HeadersText, MarkText, RateText, TimeText, UserText } from '../language/values.ts';
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
      context.report.add(ratesSwapped(placeIn(cell, text.at)));
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
    if (user !== undefined) users.push({ first: user, last: last ?? user });
    if (group !== undefined)
      matches.push({ kind: 'group', negated: text.negated, ids: [{ first: group, last: group }] });
  }
  if (users.length > 0) matches.push({ kind: 'user', negated: cell.value[0]?.negated ?? false, ids: users });
  return matches;
}

function idOf(text: string, lookUp: (name: string) => number | undefined): number | undefined {
  return /^\d+$/.test(text) ? Number(text) : lookUp(text);
}

const dayNames = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];

/** TIME as conditions (nft(8), META EXPRESSIONS: hour, day, time); undefined after a message. */
export function resolveTime(cell: Cell<TimeText>, report: Report): readonly Match[] | undefined {
  const values = new Map(cell.value.parts.map((part) => [part.name, part]));
  const matches: Match[] = [];
  const known = [
    'timestart',
    'timestop',
    'weekdays',
    'datestart',
    'datestop',
    'utc',
    'localtz',
    'kerneltz',
    'contiguous',
  ];
  for (const part of cell.value.parts) {
    if (part.name === 'monthdays') {
      report.add(
        unsupportedMatch(
          placeIn(cell, part.at),
          'days of the month',
          'nftables knows the hour, the day of the week and the date',
        ),
      );
      return undefined;
    }
    if (part.name === 'localtz' || part.name === 'kerneltz') {
      report.add(
        unsupportedMatch(
          placeIn(cell, part.at),
          "a time of this machine's own zone",
          'nftables turns hours into UTC when it loads, and summer would move them',
        ),
      );
      return undefined;
    }
    if (!known.includes(part.name)) {
      report.add(badOptionValue(placeIn(cell, part.at), part.name, `one of ${known.join(', ')}`));
      return undefined;
    }
  }
  const start = values.get('timestart');
  const stop = values.get('timestop');
  if (start || stop) {
    const from = secondsOf(start?.value ?? '00:00');
    const to = secondsOf(stop?.value ?? '23:59:59');
    const wrong = from === undefined ? start : to === undefined ? stop : undefined;
    if (from === undefined || to === undefined) {
      if (wrong) report.add(badOptionValue(placeIn(cell, wrong.at), wrong.name, 'a time `hh:mm`'));
      return undefined;
    }
    matches.push({ kind: 'hour', from, to });
  }
  const days = values.get('weekdays');
  if (days) {
    const numbers = (days.value ?? '')
      .split(',')
      .map((name) =>
        /^[1-7]$/.test(name)
          ? Number(name) % 7
          : dayNames.indexOf(name.slice(0, 1).toUpperCase() + name.slice(1, 3).toLowerCase()),
      );
    if (numbers.includes(-1)) {
      report.add(badOptionValue(placeIn(cell, days.at), 'weekdays', 'days such as `Mon,Tue`'));
      return undefined;
    }
    matches.push({ kind: 'weekday', days: numbers });
  }
  const from = values.get('datestart');
  const to = values.get('datestop');
  for (const date of [from, to]) {
    if (date && !/^\d{4}(-\d\d(-\d\d(T\d\d(:\d\d(:\d\d)?)?)?)?)?$/.test(date.value ?? '')) {
      report.add(badOptionValue(placeIn(cell, date.at), date.name, 'a date `2026-12-31`'));
      return undefined;
    }
  }
  if (from || to)
    matches.push({
      kind: 'date',
      ...(from?.value ? { from: wholeDate(from.value) } : {}),
      ...(to?.value ? { to: wholeDate(to.value) } : {}),
    });
  return matches;
}

function wholeDate(text: string): string {
  const [date = '', time = '00:00:00'] = text.split('T');
  const [year, month = '01', day = '01'] = date.split('-');
  const [hour, minute = '00', second = '00'] = time.split(':');
  return `${year}-${month}-${day} ${hour}:${minute}:${second}`;
}

function secondsOf(text: string): number | undefined {
  const found = /^(\d{1,2}):(\d\d)(?::(\d\d))?$/.exec(text);
  if (!found) return undefined;
  const [hours, minutes, seconds] = [Number(found[1]), Number(found[2]), Number(found[3] ?? 0)];
  return hours < 24 && minutes < 60 && seconds < 60 ? hours * 3600 + minutes * 60 + seconds : undefined;
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
      report.add(badOptionValue(placeIn(cell, at), 'HEADERS', Object.keys(headerNames).join(', ')));
      return undefined;
    }
    matches.push({ kind: 'extensionHeader', negated, header: headerNames[name as keyof typeof headerNames] });
  }
  return matches;
}
