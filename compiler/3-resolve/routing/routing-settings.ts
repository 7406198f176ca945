/** The settings of marks, providers, shaping and accounting. */
import { endOfMarkBits, layoutOf, lowestBits, markNumber } from '../../language/mark-layout.ts';
import { type NullRoute, type SettingName, type Settings, settings } from '../../language/settings.ts';
import type { Span } from '../../source.ts';

/** What is asked of the settings file; see `settings.ts`. */
interface SettingReader {
  text(name: SettingName): string;
  place(name: SettingName): Span | undefined;
}

type Complain = (name: SettingName, wanted: string) => void;

/** Shorewall keeps two bits above those of the settings, and those above it are ours. */
const markBitsForAll = 30;

/** All settings of marks, providers, shaping and accounting. */
export function trafficSettings(
  reader: SettingReader,
  complain: Complain,
): ReturnType<typeof markSettings> & ReturnType<typeof routingSettings> {
  return { ...markSettings(reader, complain), ...routingSettings(reader, complain) };
}

/** The layout of marks, and the bits that MARK compares; said of one that has more bits than there are. */
function markSettings(reader: SettingReader, complain: Complain): Pick<Settings, 'markMask' | 'marks' | 'marking'> {
  const bits = (name: SettingName, least = 0): number => {
    const text = reader.text(name) || settings[name].unset;
    const number = markNumber(text);
    if (number !== undefined && number >= least && number <= markBitsForAll) return number;
    complain(name, `a number of bits from ${least} to ${markBitsForAll}`);
    return Number(settings[name].unset);
  };
  const layout: Parameters<typeof layoutOf>[0] = {
    mask: bits('MASK_BITS', 1),
    classes: bits('TC_BITS'),
    provider: bits('PROVIDER_BITS'),
    providerOffset: bits('PROVIDER_OFFSET'),
    zone: bits('ZONE_BITS'),
  };
  const last = (['ZONE_BITS', 'PROVIDER_OFFSET', 'PROVIDER_BITS', 'MASK_BITS'] as const).find((name) =>
    reader.place(name),
  );
  if (last && endOfMarkBits(layout) > markBitsForAll)
    complain(last, `a layout of marks of at most ${markBitsForAll} bits, with those of the other settings`);
  const is = (name: SettingName, usual: boolean) => answer(reader, name, usual, complain);
  return {
    markMask: lowestBits(layout.mask),
    marks: layoutOf(layout),
    marking: {
      expert: is('TC_EXPERT', false),
      inForward: is('MARK_IN_FORWARD_CHAIN', false),
      clearInForward: is('FORWARD_CLEAR_MARK', true),
      restoreAlways: is('RESTORE_ROUTEMARKS', true),
      zero: is('ZERO_MARKS', false),
    },
  };
}

/** `Yes` or `No`; what is left empty is `usual`. */
function answer(reader: SettingReader, name: SettingName, usual: boolean, complain: Complain): boolean {
  const text = reader.text(name).toLowerCase();
  if (text !== 'yes' && text !== 'no' && text !== '') complain(name, '`Yes` or `No`');
  return text === '' ? usual : text === 'yes';
}

/** The settings of providers, shaping and accounting. */
function routingSettings(
  reader: SettingReader,
  complain: Complain,
): Pick<Settings, 'routing' | 'shaping' | 'accountsEarly'> {
  const is = (name: SettingName, usual: boolean) => answer(reader, name, usual, complain);
  const mainFirst = is('USE_DEFAULT_RT', false);
  const nullRoute = nullRouteOf(reader, complain);
  const table = reader.text('ACCOUNTING_TABLE').toLowerCase();
  if (!['', 'filter', 'mangle'].includes(table)) complain('ACCOUNTING_TABLE', '`filter` or `mangle`');
  return {
    routing: {
      track: is('TRACK_PROVIDERS', true),
      balance: is('BALANCE_PROVIDERS', mainFirst),
      mainFirst,
      mainLast: is('RESTORE_DEFAULT_ROUTE', true),
      ...(nullRoute ? { nullRoute } : {}),
    },
    shaping: { mode: shapingMode(reader, complain), bands: bandsOf(reader, complain) },
    accountsEarly: table === 'mangle',
  };
}

function nullRouteOf(reader: SettingReader, complain: Complain): NullRoute | undefined {
  const text = reader.text('NULL_ROUTE_RFC1918').toLowerCase();
  if (text === '' || text === 'no') return undefined;
  if (text === 'yes' || text === 'blackhole') return 'blackhole';
  if (text === 'unreachable' || text === 'prohibit') return text;
  complain('NULL_ROUTE_RFC1918', '`Yes`, `No`, `blackhole`, `unreachable` or `prohibit`');
  return undefined;
}

const modes = { yes: 'script', no: 'no', internal: 'internal', simple: 'simple', shared: 'shared' } as const;

function shapingMode(reader: SettingReader, complain: Complain): Settings['shaping']['mode'] {
  const text = reader.text('TC_ENABLED').toLowerCase();
  if (Object.hasOwn(modes, text)) return modes[text as keyof typeof modes];
  if (text !== '') complain('TC_ENABLED', '`Yes`, `No`, `Internal`, `Simple` or `Shared`');
  return 'internal';
}

/** The kernel's own map of priorities to bands (tc-prio(8)), from 1. */
const usualBands = [2, 3, 3, 3, 2, 3, 1, 1, 2, 2, 2, 2, 2, 2, 2, 2];

function bandsOf(reader: SettingReader, complain: Complain): readonly number[] {
  const text = reader.text('TC_PRIOMAP').replaceAll('"', '').trim();
  if (text === '') return usualBands;
  const bands = text.split(/[ \t,]+/).map(Number);
  if (bands.length === 16 && bands.every((band) => [1, 2, 3].includes(band))) return bands;
  complain('TC_PRIOMAP', 'sixteen bands from 1 to 3');
  return usualBands;
}
