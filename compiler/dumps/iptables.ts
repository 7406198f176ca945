/** Listings of `iptables-save` and `ip6tables-save`, with or without counters, and what their `-restore` takes. */
import type { Chain, Hook, Match, NftRule, Ruleset, Statement } from '../ir/ruleset.ts';
import type { Version } from '../net/version.ts';
import { lineSpan, type Source } from '../source.ts';
import { circleIn, type ReadDump, type UnknownPart, unknownTarget } from './dump.ts';
import { isOptionOfMatch, readConditions } from './iptables-matches.ts';
import { type ReadTarget, readTarget, type TargetOptions } from './iptables-targets.ts';
import { wordsOf } from './words.ts';

/** Where the kernel calls the chains of each table (include/uapi/linux/netfilter_ipv4.h, enum nf_ip_hook_priorities). */
const builtin: Readonly<Record<string, Readonly<Record<string, Omit<Hook, 'policy'>>>>> = {
  raw: {
    PREROUTING: { type: 'filter', hook: 'prerouting', priority: -300 },
    OUTPUT: { type: 'filter', hook: 'output', priority: -300 },
  },
  mangle: {
    PREROUTING: { type: 'filter', hook: 'prerouting', priority: -150 },
    INPUT: { type: 'filter', hook: 'input', priority: -150 },
    FORWARD: { type: 'filter', hook: 'forward', priority: -150 },
    OUTPUT: { type: 'route', hook: 'output', priority: -150 },
    POSTROUTING: { type: 'filter', hook: 'postrouting', priority: -150 },
  },
  nat: {
    PREROUTING: { type: 'nat', hook: 'prerouting', priority: -100 },
    INPUT: { type: 'nat', hook: 'input', priority: 100 },
    OUTPUT: { type: 'nat', hook: 'output', priority: -100 },
    POSTROUTING: { type: 'nat', hook: 'postrouting', priority: 100 },
  },
  filter: {
    INPUT: { type: 'filter', hook: 'input', priority: 0 },
    FORWARD: { type: 'filter', hook: 'forward', priority: 0 },
    OUTPUT: { type: 'filter', hook: 'output', priority: 0 },
  },
  security: {
    INPUT: { type: 'filter', hook: 'input', priority: 50 },
    FORWARD: { type: 'filter', hook: 'forward', priority: 50 },
    OUTPUT: { type: 'filter', hook: 'output', priority: 50 },
  },
};

/** A rule as it is written, before the chains of its table are all known. */
interface Written {
  readonly line: number;
  readonly words: readonly string[];
}

interface WrittenChain {
  readonly table: string;
  readonly name: string;
  policy: Hook['policy'];
  readonly rules: Written[];
}

/** Whether a text looks like such a listing. */
export function isIptablesSave(text: string): boolean {
  return /^(\*(raw|mangle|nat|filter|security)\s*$|(\[\d+:\d+\] )?-[AP] \S)/m.test(text);
}

