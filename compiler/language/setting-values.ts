/** How the values of settings are read: a row of `settings.ts` names one of these, and the type of its value follows. */

import type { RejectWith } from '../ir/ruleset.ts';
import type { LogTarget } from '../net/log.ts';
import type { ConnectionState } from '../net/state.ts';
import { parsePassive } from './ftps.ts';
import { logTargetOf } from './log-levels.ts';
import { markNumber } from './mark-layout.ts';

/** How a value looks, for editors and `schema`. */
export type SettingKind = 'yesNo' | 'text' | 'logLevel' | 'disposition' | 'actions';

/** What `read` returns for a text that is no value. */
export const badValue = Symbol('badValue');

/** A kind of value. */
export interface SettingValue<Value> {
  readonly kind: SettingKind;
  /** The values there are, where they are few words: editors propose them, tests try them. */
  readonly words: readonly string[];
  /** What to write, for the message about another text. */
  readonly wanted: string;
  /** The value that the text is. */
  readonly read: (text: string) => Value | typeof badValue;
  /** What counts after a mistake. */
  readonly otherwise: Value;
}

/** What a kind of value reads into. */
export type ValueOf<Kind> = Kind extends SettingValue<infer Value> ? Value : never;

/** `DROP`, `REJECT` or `CONTINUE`. */
export function oneOfWords(words: readonly string[]): string {
  const quoted = words.map((word) => `\`${word}\``);
  return quoted.length < 2 ? quoted.join('') : `${quoted.slice(0, -1).join(', ')} or ${quoted.at(-1)}`;
}

/** Any text. */
export const text: SettingValue<string> = {
  kind: 'text',
  words: [],
  wanted: 'a text',
  read: (written) => written,
  otherwise: '',
};

/** A text of which editors propose a few. */
export const textLike = (...words: readonly string[]): SettingValue<string> => ({ ...text, words });

/** Calls of actions; they are read where their lines can be shown. */
export const actions: SettingValue<string> = { ...text, kind: 'actions' };

const answer = <Usual>(usual: Usual): SettingValue<boolean | Usual> => ({
  kind: 'yesNo',
  words: ['Yes', 'No'],
  wanted: '`Yes` or `No`',
  read: (written) => {
    if (written === '') return usual;
    const lower = written.toLowerCase();
    return lower === 'yes' || lower === 'no' ? lower === 'yes' : badValue;
  },
  otherwise: false,
});

/** `Yes` or `No`; empty is No. */
export const yesNo: SettingValue<boolean> = answer(false);

/** `Yes` or `No`; empty is Yes. */
export const yesUnlessNo: SettingValue<boolean> = answer(true);

/** `Yes` or `No`; empty is neither, and another setting says which. */
export const yesNoOrNeither: SettingValue<boolean | undefined> = answer(undefined);

/** One of a few words, in any case. Empty, or none of them, is `otherwise`, or the first. */
export function oneOf<const Word extends string>(
  words: readonly [Word, ...(readonly Word[])],
  otherwise: Word = words[0],
): SettingValue<Word> {
  return {
    kind: 'text',
    words,
    wanted: oneOfWords(words),
    read: (written) =>
      words.find((word) => word.toLowerCase() === written.toLowerCase()) ?? (written === '' ? otherwise : badValue),
    otherwise,
  };
}

/** Words of the kernel's switches: `Keep` leaves the value of the machine. */
export function kernelSwitch<const Word extends string>(
  ...words: readonly Word[]
): SettingValue<'yes' | 'no' | 'keep' | Lowercase<Word>> {
  const known: Readonly<Record<string, 'yes' | 'no'>> = { on: 'yes', off: 'no' };
  const all = ['Yes', 'No', ...words, 'Keep'];
  return {
    kind: 'text',
    words: all,
    wanted: oneOfWords(all),
    read: (written) => {
      const lower = written.toLowerCase();
      const word = known[lower] ?? lower;
      if (word === '') return 'no';
      return all.some((each) => each.toLowerCase() === word) ? (word as Lowercase<Word>) : badValue;
    },
    otherwise: 'no',
  };
}

/** A log level; undefined for none. */
export const level: SettingValue<LogTarget | undefined> = {
  kind: 'logLevel',
  words: [],
  wanted: 'a log level such as `info`',
  read: (written) => {
    if (written === '') return undefined;
    const target = logTargetOf(written);
    if (target === undefined) return badValue;
    return target === 'none' ? undefined : target;
  },
  otherwise: undefined,
};

/** What a disposition setting asks for. */
export type Disposition = (
  | { readonly kind: 'accept' | 'drop' | 'continue' }
  | { readonly kind: 'reject'; readonly with?: RejectWith }
) & {
  /** `A_DROP` and similar: the audit system is told. */
  readonly audit?: true;
};

