/** Raw iptables targets, in `IPTABLES(…)` and behind `-j`: the common ones as targets of this language (iptables-extensions(8)). */
import { parseWithRule } from '../../2-parse/value.ts';
import { badParameter, noEquivalent } from '../../diagnostics/catalogue/targets.ts';
import { markNumber } from '../../language/mark-layout.ts';
import type { ActionText } from '../../language/values.ts';
import { slice, spanOf, standsFor, type TracedText } from '../../source.ts';
import { type RuleRow, withLog } from '../rules/rule-row.ts';
import type { Scope } from '../scope.ts';
import { tosOf } from './options/headers.ts';

type Options = ReadonlyMap<string, string>;

/** What a target with its options is called here; undefined when nothing is like it. */
const targetsOf: Readonly<Record<string, (options: Options) => string | undefined>> = {
  ACCEPT: (options) => plain('ACCEPT', options),
  DROP: (options) => plain('DROP', options),
  RETURN: (options) => plain('CONTINUE', options),
  // Without a way it is not that of a REJECT of this language, which resets TCP.
  REJECT: (options) =>
    one(options, '--reject-with', (how) => `REJECT(${how})`) ?? plain('REJECT(icmp-port-unreachable)', options),
  MARK: (options) => markOf('MARK', options),
  CONNMARK: (options) =>
    markOf('CONNMARK', options) ??
    copyOf('SAVE', '--save-mark', options) ??
    copyOf('RESTORE', '--restore-mark', options),
  LOG: (options) => one(options, '--log-level', (level) => `LOG:${level}`) ?? plain('LOG:warning', options),
  NFLOG: (options) => one(options, '--nflog-group', (group) => `NFLOG(${group})`) ?? plain('NFLOG', options),
  NFQUEUE: (options) => queueOf(options),
  DSCP: (options) =>
    one(options, '--set-dscp', (value) => `DSCP(${value})`) ??
    one(options, '--set-dscp-class', (name) => `DSCP(${name})`),
  TOS: (options) => one(options, '--set-tos', serviceBits),
  TTL: (options) => hopsOf('TTL', '--ttl', options),
  HL: (options) => hopsOf('HL', '--hl', options),
  CLASSIFY: (options) => one(options, '--set-class', (name) => `CLASSIFY(${name})`),
  TCPMSS: (options) =>
    one(options, '--set-mss', (size) => `TCPMSS(${size})`) ??
    (options.size === 1 && options.has('--clamp-mss-to-pmtu') ? 'TCPMSS(pmtu)' : undefined),
  CHECKSUM: (options) => (options.has('--checksum-fill') ? 'CHECKSUM' : undefined),
  AUDIT: (options) => one(options, '--type', (type) => `AUDIT(${type})`),
};

/** Names leave the upper two bits alone here, which they do not in TOS(…). */
function serviceBits(text: string): string {
  const bits = tosOf(text);
  return bits ? `TOS(0x${bits.value.toString(16)}/0x${bits.mask.toString(16)})` : `TOS(${text})`;
}

function plain(name: string, options: Options): string | undefined {
  return options.size === 0 ? name : undefined;
}

function one(options: Options, name: string, say: (value: string) => string): string | undefined {
  const value = options.get(name);
  return value && options.size === 1 ? say(value) : undefined;
}

function hopsOf(target: string, name: string, options: Options): string | undefined {
  return (
    one(options, `${name}-set`, (value) => `${target}(${value})`) ??
    one(options, `${name}-inc`, (value) => `${target}(+${value})`) ??
    one(options, `${name}-dec`, (value) => `${target}(-${value})`)
  );
}

/** The queue, or the first and last of several, and what is done without a program. */
function queueOf(options: Options): string | undefined {
  const known = ['--queue-num', '--queue-balance', '--queue-bypass', '--queue-cpu-fanout'];
  if ([...options.keys()].some((name) => !known.includes(name))) return undefined;
  const queue = options.get('--queue-balance') ?? options.get('--queue-num') ?? '0';
  const fanout = options.has('--queue-cpu-fanout') ? 'c' : '';
  return `NFQUEUE(${queue}${fanout}${options.has('--queue-bypass') ? ',bypass' : ''})`;
}

/** What of a mark each option changes, as the parameter of MARK says it. */
const markOptions = { '--set-mark': '', '--set-xmark': '', '--or-mark': '|', '--and-mark': '&' } as const;

function markOf(target: string, options: Options): string | undefined {
  if (flips(options)) return undefined;
  for (const [name, sign] of Object.entries(markOptions)) {
    const said = one(options, name, (value) => `${target}(${sign}${value})`);
    if (said !== undefined) return said;
  }
  return undefined;
}

/** `--set-xmark value/mask` flips the bits of the value that are outside the mask. */
function flips(options: Options): boolean {
  const [value = 0, mask = 0xffffffff] = (options.get('--set-xmark') ?? '')
    .split('/')
    .map((text) => markNumber(text) ?? 0);
  return options.has('--xor-mark') || (value & ~mask) !== 0;
}

