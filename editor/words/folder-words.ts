/** The words of all files of a folder: where each name is declared and used. */
import { pathIn, type Texts } from '../folder/texts.ts';
import { fileKind } from './file-kinds.ts';
import { scan } from './scan.ts';
import type { FileKind, ScannedLine, Word } from './token.ts';

/** A file that was read. `name` is that of the configuration file whose lines it holds. */
export interface WordFile {
  readonly path: string;
  readonly name: string;
  readonly kind: FileKind;
  readonly lines: readonly ScannedLine[];
}

/** A word in its file. */
export interface Occurrence {
  readonly file: WordFile;
  readonly line: number;
  readonly word: Word;
}

/** What a word names. */
export interface Thing {
  readonly kind: 'zone' | 'interface' | 'variable' | 'call';
  readonly name: string;
}

const things = ['zone', 'interface', 'variable', 'call'] as const;

/** Included files that are followed, at most: a circle has no end. */
const mostFiles = 1000;

export class FolderWords {
  readonly folder: string;
  /** The texts that were read, or looked for, by their paths. */
  readonly #read = new Map<string, string | undefined>();
  readonly #names: string;
  readonly files: readonly WordFile[];
  /** Names that are declared, by kind, where they are first. */
  readonly declared: Readonly<Record<Thing['kind'], ReadonlyMap<string, Occurrence>>>;
  /** The zone that `$FW` stands for. */
  readonly firewall: string;
  /** Variables that stand for zones somewhere. */
  readonly #zoneVariables: ReadonlySet<string>;

  constructor(folder: string, texts: Texts) {
    this.folder = folder;
    const names = texts.namesIn(folder);
    this.#names = names.join('\n');
    this.files = filesOf(folder, names, (path) => {
      const text = texts.of(path);
      this.#read.set(path, text);
      return text;
    });
    const declared = { zone: new Map(), interface: new Map(), variable: new Map(), call: new Map() } as const;
    this.declared = declared;
    for (const occurrence of this.#all()) {
      const { kind, name, declares } = occurrence.word;
      const known: Map<string, Occurrence> | undefined = isThing(kind) ? declared[kind] : undefined;
      if (declares && known && !known.has(name)) known.set(name, occurrence);
    }
    for (const file of this.files) {
      const [, name] = /^(?:macro|action)\.(.+)$/.exec(file.name) ?? [];
      const word: Word = { start: 0, end: 0, kind: 'call', name: name ?? '', declares: true };
      // The file itself is what somebody wants to see; a line of `actions` only names it.
      if (name !== undefined && file.path.endsWith(`/${file.name}`)) declared.call.set(name, { file, line: 0, word });
    }
    this.#interfacesOfVariables();
    this.firewall = firewallOf(this.files) ?? 'fw';
    this.#zoneVariables = zoneVariablesOf(this.files);
  }

  /** Whether the files are still what was read. */
  isCurrent(texts: Texts): boolean {
    if (texts.namesIn(this.folder).join('\n') !== this.#names) return false;
    return [...this.#read].every(([path, text]) => texts.of(path) === text);
  }

  /** Interfaces that a variable names: `net $NET_IF` in `interfaces` declares what NET_IF holds. */
  #interfacesOfVariables(): void {
    const declared = this.declared.interface as Map<string, Occurrence>;
    const named = this.files.filter(({ name }) => name === 'interfaces').flatMap(variablesNamingInterfaces);
    if (named.length === 0) return;
    for (const { word } of this.#all()) {
      const by = named.find((each) => each.word.name === word.inValueOf);
      if (by && !declared.has(word.name)) declared.set(word.name, by);
    }
  }

  /** The line of the settings that gives a variable of this name its value; the last one counts. */
  setting(name: string): Occurrence | undefined {
    return [...this.#all()].findLast(({ word }) => word.kind === 'setting' && word.name === name);
  }

  /** The file of a path; undefined for one that no file of the folder includes. */
  file(path: string): WordFile | undefined {
    return this.files.find((each) => each.path === path);
  }

  /** What a word names here; undefined when nothing of its name is meant. */
  thingOf({ kind, name, maybe, inValueOf }: Word): Thing | undefined {
    if (inValueOf !== undefined)
      return this.#zoneVariables.has(inValueOf) && this.declared.zone.has(name) ? { kind: 'zone', name } : undefined;
    if (kind === 'variable') return name === 'FW' ? { kind: 'zone', name: this.firewall } : { kind, name };
    if (kind === 'zone' || kind === 'interface') {
      const other = kind === 'zone' ? 'interface' : 'zone';
      if (this.#known(kind, name) !== undefined) return { kind, name: this.#known(kind, name) ?? name };
      const known = this.#known(other, name);
      if (known !== undefined && (maybe || kind === 'zone')) return { kind: other, name: known };
      return maybe ? undefined : { kind, name };
    }
    if (kind === 'call') return maybe && !this.declared.call.has(name) ? undefined : { kind, name };
    return undefined;
  }

  /** Every place of a thing, the files in their order. */
  occurrences(thing: Thing): readonly Occurrence[] {
    return [...this.#all()].filter(({ word }) => {
      if (!isThing(word.kind)) return false;
      const found = this.thingOf(word);
      return found?.kind === thing.kind && found.name === thing.name;
    });
  }

  /** The word at a place of a file. */
  wordAt(path: string, line: number, character: number): Occurrence | undefined {
    const file = this.file(path);
    const words = file?.lines[line]?.words ?? [];
    const word =
      words.findLast(({ start, end }) => start <= character && character < end) ??
      words.find(({ end, kind }) => end === character && kind !== 'comment');
    return file && word && { file, line, word };
  }

  /** The declared name that a word stands for: itself, or for an interface the `ppp+` that it is one of. */
  #known(kind: 'zone' | 'interface', name: string): string | undefined {
    if (this.declared[kind].has(name)) return name;
    if (kind === 'zone') return undefined;
    return [...this.declared.interface.keys()].find((each) => each.endsWith('+') && name.startsWith(each.slice(0, -1)));
  }

  *#all(): Generator<Occurrence> {
    for (const file of this.files)
      for (const [line, { words }] of file.lines.entries()) for (const word of words) yield { file, line, word };
  }
}

