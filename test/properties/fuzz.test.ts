/**
 * Lines of every file, damaged at random: nothing throws, and what a damaged line of the refused ones comes to mean, when
 * it is accepted, has every word of it in the rules. FUZZ_RUNS and FUZZ_SEED say how often, and by which seed.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { printRuleset } from '../../compiler/7-emit/nft.ts';
import { type Compilation, compile } from '../../compiler/compile.ts';
import { render } from '../../compiler/diagnostics/render.ts';
import { files } from '../../compiler/language/files/index.ts';
import { positionOf } from '../../compiler/source.ts';
import { explainPages } from '../support/explain-pages.ts';
import { memoryEnvironment } from '../support/memory-environment.ts';

const runs = Number(process.env.FUZZ_RUNS ?? 100_000);
const seed = Number(process.env.FUZZ_SEED ?? 20261121);

const base: Readonly<Record<string, string>> = {
  zones: 'fw firewall\nnet ip\nloc ip\ndmz ip\n',
  interfaces: '?FORMAT 2\nnet eth0\nloc eth1\ndmz eth2\n',
  policy: 'loc net ACCEPT\nfw all ACCEPT\nall all DROP info\n',
};

/** A line of one file, to be damaged. */
interface Specimen {
  readonly file: string;
  readonly line: string;
}

/** Lines that are refused (test/malformed.txt), and those of the explain pages, wrong and right. */
const malformed: readonly Specimen[] = readFileSync(
  join(import.meta.dirname, '..', 'diagnostics', 'malformed.txt'),
  'utf8',
)
  .split(/^\[/m)
  .slice(1)
  .flatMap((group) => {
    const [head = '', ...lines] = group.split('\n').filter((line) => line !== '');
    const file = head.split(/[: ]/)[0] ?? '';
    return lines.map((line) => ({ file, line: line.replace(/ → .*$/, '') }));
  });

const explained: readonly Specimen[] = explainPages().flatMap(({ examples }) =>
  examples.flatMap(({ files }) =>
    Object.entries(files).flatMap(([file, text]) =>
      typeof text === 'string' ? text.split('\n').flatMap((line) => (line === '' ? [] : [{ file, line }])) : [],
    ),
  ),
);

// A shell would run whatever comes out.
const harmless = ({ file, line }: Specimen): boolean => file !== 'params' && !/SHELL|\bBEGIN|INCLUDE/i.test(line);
const names: ReadonlySet<string> = new Set(files.map(({ name }) => name));

/** The files that a folder with the base has a use for; of others a message says that nobody reads them. */
const isRead = ({ file }: Specimen): boolean => names.has(file) || /^(?:(?:macro|action)\.Mine|.*\.conf)$/.test(file);
const specimens = [...malformed, ...explained].filter((specimen) => harmless(specimen) && isRead(specimen));

/** Numbers from a seed (Mulberry32). */
function numbers(start: number): (below: number) => number {
  let state = start;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let value = Math.imul(state ^ (state >>> 15), 1 | state);
    value = (value + Math.imul(value ^ (value >>> 7), 61 | value)) ^ value;
    return ((value ^ (value >>> 14)) >>> 0) % below;
  };
}

const signs = [...' \t-,:;!@$%&*()[]{}<>=+~^|\\/"\'`?#.0159aZé\u0000'];
const words = specimens.flatMap(({ line }) => line.split(/\s+/)).filter((word) => word !== '');

