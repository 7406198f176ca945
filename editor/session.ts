/**
 * What the server knows while an editor is connected: the folders that have open files, what was found in each, and when
 * it is looked for again. Two hundred milliseconds after the last key the other thread compiles the folder; of a large
 * one the changed lines are judged here before.
 */
import { type Diagnostic, DiagnosticTag, type PublishDiagnosticsParams } from 'vscode-languageserver/node';
import type { Answer, Background } from './analysis/background.ts';
import { type AnalysisRequest, type Digest, type Finding, nothing } from './analysis/digest.ts';
import { type Change, changeBetween, laterFindings, quickFindings } from './analysis/quick.ts';
import { folderOf } from './folder/folders.ts';
import { pathIn, Texts } from './folder/texts.ts';
import { uriOf } from './places.ts';

/** Milliseconds after the last key. */
const pause = 200;

/** Characters of all files of a large folder: some three thousand lines. */
const large = 150_000;

/** Milliseconds without a key after which a large folder is compiled as a whole. */
const idle = 1500;

/** A folder with open files. */
interface FolderState {
  /** What was found, and the texts of the open files at that time. */
  digest: Digest;
  texts: ReadonlyMap<string, string>;
  /** What is shown now, as far as it was judged, and the texts that it is about. */
  findings: readonly Finding[];
  shownTexts: ReadonlyMap<string, string>;
  /** Files of which messages were shown. */
  shown: ReadonlySet<string>;
  timer: NodeJS.Timeout | undefined;
}

/** What the session wants of its surroundings. */
export interface Ports {
  readonly background: Background;
  readonly publish: (messages: PublishDiagnosticsParams) => void;
  /** Something that is shown beside lines has changed. */
  readonly refresh: () => void;
  readonly log: (text: string) => void;
}

export class Session {
  readonly texts = new Texts();
  /** Whether `params` and commands may be run; undefined: where the machine keeps its configuration. */
  runScripts: boolean | undefined;
  /** Folders that hold no configuration: copies of the standard library. */
  readonly ignored = new Set<string>();
  readonly #folders = new Map<string, FolderState>();
  readonly #ports: Ports;

  constructor(ports: Ports) {
    this.#ports = ports;
  }

  /** The folder of a file. */
  folderOf(path: string): string {
    return folderOf(path, this.texts.open.keys());
  }

  /** What was found in a folder when it was compiled last. */
  digestOf(folder: string): Digest {
    return this.#folders.get(folder)?.digest ?? nothing;
  }

