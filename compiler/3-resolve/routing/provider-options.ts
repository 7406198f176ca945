/** OPTIONS of `providers`. */
import type { Config } from '../../2-parse/parse.ts';
import { placeIn } from '../../2-parse/value.ts';
import { badOptionValue, optionContradiction, unknownOption } from '../../diagnostics/catalogue/options.ts';
import { nearest } from '../../diagnostics/suggest.ts';
import type { Option } from '../../language/values.ts';
import type { Provider } from '../../model/routing.ts';
import { parseAddress } from '../../net/address.ts';
import type { Scope } from '../scope.ts';

/** What the options say, with what the settings say where they are silent. */
export type ProviderOptions = Pick<
  Provider,
  | 'track'
  | 'balance'
  | 'fallback'
  | 'load'
  | 'loose'
  | 'hostRoute'
  | 'bySource'
  | 'persistent'
  | 'optional'
  | 'proxy'
  | 'mtu'
  | 'source'
> & {
  /** Whether the usual share may be given. */
  readonly mayBalance: boolean;
};

type Known = { -readonly [Name in keyof ProviderOptions]: ProviderOptions[Name] };
type Reader = (known: Known, value: string | undefined) => string | undefined;

/** A flag; with a value it is wrong. */
function flag(meaning: Partial<Known>): Reader {
  return (known, value) => {
    if (value !== undefined) return 'no value';
    Object.assign(known, meaning);
    return undefined;
  };
}

function isWeight(text: string): boolean {
  return /^[1-9]\d{0,2}$/.test(text) && Number(text) <= 256;
}

/** Every option: what it changes, and what its value must be when it is wrong. */
const readers: Readonly<Record<string, Reader>> = {
  track: flag({ track: true }),
  notrack: flag({ track: false }),
  loose: flag({ loose: true }),
  optional: flag({ optional: true }),
  primary: flag({ balance: 1 }),
  balance: (known, value) => {
    known.balance = value === undefined ? 1 : Number(value);
    return value === undefined || isWeight(value) ? undefined : 'a number from 1 to 256';
  },
  nobalance: flag({ mayBalance: false }),
  fallback: (known, value) => {
    known.fallback = value === undefined ? 0 : Number(value);
    return value === undefined || isWeight(value) ? undefined : 'a number from 1 to 256';
  },
  load: (known, value = '') => {
    known.load = Number(value);
    return /^0?\.\d{1,8}$/.test(value) && known.load > 0 ? undefined : 'a share between 0 and 1, such as `.6`';
  },
  hostroute: flag({ hostRoute: true }),
  nohostroute: flag({ hostRoute: false }),
  autosrc: flag({ bySource: true }),
  noautosrc: flag({ bySource: false }),
  persistent: flag({ persistent: true }),
  tproxy: flag({ proxy: true }),
  local: flag({ proxy: true }),
  mtu: (known, value = '') => {
    known.mtu = Number(value);
    return /^\d{2,5}$/.test(value) ? undefined : 'a number of bytes';
  },
  src: (known, value = '') => {
    const address = parseAddress(value);
    if (!address) return 'an address';
    known.source = address.value;
    return undefined;
  },
};

/** The options of a line; undefined after a message. */
export function readProviderOptions(
  { cells: { options } }: Config['providers'][number],
  { settings, report }: Pick<Scope, 'settings' | 'report'>,
): ProviderOptions | undefined {
  const known: Known = {
    track: settings.routing.track,
    loose: false,
    hostRoute: true,
    bySource: true,
    persistent: false,
    optional: false,
    proxy: false,
    mayBalance: true,
  };
  let sound = true;
  for (const option of options?.value ?? []) {
    const place = options && placeIn(options, option.at);
    if (!place) continue;
    const reader = Object.hasOwn(readers, option.name) ? readers[option.name] : undefined;
    const wanted = reader?.(known, option.value);
    if (!reader) report.add(unknownOption(place, option.name, nearest(option.name, Object.keys(readers))));
    else if (wanted !== undefined) report.add(badOptionValue(place, option.name, wanted));
    sound &&= reader !== undefined && wanted === undefined;
  }
  if (known.proxy) known.track = false;
  if (known.loose) known.bySource = false;
  const against = contradiction(options?.value ?? [], known);
  if (sound && options && against) report.add(optionContradiction(options.span, against.name, against.why));
  return sound && !against ? known : undefined;
}

function contradiction(
  written: readonly Option[],
  known: Known,
): { readonly name: string; readonly why: string } | undefined {
  const has = (name: string) => written.some((option) => option.name === name);
  if (known.balance !== undefined && known.fallback !== undefined)
    return { name: 'fallback', why: 'a provider is of the balanced ones, or takes their place' };
  if (known.load !== undefined && ((known.balance ?? 0) > 1 || (known.fallback ?? 0) > 1))
    return { name: 'load', why: 'a share by chance leaves no weight' };
  if (known.proxy && (has('track') || has('balance') || has('fallback')))
    return { name: 'tproxy', why: 'its packets are delivered here: nothing is tracked or shared' };
  return undefined;
}
