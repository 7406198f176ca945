/** Macros and actions: read when a rule names them, from the configuration folder or else the standard library. */
import type { LineFeatures } from '../language/line-features.ts';
import type { Source } from '../source.ts';
import { readLines } from './lines.ts';
import type { LibraryFile } from './logical-line.ts';
import { Reading, refuseUnreadable, type Surroundings } from './reading.ts';
import { takeLine } from './take-line.ts';
import { parametersFrom, type Scope } from './variables.ts';

export type LibraryKind = 'macro' | 'action';

interface Found {
  readonly source: Source;
  readonly standard: boolean;
}

/** Finds and reads macros and actions. */
export class Library {
  readonly #surroundings: Surroundings;
  readonly #scope: Scope;
  readonly #found = new Map<string, Found | undefined>();
  readonly #read = new Map<string, LibraryFile | undefined>();
  readonly #own: ReadonlySet<string>;

  constructor(surroundings: Surroundings, scope: Scope) {
    this.#surroundings = surroundings;
    this.#scope = scope;
    this.#own = new Set(surroundings.environment.listFolder());
  }

  /** Reads a macro or action; `variables` are the parameters of an action, `features` those of its lines. */
  read(
    kind: LibraryKind,
    name: string,
    variables?: ReadonlyMap<string, string>,
    features?: LineFeatures,
  ): LibraryFile | undefined {
    const file = `${kind}.${name}`;
    if (variables) return this.#lines(file, { ...this.#scope, parameters: parametersFrom(variables) }, features);
    if (!this.#read.has(file)) this.#read.set(file, this.#lines(file, this.#unknownScope(kind)));
    return this.#read.get(file);
  }

  /** The same for another IP version, where no other file tells the two apart. */
  forVersion(version: 4 | 6): Library {
    return new Library(this.#surroundings, { ...this.#scope, pass: { version, asked: false } });
  }

  /** The file that `read` would read; undefined when there is none. */
  find(kind: LibraryKind, name: string): Found | undefined {
    return this.#find(`${kind}.${name}`);
  }

  /** Every name that `read` would find, sorted. */
  names(kind: LibraryKind): readonly string[] {
    const { environment } = this.#surroundings;
    const names = [...environment.listFolder(), ...environment.listLibrary()].flatMap((file) => {
      const name = file.startsWith(`${kind}.`) ? file.slice(kind.length + 1) : '';
      return nameOfLibraryFile.test(name) ? [name] : [];
    });
    return [...new Set(names)].sort();
  }

  /** An action that is read without its parameters, to look at, has empty ones. */
  #unknownScope(kind: LibraryKind): Scope {
    return kind === 'macro' ? this.#scope : { ...this.#scope, parameters: new Map(), unknownIsEmpty: true };
  }

  #lines(file: string, scope: Scope, features?: LineFeatures): LibraryFile | undefined {
    const found = this.#find(file);
    if (!found) return undefined;
    const pass = { version: scope.pass.version, asked: false };
    const reading = new Reading(file, this.#surroundings, { ...scope, pass }, features);
    reading.openSource(found.source);
    readLines(reading, takeLine);
    const { defaults } = reading;
    const byVersion = pass.asked ? ({ byVersion: true } as const) : {};
    return {
      name: file,
      ...found,
      lines: reading.lines,
      partial: reading.partial,
      ...byVersion,
      ...(defaults ? { defaults } : {}),
    };
  }

  /** Each file is asked for once, so that what is said of it is said of one source. */
  #find(file: string): Found | undefined {
    if (!this.#found.has(file)) this.#found.set(file, this.#look(file));
    return this.#found.get(file);
  }

  #look(file: string): Found | undefined {
    if (!nameOfLibraryFile.test(file.slice(file.indexOf('.') + 1))) return undefined;
    const { environment, report } = this.#surroundings;
    const own = this.#own.has(file) ? environment.readFile(file) : ({ kind: 'absent' } as const);
    if (own.kind === 'text') return { source: own.source, standard: false };
    if (own.kind === 'unreadable') refuseUnreadable(report, own.path, own.reason);
    const standard = environment.readLibrary(file);
    return standard && { source: standard, standard: true };
  }
}

/** Also keeps a name in a rule from leading out of the folder. */
const nameOfLibraryFile = /^\w[\w!-]*$/;