/** One of these dispositions; `A_` before it tells the audit system. */
export function disposition(
  ...allowed: readonly ('ACCEPT' | 'DROP' | 'REJECT' | 'CONTINUE')[]
): SettingValue<Disposition> {
  return {
    kind: 'disposition',
    words: allowed,
    wanted: oneOfWords(allowed),
    read: (written) => {
      const [, audited, word = ''] = /^(A_)?(.*)$/.exec(written) ?? [];
      const kind = allowed.find((each) => each === word)?.toLowerCase() as Disposition['kind'] | undefined;
      if (kind === undefined) return badValue;
      return audited ? { kind, audit: true } : { kind };
    },
    otherwise: { kind: 'drop' },
  };
}

/** Shorewall keeps two bits above those of the settings, and those above it are ours. */
export const markBitsForAll = 30;

/** A number of bits of a mark; empty is `usual`. */
export const bits = (least: number, usual: number): SettingValue<number> => ({
  ...text,
  words: ['8', '16'],
  wanted: `a number of bits from ${least} to ${markBitsForAll}`,
  read: (written) => {
    const number = written === '' ? usual : markNumber(written);
    return number !== undefined && number >= least && number <= markBitsForAll ? number : badValue;
  },
  otherwise: usual,
});

/** DYNAMIC_BLACKLIST, read. */
export interface DynamicBlacklist {
  /** `drop`, `reject`, `logdrop`, `logreject`, `allow`, `open` and `close` can be used. */
  readonly commands: boolean;
  /** What `blacklist` and BLACKLIST put addresses into. */
  readonly set?: {
    readonly name?: string;
    /** Destinations are looked up, too. */
    readonly both: boolean;
    /** Packets of any state are refused. */
    readonly disconnect: boolean;
    /** Seconds; 0 for ever. */
    readonly timeout: number;
    /** Each packet begins the time anew. */
    readonly refreshed: boolean;
    readonly log?: LogTarget;
  };
}

/** `Yes`, `No`, or `ipset[-only][,option…][:[set][:level[:tag]]]` (shorewall.conf(5)). */
export const dynamicBlacklist: SettingValue<DynamicBlacklist> = {
  ...text,
  words: ['Yes', 'No', 'ipset', 'ipset-only'],
  wanted: '`Yes`, `No`, or `ipset` with options such as `ipset,timeout=600:name:info`',
  read: (written) => {
    if (/^(yes|no|)$/i.test(written)) return { commands: !/^no$/i.test(written) };
    const [head = '', name = '', ...levels] = written.split(':');
    const [kind = '', ...options] = head.split(',');
    const found = /^ipset(-only)?$/i.exec(kind);
    const log = levels[0] ? logTargetOf(levels[0]) : 'none';
    if (!found || log === undefined || !/^([A-Za-z][\w.-]{0,24})?$/.test(name)) return badValue;
    const timeout = options.map((option) => /^timeout=(\d{1,9})$/.exec(option)?.[1]).find((each) => each !== undefined);
    const known = /^(src-dst|disconnect|disconnect-src|log|noupdate|timeout=\d{1,9})$/;
    if (!options.every((option) => known.test(option))) return badValue;
    return {
      commands: found[1] === undefined,
      set: {
        ...(name === '' ? {} : { name }),
        both: options.includes('src-dst'),
        // Their connections need not be ended one by one: no packet of theirs gets through any more.
        disconnect: options.includes('disconnect') || options.includes('disconnect-src'),
        timeout: Number(timeout ?? 0),
        refreshed: !options.includes('noupdate'),
        ...(log === 'none' ? {} : { log }),
      },
    };
  },
  otherwise: { commands: true },
};

/** LOGLIMIT: how many log lines, for all or for each address. */
export interface LogLimit {
  readonly each?: 'source' | 'dest';
  readonly count: number;
  readonly per: 'second' | 'minute' | 'hour' | 'day';
  readonly burst: number;
}

export const logLimit: SettingValue<LogLimit | undefined> = {
  ...text,
  words: ['s:1/sec:10', '10/min:5'],
  wanted: 'a rate such as `s:1/sec:10`',
  read: (written) => {
    if (written === '') return undefined;
    const found = /^(?:(s|d)(?:\/\d+)?:)?(?:[A-Za-z_][\w-]*:)?(\d+)\/(sec|second|min|minute|hour|day)(?::(\d+))?$/.exec(
      written,
    );
    if (!found) return badValue;
    const [, each, count, per, burst] = found;
    const unit = per === 'sec' ? 'second' : per === 'min' ? 'minute' : (per as LogLimit['per']);
    return {
      ...(each ? { each: each === 's' ? 'source' : 'dest' } : {}),
      count: Number(count),
      per: unit,
      burst: Number(burst ?? 5),
    };
  },
  otherwise: undefined,
};

