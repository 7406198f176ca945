/** Raw iptables targets, in `IPTABLES(…)` and behind `-j`: the common ones as targets of this language (iptables-extensions(8)). */
import { parseWithRule } from '../../2-parse/value.ts';
import { badParameter, noEquivalent } from '../../diagnostics/catalogue/targets.ts';
import type { ActionText } from '../../language/values.ts';
import { slice, spanOf, standsFor, type TracedText } from '../../source.ts';
import { type RuleRow, withLog } from '../rules/rule-row.ts';
import type { Scope } from '../scope.ts';

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
  CONNMARK: (options) => markOf('CONNMARK', options),
  LOG: (options) => one(options, '--log-level', (level) => `LOG:${level}`) ?? plain('LOG:warning', options),
  NFLOG: (options) => one(options, '--nflog-group', (group) => `NFLOG(${group})`) ?? plain('NFLOG', options),
  NFQUEUE: (options) => queueOf(options),
  DSCP: (options) =>
    one(options, '--set-dscp', (value) => `DSCP(${value})`) ??
    one(options, '--set-dscp-class', (name) => `DSCP(${name})`),
  TOS: (options) => one(options, '--set-tos', (value) => `TOS(${value})`),
  TTL: (options) => hopsOf('TTL', '--ttl', options),
  HL: (options) => hopsOf('HL', '--hl', options),
  CLASSIFY: (options) => one(options, '--set-class', (name) => `CLASSIFY(${name})`),
  TCPMSS: (options) =>
    one(options, '--set-mss', (size) => `TCPMSS(${size})`) ??
    (options.size === 1 && options.has('--clamp-mss-to-pmtu') ? 'TCPMSS(pmtu)' : undefined),
  CHECKSUM: (options) => (options.has('--checksum-fill') ? 'CHECKSUM' : undefined),
  AUDIT: (options) => one(options, '--type', (type) => `AUDIT(${type})`),
};

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
  for (const [name, sign] of Object.entries(markOptions)) {
    const said = one(options, name, (value) => `${target}(${sign}${value})`);
    if (said !== undefined) return said;
  }
  return undefined;
}

/** `IPTABLES(MARK --set-mark 3)`, and INLINE or IPTABLES with `-j MARK …` behind `;;`, as the target they mean. */
export function withoutRawTarget(row: RuleRow, scope: Scope): RuleRow | undefined {
  const { action } = row.cells;
  const { name, parameters } = action.value;
  const raw = name === 'IPTABLES' || name === 'IP6TABLES';
  if (!raw && (name !== 'INLINE' || parameters)) return row;
  const first = parameters?.[0];
  const last = parameters?.at(-1);
  if (first && last) return become(row, slice(action.text, first.at.start, last.at.end), scope);
  const jump = /(?:^|\s)-j\s+/.exec(row.inlineMatches?.text ?? '');
  if (row.inlineMatches && jump) {
    const matches = slice(row.inlineMatches, 0, jump.index);
    const { inlineMatches, ...rest } = row;
    const left: RuleRow = matches.text.trim() === '' ? rest : { ...rest, inlineMatches: matches };
    return become(left, slice(inlineMatches ?? matches, jump.index + jump[0].length), scope);
  }
  if (!raw) return row;
  scope.report.add(badParameter(action.span, name, '', 'a target in parentheses, or `-j` behind `;;`'));
  return undefined;
}

function become(row: RuleRow, written: TracedText, scope: Scope): RuleRow | undefined {
  const [target = '', ...words] = written.text.trim().split(/\s+/);
  const text = Object.hasOwn(targetsOf, target) ? targetsOf[target]?.(optionsOf(words)) : undefined;
  if (text === undefined) {
    scope.report.add(
      noEquivalent(spanOf(written), written.text.trim(), 'not a raw target that ftpwall knows in nftables'),
    );
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