/** Without a mask the whole mark is copied. Masks of packet and connection that differ are two changes. */
function copyOf(target: 'SAVE' | 'RESTORE', name: string, options: Options): string | undefined {
  const {
    [name]: asked,
    '--mask': both = '0xffffffff',
    '--nfmask': packet = both,
    '--ctmask': connection = both,
    ...more
  } = Object.fromEntries(options);
  const same = markNumber(packet) !== undefined && markNumber(packet) === markNumber(connection);
  return asked === '' && same && Object.keys(more).length === 0 ? `${target}(${packet})` : undefined;
}

/** Why nothing is like a target with these options, and what to write. */
function whyNothing(target: string, options: Options): readonly [why: string, instead?: string] {
  if (!Object.hasOwn(targetsOf, target)) return ['not a raw target that ftpwall knows in nftables'];
  if (!target.endsWith('MARK')) return [`ftpwall knows ${target}, but not with these options`];
  if (flips(options))
    return [
      'ftpwall sets bits of marks, and flips none',
      `write \`${target}(value/mask)\`, a line for each old value in the column TEST`,
    ];
  const copies = options.has('--save-mark') ? 'SAVE' : options.has('--restore-mark') ? 'RESTORE' : undefined;
  return copies
    ? [
        'ftpwall copies bits to the same place, under one mask',
        `write \`${copies}(mask)\`; a line in front of it may clear other bits`,
      ]
    : [`ftpwall knows ${target}, but not with these options`, `write \`${target}(value/mask)\``];
}

/** Why a raw target cannot stand in the file; undefined where it can. */
function refusalOf(
  target: string,
  options: Options,
  text: string | undefined,
  file: 'rules' | 'mangle',
): readonly [why: string, instead?: string] | undefined {
  if (text === undefined) return whyNothing(target, options);
  if (file === 'mangle' || !ofMangle.test(text)) return undefined;
  return ['only lines of `mangle` do this', `write \`${text}\` in \`mangle\``];
}

/** `IPTABLES(MARK --set-mark 3)`, and INLINE or IPTABLES with `-j MARK …` behind `;;`, as the target they mean. */
export function withoutRawTarget(row: RuleRow, scope: Scope, file: 'rules' | 'mangle' = 'rules'): RuleRow | undefined {
  const { action } = row.cells;
  const { name, parameters } = action.value;
  const raw = name === 'IPTABLES' || name === 'IP6TABLES';
  if (!raw && (name !== 'INLINE' || parameters)) return row;
  const first = parameters?.[0];
  const last = parameters?.at(-1);
  if (first && last) return become(row, slice(action.text, first.at.start, last.at.end), scope, file);
  const jump = /(?:^|\s)-j\s+/.exec(row.inlineMatches?.text ?? '');
  if (row.inlineMatches && jump) {
    const matches = slice(row.inlineMatches, 0, jump.index);
    const { inlineMatches, ...rest } = row;
    const left: RuleRow = matches.text.trim() === '' ? rest : { ...rest, inlineMatches: matches };
    return become(left, slice(inlineMatches ?? matches, jump.index + jump[0].length), scope, file);
  }
  if (!raw) return row;
  scope.report.add(badParameter(action.span, name, '', 'a target in parentheses, or `-j` behind `;;`'));
  return undefined;
}

/** What only lines of `mangle` do. */
const ofMangle = /^(SAVE|RESTORE|DSCP|TOS|TTL|HL|CLASSIFY|TCPMSS|CHECKSUM)\b/;

function become(row: RuleRow, written: TracedText, scope: Scope, file: 'rules' | 'mangle'): RuleRow | undefined {
  const [target = '', ...words] = written.text.trim().split(/\s+/);
  const options = optionsOf(words);
  const text = Object.hasOwn(targetsOf, target) ? targetsOf[target]?.(options) : undefined;
  const refusal = refusalOf(target, options, text, file);
  if (text === undefined || refusal) {
    const [why, instead] = refusal ?? [''];
    scope.report.add(noEquivalent(spanOf(written), written.text.trim(), why, instead));
    return undefined;
  }
  const place = spanOf(written);
  const meant = standsFor(text, place);
  const say = () => badParameter(place, target, words.join(' '), 'options that iptables(8) knows');
  const value = parseWithRule('Action', meant, say, scope.report) as ActionText | undefined;
  const { action } = row.cells;
  const named = value && withLog({ value, text: meant, span: place }, action.value.log);
  return named && { ...row, cells: { ...row.cells, action: named } };
}

/** `--name value` and `--name`, by name. */
function optionsOf(words: readonly string[]): Options {
  const options = new Map<string, string>();
  let name = '';
  for (const word of words) {
    if (word.startsWith('--')) name = word;
    options.set(name, word === name ? '' : word);
  }
  return options;
}