function isThing(kind: string): kind is Thing['kind'] {
  return (things as readonly string[]).includes(kind);
}

/** Variables in the column of names of `interfaces`. */
function variablesNamingInterfaces(file: WordFile): readonly Occurrence[] {
  return file.lines.flatMap(({ words, cells }, line) => {
    const cell = cells.find(({ column }) => column === 'interface');
    const word = words.find(
      ({ kind, start }) => kind === 'variable' && cell && start >= cell.start && start < cell.end,
    );
    return word ? [{ file, line, word }] : [];
  });
}

function filesOf(
  folder: string,
  names: readonly string[],
  textOf: (path: string) => string | undefined,
): readonly WordFile[] {
  const waiting = names.flatMap((name) => {
    const kind = fileKind(name);
    return kind ? [{ path: pathIn(folder, name), name, kind }] : [];
  });
  const found = new Map<string, WordFile>();
  for (let next = waiting.shift(); next && found.size < mostFiles; next = waiting.shift()) {
    const text = found.has(next.path) ? undefined : textOf(next.path);
    if (text === undefined) continue;
    const lines = scan(next.name, next.kind, text);
    found.set(next.path, { ...next, lines });
    for (const { words } of lines)
      for (const word of words) if (word.kind === 'include') waiting.push({ ...next, path: pathIn(folder, word.name) });
  }
  return [...found.values()];
}

const zoneTypes = ['zoneName', 'zoneNames', 'zoneSelector', 'endpoint', 'zoneDeclaration'];

/** The variables that are used in columns of zones, and those that these are made of. */
function zoneVariablesOf(files: readonly WordFile[]): ReadonlySet<string> {
  const found = new Set<string>();
  const parts = new Map<string, Set<string>>();
  for (const { lines } of files) {
    for (const { words, cells } of lines) {
      const declared = words.find(({ kind, declares }) => kind === 'variable' && declares)?.name;
      for (const { kind, name, start, declares } of words) {
        if (kind !== 'variable' || declares) continue;
        if (declared !== undefined) parts.set(declared, (parts.get(declared) ?? new Set()).add(name));
        if (cells.some((cell) => zoneTypes.includes(cell.type) && cell.start <= start && start < cell.end))
          found.add(name);
      }
    }
  }
  // A set that is walked has the members, too, that are added meanwhile.
  for (const name of found) for (const part of parts.get(name) ?? []) found.add(part);
  return found;
}

/** The zone that `zones` declares with the type `firewall`. */
function firewallOf(files: readonly WordFile[]): string | undefined {
  for (const { name, lines } of files) {
    if (name !== 'zones') continue;
    for (const { words } of lines) {
      const zone = words.find(({ kind, declares }) => kind === 'zone' && declares);
      if (zone && words.some(({ kind, name: type }) => kind === 'text' && type === 'firewall')) return zone.name;
    }
  }
  return undefined;
}