/** The IP version that a listing names: in its first line, or by what only one version has. */
export function versionOfListing(text: string): Version | undefined {
  const tool = /^# (?:Generated|Completed) by (ip6?)tables/m.exec(text)?.[1];
  if (tool) return tool === 'ip6' ? 6 : 4;
  if (/\s(-[sd]|--to-\w+) \[?[0-9a-f]*:[0-9a-f:]|\bipv6-icmp\b|\bicmp6-|-m icmp6\b|\s-p 58\b/.test(text)) return 6;
  return /\s-[sd] \d+\.\d+\.|\s-p (icmp|1)\s|reject-with icmp-/.test(text) ? 4 : undefined;
}

/** Reads a listing of one IP version. */
export function readIptables(source: Source, version: Version): ReadDump {
  const reader = new IptablesReader(source, version);
  const ruleset = reader.read();
  const circle = circleIn(ruleset);
  if (circle !== undefined)
    return {
      kind: 'none',
      reason: `chain ${circle} leads to itself, which the kernel never holds: this is no listing of it`,
    };
  const unknown = [...reader.unknown].sort((a, b) => a.line - b.line);
  const { rules } = reader;
  return { kind: 'dump', dump: { format: 'iptables-save', versions: [version], ruleset, unknown, rules } };
}

class IptablesReader {
  readonly #source: Source;
  readonly #version: Version;
  readonly #chains = new Map<string, WrittenChain>();
  readonly #copying = new Map<string, Chain>();
  readonly unknown: UnknownPart[] = [];
  rules = 0;
  #table = 'filter';

  constructor(source: Source, version: Version) {
    this.#source = source;
    this.#version = version;
  }

  read(): Ruleset {
    for (const [index, line] of this.#source.text.split('\n').entries()) this.#line(line.trim(), index + 1);
    const chains = [...this.#chains.values()].map((chain) => this.#chain(chain));
    return {
      family: this.#version === 4 ? 'ip' : 'ip6',
      table: 'dump',
      sets: [],
      helpers: [],
      chains: [...chains, ...this.#copying.values()],
    };
  }

  #line(text: string, line: number): void {
    if (text === '' || text.startsWith('#') || text === 'COMMIT') return;
    const table = /^\*(\w+)$/.exec(text)?.[1];
    if (table !== undefined) {
      this.#table = table;
      return;
    }
    const [, declared, policy] = /^:(\S+)\s+(\S+)/.exec(text) ?? [];
    if (declared !== undefined) {
      this.#declare(declared, policy ?? '-', line);
      return;
    }
    const words = wordsOf(text.replace(/^\[\d+:\d+\]\s*/, ''));
    const [verb, name, ...rest] = words ?? [];
    if (name === undefined) this.unknown.push({ line, kind: 'line', text });
    else if (verb === '-N') this.#declare(name, '-', line);
    else if (verb === '-P') this.#declare(name, rest[0] ?? '-', line);
    else if (verb === '-A' || verb === '--append') {
      this.#chainNamed(name).rules.push({ line, words: rest });
      this.rules += 1;
    } else this.unknown.push({ line, kind: 'line', text });
  }

  #declare(name: string, policy: string, line: number): void {
    const chain = this.#chainNamed(name);
    if (policy === 'DROP') chain.policy = 'drop';
    else if (policy === 'ACCEPT') chain.policy = 'accept';
    else if (policy !== '-') this.unknown.push({ line, kind: 'line', text: `policy ${policy} of chain ${name}` });
  }

  #chainNamed(name: string): WrittenChain {
    const key = `${this.#table} ${name}`;
    const known = this.#chains.get(key);
    if (known) return known;
    const made: WrittenChain = { table: this.#table, name, policy: 'accept', rules: [] };
    this.#chains.set(key, made);
    return made;
  }

  #chain({ table, name, policy, rules }: WrittenChain): Chain {
    const hook = builtin[table]?.[name];
    return {
      name: `${table} ${name}`,
      ...(hook && { base: { ...hook, policy } }),
      rules: rules.flatMap((rule) => this.#rule(rule, table, name)),
    };
  }

  #rule({ line, words }: Written, table: string, chain: string): readonly NftRule[] {
    const { conditions, target } = apart(words);
    const { alternatives, unknown } = readConditions(conditions, this.#version);
    for (const text of unknown) this.unknown.push({ line, kind: 'condition', text, condition: text });
    const origin = [lineSpan(this.#source, line)] as const;
    return alternatives.map((matches) => {
      const statements =
        target.length === 0 ? [] : this.#statements({ line, words: target }, { table, chain, matches });
      return { matches, statements, origin };
    });
  }

  #statements(
    { line, words: [jump = '', name = '', ...rest] }: Written,
    { table, chain, matches }: { readonly table: string; readonly chain: string; readonly matches: readonly Match[] },
  ): readonly Statement[] {
    if (this.#chains.has(`${table} ${name}`)) {
      const kind = jump === '-g' || jump === '--goto' ? 'goto' : 'jump';
      return [{ kind: 'verdict', verdict: { kind, chain: `${table} ${name}` } }];
    }
    const options = optionsIn(rest);
    const place = { version: this.#version, table, beforeRouting: this.#isBeforeRouting(table, chain), matches };
    const read = readTarget(name, options, place);
    if (read) return this.#done(read);
    const text = [jump, name, ...rest].join(' ');
    if (!this.unknown.some((each) => each.line === line && each.text === text))
      this.unknown.push({ line, kind: 'target', text, condition: text });
    return [unknownTarget(text)];
  }

  #done(read: ReadTarget): readonly Statement[] {
    switch (read.kind) {
      case 'statement':
        return [read.statement];
      case 'copies-mark':
        return [{ kind: 'verdict', verdict: { kind: 'jump', chain: this.#copyChain(read.to, read.mask) } }];
      case 'nothing':
        return [];
    }
  }

  /** A chain that gives one mark the bits of the other, bit by bit: the ir has no statement for all of them. */
  #copyChain(to: 'connection' | 'packet', mask: number): string {
    const name = `copy to ${to} ${mask.toString(16)}`;
    const from = to === 'connection' ? 'packetMark' : 'connectionMark';
    const bits = Array.from({ length: 32 }, (_, bit) => 2 ** bit).filter((bit) => (mask & bit) !== 0);
    const set = (bit: number, value: number): Statement => ({ kind: 'setMark', target: to, mask: bit, value });
    if (!this.#copying.has(name))
      this.#copying.set(name, {
        name,
        rules: bits.flatMap((bit): readonly NftRule[] => [
          { matches: [{ kind: from, negated: false, mask: bit, value: bit }], statements: [set(bit, bit)] },
          { matches: [{ kind: from, negated: false, mask: bit, value: 0 }], statements: [set(bit, 0)] },
        ]),
      });
    return name;
  }

  /** Whether a chain of the table `nat` is called before routing, by itself or by chains that lead to it. */
  #isBeforeRouting(table: string, chain: string): boolean {
    const early = new Set<string>();
    const visit = (name: string): void => {
      if (early.has(name)) return;
      early.add(name);
      for (const { words } of this.#chains.get(`${table} ${name}`)?.rules ?? []) {
        const target = words[words.findIndex((word) => jumps.has(word)) + 1];
        if (target !== undefined && this.#chains.has(`${table} ${target}`)) visit(target);
      }
    };
    visit('PREROUTING');
    visit('OUTPUT');
    return early.has(chain);
  }
}

const jumps: ReadonlySet<string> = new Set(['-j', '--jump', '-g', '--goto']);

/** The words of the conditions, and from `-j` or `-g` on those of the target. What people type may have conditions after it. */
function apart(words: readonly string[]): {
  readonly conditions: readonly string[];
  readonly target: readonly string[];
} {
  const at = words.findIndex((word) => jumps.has(word));
  if (at === -1) return { conditions: words, target: [] };
  const conditions = words.slice(0, at);
  const target = words.slice(at, at + 2);
  let into = target;
  let module = '';
  for (const [index, word] of words.entries()) {
    if (index < at + 2) continue;
    if (word === '-m' || word === '--match') {
      module = words[index + 1] ?? '';
      into = conditions;
    } else if (word === '!') into = conditions;
    else if (word.startsWith('-')) into = isOptionOfMatch(word, module) ? conditions : target;
    into.push(word);
  }
  return { conditions, target };
}

function optionsIn(words: readonly string[]): TargetOptions {
  const options = new Map<string, string>();
  let name: string | undefined;
  for (const word of words) {
    const takesText = name === '--log-prefix' || name === '--nflog-prefix' || name === '--comment';
    if (word.startsWith('--') && !(takesText && options.get(name ?? '') === '')) {
      name = word;
      options.set(name, '');
    } else if (name !== undefined) options.set(name, word);
    else options.set(word, '');
  }
  return options;
}