/** One change: a sign, a word, a column more, less or elsewhere. */
function damaged(line: string, below: (limit: number) => number): string {
  const at = below(line.length + 1);
  const cells = line.split(/(\s+)/);
  const cell = below(Math.ceil(cells.length / 2)) * 2;
  const word = words[below(words.length)] ?? '';
  const sign = signs[below(signs.length)] ?? '';
  switch (below(8)) {
    case 0:
      return line.slice(0, at) + line.slice(at + 1);
    case 1:
      return line.slice(0, at) + sign + line.slice(at);
    case 2:
      return line.slice(0, at) + sign + line.slice(at + 1);
    case 3:
      return line.slice(0, at);
    case 4:
      return cells.toSpliced(cell, 1, word).join('');
    case 5:
      return cells.toSpliced(cell, 0, word, '  ').join('');
    case 6:
      return cells.toSpliced(cell, 2).join('');
    default:
      return cells.toSpliced(cell, 1, (cells[cell] ?? '') + word).join('');
  }
}

const before: Readonly<Record<string, string>> = {
  zones: base.zones ?? '',
  interfaces: base.interfaces ?? '',
  conntrack: '?FORMAT 2\n',
};

function filesWith(file: string, lines: readonly string[]): Readonly<Record<string, string>> {
  const user: Readonly<Record<string, Record<string, string>>> = {
    'macro.Mine': { rules: 'Mine(ACCEPT) net $FW\n' },
    'action.Mine': { rules: 'Mine net $FW\n', actions: 'Mine\n' },
  };
  const after = file === 'policy' ? 'fw all ACCEPT\nall all DROP\n' : '';
  return {
    ...base,
    ...user[file],
    [file]: `${before[file] ?? ''}${lines.map((line) => `${line}\n`).join('')}${after}`,
  };
}

const compiledTogether = (file: string, lines: readonly string[]): Compilation =>
  compile(memoryEnvironment(filesWith(file, lines)), { version: '0', lint: false });
const compiled = ({ file, line }: Specimen): Compilation => compiledTogether(file, [line]);

/** Lines that are compiled together, since most of a compilation is the same for all of them. */
const together = 100;

/** A line that may change what others mean: a directive, one that goes on in the next, more than a line. */
const standsAlone = ({ file, line }: Specimen): boolean =>
  /^\s*\?|\\|\n|BEGIN|END/.test(line) || file.startsWith('macro.') || file.startsWith('action.');

/** Each line once: damage often makes the same of a line, and a compilation says the same of it each time. */
function distinct(lines: readonly Specimen[]): readonly Specimen[] {
  return [...new Map(lines.map((specimen) => [`${specimen.file} ${specimen.line}`, specimen])).values()];
}

/** The damaged lines of a run, in groups of one file. */
function* groupsOf(lines: Iterable<Specimen>): Generator<{ readonly file: string; readonly lines: readonly string[] }> {
  const waiting = new Map<string, string[]>();
  for (const specimen of lines) {
    const group = standsAlone(specimen) ? [] : (waiting.get(specimen.file) ?? []);
    group.push(specimen.line);
    if (!standsAlone(specimen)) waiting.set(specimen.file, group.length < together ? group : []);
    if (group.length === together || standsAlone(specimen)) yield { file: specimen.file, lines: group };
  }
  for (const [file, lines] of waiting) if (lines.length > 0) yield { file, lines };
}

/** The lines of a group that are right: those without a message, as long as the others are there or, then, without them. */
function acceptedOf(file: string, lines: readonly string[]): readonly string[] {
  const first = (before[file] ?? '').split('\n').length;
  let left = lines;
  while (left.length > 0) {
    const { report, artifact } = compiledTogether(file, left);
    if (artifact) return left;
    expect(report.failed).toBe(true);
    const wrong = new Set(
      report.diagnostics
        .filter(({ severity, label }) => severity === 'error' && label.span.source.path.endsWith(file))
        .map(({ label }) => positionOf(label.span.source, label.span.start).line - first),
    );
    const next = left.filter((_, index) => !wrong.has(index));
    // The mistake is told of elsewhere: each alone then.
    if (next.length === left.length)
      return left.length === 1 ? [] : left.filter((line) => acceptedOf(file, [line]).length > 0);
    left = next;
  }
  return [];
}