/** CLAMPMSS: bytes, or what the path takes. */
export const segmentSize: SettingValue<number | 'path' | undefined> = {
  ...text,
  words: ['Yes', 'No', '1400'],
  wanted: '`Yes`, `No` or a number of bytes',
  read: (written) => {
    if (/^(no|)$/i.test(written)) return undefined;
    if (/^yes$/i.test(written)) return 'path';
    return /^\d{3,5}$/.test(written) ? Number(written) : badValue;
  },
  otherwise: undefined,
};

const allStates: readonly ConnectionState[] = ['new', 'established', 'related', 'invalid', 'untracked'];

/** Connection states in the order of their sections; none for an empty text. */
export const states: SettingValue<readonly ConnectionState[]> = {
  ...text,
  words: ['ALL', 'NEW,INVALID,UNTRACKED'],
  wanted: '`ALL`, or a list of `NEW`, `ESTABLISHED`, `RELATED`, `INVALID`, `UNTRACKED`',
  read: (written) => {
    if (written === '') return [];
    const words = written.toLowerCase().split(',');
    if (words.some((word) => word !== 'all' && !allStates.includes(word as ConnectionState))) return badValue;
    return words.includes('all') ? allStates : allStates.filter((state) => words.includes(state));
  },
  otherwise: [],
};

/** FTPS_PASSIVE: a range of ports, as it is written; empty when there is none. */
export const passivePorts: SettingValue<string> = {
  ...text,
  words: ['10000:10100'],
  wanted: 'a range of ports such as `10000:10100`',
  read: (written) => (written === '' || parsePassive(written) ? written : badValue),
};

/** GEOIPDIR: a folder, without the `/` at its end. */
export const countryFolder: SettingValue<string> = {
  ...text,
  words: ['/usr/share/xt_geoip/LE'],
  wanted: 'a folder',
  read: (written) => written.replace(/\/+$/, '') || '/usr/share/xt_geoip/LE',
};

/** ZONE2ZONE: what stands between the zones in the name of a chain. */
export const zoneSeparator: SettingValue<'-' | '2'> = { ...oneOf(['-', '2']), words: ['-', '2'] };

/** IP_FORWARDING: what the machine does about it. */
export const forwarding: SettingValue<'on' | 'off' | 'keep'> = {
  ...text,
  words: ['On', 'Off', 'Keep'],
  wanted: oneOfWords(['on', 'off', 'keep', 'yes', 'no']),
  read: (written) => {
    const known = { on: 'on', yes: 'on', off: 'off', no: 'off', keep: 'keep', '': 'keep' } as const;
    const lower = written.toLowerCase();
    return Object.hasOwn(known, lower) ? known[lower as keyof typeof known] : badValue;
  },
  otherwise: 'keep',
};

/** TC_ENABLED: who makes the queues. */
export const shapingMode: SettingValue<'no' | 'script' | 'internal' | 'simple' | 'shared'> = {
  ...text,
  words: ['Internal', 'Simple', 'Shared', 'Yes', 'No'],
  wanted: '`Yes`, `No`, `Internal`, `Simple` or `Shared`',
  read: (written) => {
    const modes = { yes: 'script', no: 'no', internal: 'internal', simple: 'simple', shared: 'shared', '': 'internal' };
    const lower = written.toLowerCase();
    return Object.hasOwn(modes, lower) ? (modes[lower as keyof typeof modes] as 'internal') : badValue;
  },
  otherwise: 'internal',
};

/** The kernel's own map of priorities to bands (tc-prio(8)), from 1. */
const usualBands = [2, 3, 3, 3, 2, 3, 1, 1, 2, 2, 2, 2, 2, 2, 2, 2];

/** TC_PRIOMAP: the band, from 1, of each priority from 0 to 15. */
export const bands: SettingValue<readonly number[]> = {
  ...text,
  words: ['2 3 3 3 2 3 1 1 2 2 2 2 2 2 2 2', '1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1'],
  wanted: 'sixteen bands from 1 to 3',
  read: (written) => {
    const plain = written.replaceAll('"', '').trim();
    if (plain === '') return usualBands;
    const found = plain.split(/[ \t,]+/).map(Number);
    return found.length === 16 && found.every((band) => [1, 2, 3].includes(band)) ? found : badValue;
  },
  otherwise: usualBands,
};

/** Routes to nowhere (ip-route(8)). */
export type NullRoute = 'blackhole' | 'unreachable' | 'prohibit';

/** NULL_ROUTE_RFC1918: what packets to unused private networks meet; undefined for nothing. */
export const nullRoute: SettingValue<NullRoute | undefined> = {
  ...text,
  words: ['No', 'Yes', 'blackhole', 'unreachable', 'prohibit'],
  wanted: '`Yes`, `No`, `blackhole`, `unreachable` or `prohibit`',
  read: (written) => {
    const lower = written.toLowerCase();
    if (lower === '' || lower === 'no') return undefined;
    if (lower === 'yes') return 'blackhole';
    return (['blackhole', 'unreachable', 'prohibit'] as const).find((each) => each === lower) ?? badValue;
  },
  otherwise: undefined,
};
