/** The pages of compiler/diagnostics/explain/ as tests: examples of configurations, and what must be said of them. */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { compile } from '../../compiler/compile.ts';
import { catalogue } from '../../compiler/diagnostics/catalogue/index.ts';
import type { Diagnostic } from '../../compiler/diagnostics/message.ts';
import { render } from '../../compiler/diagnostics/render.ts';
import { type MemoryFile, memoryEnvironment } from './memory-environment.ts';

/** One example of a page: configuration files, and what is said of them. Right examples have nothing said of them. */
export interface Example {
  readonly files: Readonly<Record<string, MemoryFile>>;
  /** The text of the `diagnostics` fence, empty when there is none. */
  readonly said: string;
  /** The line on which the example begins, from 1. */
  readonly line: number;
}

/** A page. */
export interface Page {
  readonly code: string;
  readonly text: string;
  readonly examples: readonly Example[];
}

interface Fence {
  readonly info: string;
  readonly text: string;
  readonly line: number;
}

export const explainFolder = join(import.meta.dirname, '..', '..', 'compiler', 'diagnostics', 'explain');

/** What an example does not say: three networks around a firewall. An example's files replace these. */
const base: Readonly<Record<string, string>> = {
  zones: 'fw firewall\nnet ip\nloc ip\ndmz ip\n',
  interfaces: '?FORMAT 2\nnet eth0\nloc eth1\ndmz eth2\n',
  policy: 'loc net ACCEPT\nfw all ACCEPT\nall all DROP info\n',
};

/** Fences that are no files: commands, and text to read. */
const prose = ['sh', 'text', 'nft'];

/** All pages, sorted by code. */
export function explainPages(): readonly Page[] {
  const names = readdirSync(explainFolder).filter((name) => name.endsWith('.md'));
  // By code: `unknown-zone` comes before `unknown-zone-type`, though its file does not.
  const codes = names.map((name) => name.slice(0, -'.md'.length)).sort();
  return codes.map((code) => {
    const name = `${code}.md`;
    const text = readFileSync(join(explainFolder, name), 'utf8');
    return { code: name.slice(0, -'.md'.length), text, examples: examplesOf(text) };
  });
}

/** What the compiler says of an example, as it is printed. */
export function saidOf(example: Example, code: string): string {
  return render(diagnosticsOf(example.files, code));
}

/** What the compiler says of the files of an example. `/proc/net/dev` lists the interfaces of the machine. */
export function diagnosticsOf(files: Example['files'], code: string): readonly Diagnostic[] {
  // The networks around the firewall have no rules of their own, so nobody could log in.
  const allow = code === 'no-way-in' ? [] : ['no-way-in'];
  const { '/proc/net/dev': links, ...others } = files;
  const machine =
    typeof links === 'string'
      ? { interfaces: links.match(/^\s*[^\s:|]+(?=:)/gm)?.map((name) => name.trim()) ?? [] }
      : {};
  const { report } = compile(memoryEnvironment({ ...base, ...others }, machine), {
    version: '0',
    allow,
    notes: catalogue.get(code)?.severity === 'note',
  });
  return report.diagnostics;
}

/** Writes what is said now into the `diagnostics` fences of a page. */
export function updatePage({ code, text, examples }: Page): void {
  const wrong = examples.filter(({ said }) => said !== '');
  let index = 0;
  const updated = text.replace(/^```diagnostics\n[\s\S]*?^```$/gm, (fence) => {
    const example = wrong[index++];
    return example ? `\`\`\`diagnostics\n${saidOf(example, code)}\`\`\`` : fence;
  });
  if (updated !== text) writeFileSync(join(explainFolder, `${code}.md`), updated);
}

/** An example ends with its `diagnostics` fence. Files behind the last of those are right; a name met again begins anew. */
function examplesOf(text: string): readonly Example[] {
  const examples: Example[] = [];
  let files: Record<string, MemoryFile> = {};
  let line = 0;
  const end = (said: string) => {
    if (Object.keys(files).length > 0) examples.push({ files, said, line });
    files = {};
  };
  for (const fence of fencesOf(text)) {
    const [name = '', ...words] = fence.info.split(' ');
    if (prose.includes(name)) continue;
    if (name === 'diagnostics') {
      // An empty fence waits for its text; it must not be taken for a right example.
      end(fence.text || '\n');
      continue;
    }
    if (Object.hasOwn(files, name)) end('');
    if (Object.keys(files).length === 0) line = fence.line;
    Object.assign(files, filesOf(name, fence.text, words));
  }
  end('');
  return examples;
}

function fencesOf(text: string): readonly Fence[] {
  return [...text.matchAll(/^```(\S[^\n]*)\n([\s\S]*?)^```$/gm)].map((found) => ({
    info: found[1] ?? '',
    text: found[2] ?? '',
    line: text.slice(0, found.index).split('\n').length,
  }));
}

/** A name such as `part-{1..20}` stands for 20 files; in their text `{n+1}` is the number of the next one. */
function filesOf(name: string, text: string, words: readonly string[]): Readonly<Record<string, MemoryFile>> {
  const [, stem = '', first, last] = /^(.*)\{(\d+)\.\.(\d+)\}$/.exec(name) ?? [];
  if (first === undefined) return { [name]: fileOf(text, words) };
  const numbers = Array.from({ length: Number(last) - Number(first) + 1 }, (_, index) => Number(first) + index);
  return Object.fromEntries(
    numbers.map((number) => [`${stem}${number}`, text.replaceAll('{n+1}', String(number + 1))]),
  );
}

/**
 * The file that a fence stands for. ```` ```rules unreadable ```` cannot be read, for the reason in the fence;
 * ```` ```rules escaped ```` has `\0`, `\u{HEX}` and `\repeat{TEXT,COUNT}` for what cannot be shown on a page.
 */
function fileOf(text: string, words: readonly string[]): MemoryFile {
  if (words.includes('unreadable')) return { unreadable: text.trim() };
  if (!words.includes('escaped')) return text;
  return text
    .replaceAll('\\0', '\0')
    .replace(/\\u\{([0-9a-f]+)\}/gi, (_, hex: string) => String.fromCodePoint(Number.parseInt(hex, 16)))
    .replace(/\\repeat\{([^}]*),(\d+)\}/g, (_, what: string, count: string) => what.repeat(Number(count)));
}