test(`${runs} damaged lines, seed ${seed}: nothing throws, every message can be shown`, { timeout: 1_800_000 }, () => {
  const below = numbers(seed);
  const crashes = new Map<string, string>();
  let accepted = 0;
  const crashed = (error: unknown, what: unknown) => {
    const where = error instanceof Error ? (error.stack ?? '').split('\n')[1]?.trim() : '';
    crashes.set(`${String(error).slice(0, 60)} ${where}`, JSON.stringify(what));
  };
  const lines = Array.from({ length: runs }, () => {
    const { file, line } = specimens[below(specimens.length)] as Specimen;
    return { file, line: damaged(below(3) === 0 ? damaged(line, below) : line, below) };
  });
  let groups = 0;
  const different = distinct(lines.filter(harmless));
  for (const group of groupsOf(different)) {
    groups += 1;
    try {
      accepted += acceptedOf(group.file, group.lines).length;
      if (groups % 10 === 0) render(compiledTogether(group.file, group.lines).report.diagnostics);
    } catch (error) {
      crashed(error, group);
    }
  }
  expect(Object.fromEntries(crashes)).toEqual({});
  // Were all refused, only the first stages would have been tried.
  expect(accepted).toBeGreaterThan(different.length / 20);
});

/** The rules without the lines that they come from. */
const meaning = ({ rulesets }: Compilation): string | undefined =>
  rulesets && [rulesets.running, rulesets.stopped].map((each) => printRuleset(each, { comments: () => '' })).join('');

/** Words that say what holds without them, too. */
const saysNothing = /^(?:-|all|any|none|0\.0\.0\.0\/0|::\/0|\[::\]\/0|0:65535|0-65535|:|utc|0|#.*)$/i;

test(`a damaged line of the refused ones is never weaker than what is written, seed ${seed}`, {
  timeout: 600_000,
}, () => {
  const below = numbers(seed + 1);
  const rules = malformed.filter(({ file }) =>
    ['rules', 'blrules', 'snat', 'conntrack', 'stoppedrules'].includes(file),
  );
  const weaker: string[] = [];
  let asked = 0;
  const lines = Array.from({ length: runs / 2 }, () => {
    const { file, line } = rules[below(rules.length)] as Specimen;
    return { file, line: damaged(line, below) };
  });
  const plain = distinct(lines.filter((specimen) => harmless(specimen) && !/[;{#?\\"']/.test(specimen.line)));
  const accepted = [...groupsOf(plain)].flatMap(({ file, lines }) =>
    acceptedOf(file, lines).map((line) => ({ file, line })),
  );
  for (const specimen of accepted) {
    const { file } = specimen;
    const whole = meaning(compiled(specimen));
    if (whole === undefined) continue;
    const cells = specimen.line.trim().split(/\s+/);
    // A line about the zones `none` has no rules at all.
    if (cells.includes('none')) continue;
    // The columns of the zones are in the names of chains; those behind them must each be seen in the rules.
    for (const [index, cell] of cells.entries()) {
      if (index < 3 || saysNothing.test(cell)) continue;
      // What the macro says already is not lost where the line says it no more.
      if (/^SSH\(/.test(specimen.line) && /^(tcp|6|22|ssh)$/i.test(cell)) continue;
      asked += 1;
      const without = { file, line: cells.with(index, '-').join(' ') };
      if (meaning(compiled(without)) === whole) weaker.push(`${file}: ${specimen.line} (${cell})`);
    }
  }
  expect(asked).toBeGreaterThan(100);
  expect([...new Set(weaker)]).toEqual([]);
});

test('parentheses in parentheses are read at once, whatever follows them', () => {
  const depth = 200;
  for (const end of ['', '1', `1${')'.repeat(depth)}`, `1${' =~ /(a(b(c(d(e'.repeat(3)}`]) {
    expect(compiled({ file: 'rules', line: `?IF ${'('.repeat(depth)}${end}` }).report.failed, end.slice(0, 20)).toBe(
      true,
    );
  }
});