  /** The messages of a file as they are shown. */
  findingsIn(path: string): readonly Finding[] {
    return (this.#folders.get(this.folderOf(path))?.findings ?? []).filter((finding) => finding.path === path);
  }

  /** The line that a line of an open file was when its folder was compiled; undefined when it was another. */
  lineThen(path: string): (line: number) => number | undefined {
    const old = this.#folders.get(this.folderOf(path))?.texts.get(path);
    const now = this.texts.of(path);
    const change: Change | undefined = old === undefined || now === undefined ? undefined : changeBetween(old, now);
    return (line) => {
      if (!change || line < change.first) return line;
      return line < change.last ? undefined : line - (change.last - change.first - change.before);
    };
  }

  /** A file was opened, changed, saved or closed: its folder is judged when nothing more comes for a while. */
  touch(path: string, wait = pause): void {
    const folder = this.folderOf(path);
    if (this.ignored.has(folder)) return;
    if (![...this.texts.open.keys()].some((each) => this.folderOf(each) === folder)) {
      this.#forget(folder);
      return;
    }
    const state = this.#folders.get(folder) ?? begun();
    this.#folders.set(folder, state);
    clearTimeout(state.timer);
    state.timer = setTimeout(() => this.#judge(folder, state), wait);
  }

  /** Judges every folder again: the settings of the editor have changed. */
  touchAll(): void {
    for (const path of this.texts.open.keys()) this.touch(path);
  }

  #judge(folder: string, state: FolderState): void {
    const request = this.request(folder);
    if (request.isLarge && state.shownTexts.size > 0) this.#judgeQuickly(request, state);
    // Until the whole was judged, what is changed meanwhile is.
    else if (request.isLarge) state.shownTexts = request.open;
    this.#ports.background.ask(request, (answer) => {
      if (this.#folders.get(folder) !== state) return;
      this.#take(answer, request, state);
      if (request.isLarge && this.#isNewest(request)) this.#judgeWhole(request, state);
    });
  }

  /** What needs all rules at once, when somebody has stopped to type. */
  #judgeWhole(request: AnalysisRequest, state: FolderState): void {
    clearTimeout(state.timer);
    state.timer = setTimeout(() => {
      this.#ports.background.ask({ ...request, isWhole: true }, (answer) => {
        if (this.#folders.get(request.folder) === state) this.#take(answer, request, state);
      });
    }, idle);
  }

  /** A folder as it is now. */
  request(folder: string): AnalysisRequest {
    const runScripts = this.runScripts ?? folder.startsWith('/etc/');
    return { folder, open: this.texts.snapshot(), runScripts, isLarge: this.#sizeOf(folder) > large, isWhole: false };
  }

  #sizeOf(folder: string): number {
    const { texts } = this;
    return texts.namesIn(folder).reduce((sum, name) => sum + (texts.of(pathIn(folder, name))?.length ?? 0), 0);
  }

  #judgeQuickly(request: AnalysisRequest, state: FolderState): void {
    try {
      this.#show(quickFindings(request, { old: state.shownTexts, known: state.findings }), request, state);
    } catch (error) {
      this.#ports.log(`the changed lines could not be judged: ${String(error)}`);
    }
  }

  #take(answer: Answer, request: AnalysisRequest, state: FolderState): void {
    if ('failed' in answer) {
      this.#ports.log(`${request.folder} could not be compiled: ${answer.failed}`);
      return;
    }
    state.digest = answer.digest;
    state.texts = request.open;
    const { findings } = answer.digest;
    if (this.#isNewest(request)) this.#show(findings, request, state);
    else if (request.isLarge) this.#addOlder(findings, request, state);
    this.#ports.refresh();
  }

  /** Somebody has typed since: what was found in other lines is moved to where these are now. */
  #addOlder(findings: readonly Finding[], { open }: AnalysisRequest, state: FolderState): void {
    const shown = { texts: state.shownTexts, findings: state.findings };
    state.findings = laterFindings({ texts: open, findings }, shown);
    const now = [...shown.texts].every(([path, text]) => this.texts.of(path) === text);
    if (now) this.#publish(state.findings, shown.texts, state);
  }

  /** Messages of older texts would stand at wrong places. */
  #isNewest({ folder, open }: AnalysisRequest): boolean {
    return [...open].every(([path, text]) => this.folderOf(path) !== folder || this.texts.of(path) === text);
  }

  #show(findings: readonly Finding[], { open }: AnalysisRequest, state: FolderState): void {
    state.findings = findings;
    state.shownTexts = open;
    this.#publish(findings, open, state);
  }

  #publish(findings: readonly Finding[], open: ReadonlyMap<string, string>, state: FolderState): void {
    const byPath = new Map<string, Finding[]>(
      [...open.keys()].filter((path) => !this.#isElsewhere(path, state)).map((path) => [path, []]),
    );
    for (const finding of findings) byPath.set(finding.path, [...(byPath.get(finding.path) ?? []), finding]);
    const gone = [...state.shown].filter((path) => !byPath.has(path));
    for (const path of gone) this.#ports.publish({ uri: this.uriOf(path), diagnostics: [] });
    for (const [path, mine] of byPath) {
      const version = this.texts.open.get(path)?.version;
      const diagnostics = mine.map((finding) => this.shown(finding));
      this.#ports.publish({ uri: this.uriOf(path), diagnostics, ...(version === undefined ? {} : { version }) });
    }
    state.shown = new Set(byPath.keys());
  }

  #isElsewhere(path: string, state: FolderState): boolean {
    return this.#folders.get(this.folderOf(path)) !== state;
  }

  /** The URI of a file as the editor spells it, where it has opened it. */
  uriOf(path: string): string {
    return this.texts.open.get(path)?.uri ?? uriOf(path);
  }

  /** A finding as the protocol has it. */
  shown(finding: Finding): Diagnostic {
    const { range, severity, code, message, related, dead } = finding;
    return {
      range,
      severity,
      code,
      source: 'ftpwall',
      message,
      ...(related.length > 0
        ? {
            relatedInformation: related.map(({ path, range: at, text }) => ({
              location: { uri: this.uriOf(path), range: at },
              message: text,
            })),
          }
        : {}),
      ...(dead ? { tags: [DiagnosticTag.Unnecessary] } : {}),
    };
  }

  #forget(folder: string): void {
    const state = this.#folders.get(folder);
    if (!state) return;
    clearTimeout(state.timer);
    this.#folders.delete(folder);
    for (const path of state.shown) this.#ports.publish({ uri: this.uriOf(path), diagnostics: [] });
  }
}

function begun(): FolderState {
  return {
    digest: nothing,
    texts: new Map(),
    findings: [],
    shownTexts: new Map(),
    shown: new Set(),
    timer: undefined,
  };
}
