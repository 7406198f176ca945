/** TIME: when a rule holds. */
import { placeIn } from '../../2-parse/value.ts';
import { unsupportedMatch } from '../../diagnostics/catalogue/matches.ts';
import { badOptionValue, unknownOption } from '../../diagnostics/catalogue/options.ts';
import type { Report } from '../../diagnostics/report.ts';
import { nearest } from '../../diagnostics/suggest.ts';
import type { Match } from '../../ir/ruleset.ts';
import type { Cell } from '../../language/schema.ts';
import type { Option, TimeText } from '../../language/values.ts';

const dayNames = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];

/** What each part of a time is; one without `wanted` stands alone. */
interface Part {
  readonly wanted?: string;
  readonly sound?: (value: string) => boolean;
  readonly unsupported?: readonly [what: string, why: string];
}

const time: Part = { wanted: 'a time `hh:mm`', sound: (value) => secondsOf(value) !== undefined };
const date: Part = { wanted: 'a date `2026-12-31`', sound: (value) => wholeDate(value) !== undefined };
const ownZone: Part = {
  unsupported: [
    "a time of this machine's own zone",
    'nftables knows hours of UTC alone, and summer moves those of a zone: write them in UTC, or let cron turn a SWITCH',
  ],
};

const parts: Readonly<Record<string, Part>> = {
  timestart: time,
  timestop: time,
  weekdays: { wanted: 'days such as `Mon,Tue`', sound: (value) => !daysOf(value).includes(-1) },
  datestart: date,
  datestop: date,
  utc: {},
  contiguous: {},
  localtz: ownZone,
  kerneltz: ownZone,
  monthdays: {
    unsupported: [
      'days of the month',
      'nftables knows the hour, the day of the week and the date: write a line for each date, or let cron turn a SWITCH',
    ],
  },
};

/** TIME as conditions (nft(8), META EXPRESSIONS: hour, day, time); undefined after a message. */
export function resolveTime(cell: Cell<TimeText>, report: Report): readonly Match[] | undefined {
  for (const part of cell.value.parts) if (!soundPart(part, cell, report)) return undefined;
  const values = new Map(cell.value.parts.map(({ name, value = '' }) => [name, value]));
  const [start, stop, days] = [values.get('timestart'), values.get('timestop'), values.get('weekdays')];
  const from = secondsOf(start ?? '00:00');
  const to = secondsOf(stop ?? '23:59:59');
  const [first, last] = [wholeDate(values.get('datestart') ?? ''), wholeDate(values.get('datestop') ?? '')];
  return [
    // The same time twice is a whole day (xt_time.c).
    ...((start ?? stop) === undefined || from === undefined || to === undefined || from === to
      ? []
      : [{ kind: 'hour', from, to } as const]),
    ...(days === undefined ? [] : [{ kind: 'weekday', days: daysOf(days) } as const]),
    ...((first ?? last) === undefined
      ? []
      : [{ kind: 'date', ...(first ? { from: first } : {}), ...(last ? { to: last } : {}) } as const]),
  ];
}

/**
 * `contiguous` with hours over midnight: what is left of the night belongs to the day before (xt_time.c), so the days are
 * others than in the evening, and two times say it.
 */
export function timesApart(time: TimeText): readonly TimeText[] {
  const written = (wanted: string) => time.parts.find(({ name }) => name === wanted)?.value;
  const [start, stop] = [secondsOf(written('timestart') ?? '00:00'), secondsOf(written('timestop') ?? '23:59:59')];
  const days = daysOf(written('weekdays') ?? '');
  const contiguous = time.parts.some(({ name }) => name === 'contiguous');
  const sound = time.parts.every(({ name }) => Object.hasOwn(parts, name) && !parts[name]?.unsupported);
  if (!sound || !contiguous || start === undefined || stop === undefined || start < stop || days.includes(-1))
    return [time];
  const following = days.map((day) => (day === 6 ? 7 : day + 1)).join();
  const evening = time.parts.filter(({ name }) => name !== 'timestop');
  const morning = time.parts
    .filter(({ name }) => name !== 'timestart')
    .map((part) => (part.name === 'weekdays' ? { ...part, value: following } : part));
  return [
    { ...time, parts: evening },
    { ...time, parts: morning },
  ];
}

function soundPart(part: Option, cell: Cell<TimeText>, report: Report): boolean {
  const { name, value, at } = part;
  const place = placeIn(cell, at);
  const known = Object.hasOwn(parts, name) ? parts[name] : undefined;
  const first = cell.value.parts.find((each) => each.name === name);
  if (!known) report.add(unknownOption(place, name, nearest(name, Object.keys(parts))));
  else if (known.unsupported) report.add(unsupportedMatch(place, ...known.unsupported));
  else if (first !== part) report.add(badOptionValue(place, name, 'one value: it stands here twice'));
  else if (!known.wanted && value !== undefined) report.add(badOptionValue(place, name, 'no value'));
  else if (known.wanted && !known.sound?.(value ?? '')) report.add(badOptionValue(place, name, known.wanted));
  else return true;
  return false;
}

/** Numbers of days from Sunday; -1 for what is none. */
function daysOf(text: string): readonly number[] {
  return text
    .split(',')
    .map((name) =>
      /^[1-7]$/.test(name) ? Number(name) % 7 : dayNames.findIndex((day) => day.toLowerCase() === name.toLowerCase()),
    );
}

/** `2026-12-31T10:00` with all its parts, as nft reads it; undefined when the calendar has no such day. */
function wholeDate(text: string): string | undefined {
  const found = /^(\d{4})(?:-(\d\d)(?:-(\d\d)(?:T(\d\d)(?::(\d\d)(?::(\d\d))?)?)?)?)?$/.exec(text);
  if (!found) return undefined;
  const [, year, month = '01', day = '01', hour = '00', minute = '00', second = '00'] = found;
  const date = `${year}-${month}-${day}`;
  const clock = `${hour}:${minute}:${second}`;
  const instant = new Date(`${date}T${clock}Z`);
  return !Number.isNaN(instant.getTime()) && instant.toISOString().startsWith(date) ? `${date} ${clock}` : undefined;
}

function secondsOf(text: string): number | undefined {
  const found = /^(\d{1,2}):(\d{1,2})(?::(\d{1,2}))?$/.exec(text);
  if (!found) return undefined;
  const [hours, minutes, seconds] = [Number(found[1]), Number(found[2]), Number(found[3] ?? 0)];
  return hours < 24 && minutes < 60 && seconds < 60 ? hours * 3600 + minutes * 60 + seconds : undefined;
}
