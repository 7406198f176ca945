/** The language server: requests of the editor → features. It keeps to what every client knows; see `capabilities.ts`. */
import {
  type Connection,
  type DocumentUri,
  type Position,
  type Range,
  type ServerCapabilities,
  TextDocuments,
} from 'vscode-languageserver/node';
import { TextDocument } from 'vscode-languageserver-textdocument';
import { version } from '../runtime/generated/version.js';
import { meaningsOfLines } from './analysis/analyse.ts';
import { Background } from './analysis/background.ts';
import { capabilities } from './capabilities.ts';
import { assertionLenses, inlayHints } from './features/annotations.ts';
import { codeActions } from './features/code-actions.ts';
import { completionsAt } from './features/completion.ts';
import { formattingEdits } from './features/formatting.ts';
import { hoverAt } from './features/hover.ts';
import { definitionAt, highlightsAt, referencesAt, renamable, renameAt } from './features/names.ts';
import { foldingOf, symbolsOf } from './features/outline.ts';
import { semanticTokens } from './features/semantic-tokens.ts';
import { nameIn } from './folder/folders.ts';
import { Hits } from './hits.ts';
import { LibraryFiles } from './library-files.ts';
import { pathOf } from './places.ts';
import { Session } from './session.ts';
import { FolderWords, type Occurrence, type WordFile } from './words/folder-words.ts';

/** What a request is about: a file of a folder, and the words of that. */
interface Context {
  readonly path: string;
  readonly folder: string;
  readonly text: string;
  readonly words: FolderWords;
  readonly file: WordFile;
}

/** Lines of a large folder that get hints: an editor asks for those that it shows. */
const mostLinesOfHints = 200;

/** What the program that serves is told. */
export interface ServerOptions {
  /** The program of the other thread. */
  readonly program: string;
  /** Where the applied firewall is kept. */
  readonly state: string;
}

export class Server {
  readonly #connection: Connection;
  readonly #session: Session;
  readonly #background: Background;
  readonly #library = new LibraryFiles();
  readonly #hits: Hits;
  #words: FolderWords | undefined;
  #refreshes: { readonly hints: boolean; readonly lenses: boolean } = { hints: false, lenses: false };

  constructor(connection: Connection, { program, state }: ServerOptions) {
    this.#connection = connection;
    this.#hits = new Hits(state);
    this.#background = new Background(program);
    this.#session = new Session({
      background: this.#background,
      publish: (messages) => void connection.sendDiagnostics(messages),
      refresh: () => this.#refresh(),
      log: (text) => connection.console.error(text),
    });
  }

  /** Serves until the editor says exit, or is gone. */
  listen(): void {
    this.#lifecycle();
    this.#documents();
    this.#names();
    this.#texts();
    this.#annotations();
    this.#connection.listen();
  }

  #lifecycle(): void {
    this.#connection.onInitialize(({ capabilities: client, initializationOptions }) => {
      this.#refreshes = {
        hints: client.workspace?.inlayHint?.refreshSupport ?? false,
        lenses: client.workspace?.codeLens?.refreshSupport ?? false,
      };
      this.#configure(initializationOptions);
      return { capabilities: capabilities as ServerCapabilities, serverInfo: { name: 'ftpwall', version } };
    });
    this.#connection.onDidChangeConfiguration(({ settings }) => {
      this.#configure((settings as { readonly ftpwall?: unknown } | undefined)?.ftpwall);
      this.#session.touchAll();
    });
    this.#connection.onShutdown(async () => {
      this.#library.remove();
      // The process ends sooner when the other thread has, and editors wait a tenth of a second.
      await this.#background.end();
    });
  }

  /** `{ "runScripts": true }`: whether `params` and commands may be run in any folder. */
  #configure(options: unknown): void {
    const wish = (options as { readonly runScripts?: unknown } | undefined)?.runScripts;
    if (typeof wish === 'boolean') this.#session.runScripts = wish;
  }

  #refresh(): void {
    // A client that has gone away since answers with an error, which is nobody's business.
    const ignore = () => undefined;
    if (this.#refreshes.hints) this.#connection.languages.inlayHint.refresh().catch(ignore);
    if (this.#refreshes.lenses) this.#connection.sendRequest('workspace/codeLens/refresh').catch(ignore);
  }

  #documents(): void {
    const session = this.#session;
    const documents = new TextDocuments(TextDocument);
    documents.onDidChangeContent(({ document }) => {
      const path = pathOf(document.uri);
      if (path === undefined) return;
      const isNew = !session.texts.open.has(path);
      session.texts.open.set(path, document);
      session.touch(path, isNew ? 10 : undefined);
    });
    documents.onDidSave(({ document }) => {
      const path = pathOf(document.uri);
      if (path !== undefined) session.touch(path);
    });
    documents.onDidClose(({ document }) => {
      const path = pathOf(document.uri);
      if (path === undefined) return;
      session.touch(path);
      session.texts.open.delete(path);
      session.touch(path);
    });
    documents.listen(this.#connection);
    this.#connection.onDidChangeWatchedFiles(() => session.touchAll());
  }

  /** What a request is about; undefined for what is no file of a configuration. */
  #context(uri: DocumentUri): Context | undefined {
    const path = pathOf(uri);
    const text = path === undefined ? undefined : this.#session.texts.of(path);
    if (path === undefined || text === undefined) return undefined;
    const folder = this.#session.folderOf(path);
    const words = this.#wordsOf(folder);
    const file = words.file(path);
    return file && { path, folder, text, words, file };
  }

  /** The words of a folder: an editor asks for much between two keys. */
  #wordsOf(folder: string): FolderWords {
    const { texts } = this.#session;
    if (this.#words?.folder === folder && this.#words.isCurrent(texts)) return this.#words;
    this.#words = new FolderWords(folder, texts);
    return this.#words;
  }

  /** Answers a request about a place in a file. */
  #at<Answer>(
    { textDocument, position }: { readonly textDocument: { readonly uri: string }; readonly position: Position },
    answer: (context: Context, at: Occurrence) => Answer,
  ): Answer | null {
    const context = this.#context(textDocument.uri);
    const at = context?.words.wordAt(context.path, position.line, position.character);
    return context && at ? answer(context, at) : null;
  }

  #names(): void {
    const connection = this.#connection;
    const library = (name: string) => {
      const path = this.#library.pathOf(name);
      if (path !== undefined) this.#session.ignored.add(this.#session.folderOf(path));
      return path;
    };
    connection.onDefinition((asked) =>
      this.#at(asked, ({ words, folder }, at) => [...definitionAt(words, at, { folder, library })]),
    );
    connection.onReferences((asked) =>
      this.#at(asked, ({ words }, at) => [...referencesAt(words, at, asked.context.includeDeclaration)]),
    );
    connection.onDocumentHighlight((asked) => this.#at(asked, ({ words }, at) => [...highlightsAt(words, at)]));
    connection.onPrepareRename((asked) => this.#at(asked, ({ words }, at) => renamable(words, at) ?? null));
    connection.onRenameRequest((asked) =>
      this.#at(asked, ({ words }, at) => ({ changes: { ...renameAt(words, at, asked.newName) } })),
    );
    connection.onHover(({ textDocument, position }) => {
      const context = this.#context(textDocument.uri);
      if (!context) return null;
      const { words, folder, file, path } = context;
      const { texts } = this.#session;
      const digest = this.#session.digestOf(folder);
      const findings = this.#session.findingsIn(path);
      return hoverAt({ words, digest, findings, textOf: (each) => texts.of(each) }, file, position) ?? null;
    });
    connection.onCompletion(({ textDocument, position }) => {
      const context = this.#context(textDocument.uri);
      return context ? [...completionsAt(context.words, context.file, position, context.text)] : null;
    });
  }

  #texts(): void {
    const connection = this.#connection;
    const edits = (uri: string, range?: Range) => {
      const context = this.#context(uri);
      return context ? [...formattingEdits(context.file.name, context.text, range)] : null;
    };
    connection.onDocumentFormatting(({ textDocument: { uri } }) => edits(uri));
    connection.onDocumentRangeFormatting(({ textDocument: { uri }, range }) => edits(uri, range));
    connection.onDocumentSymbol(({ textDocument: { uri } }) => {
      const context = this.#context(uri);
      return context ? [...symbolsOf(context.file, context.text)] : null;
    });
    connection.onFoldingRanges(({ textDocument: { uri } }) => {
      const context = this.#context(uri);
      return context ? [...foldingOf(context.text)] : null;
    });
    const tokens = (uri: string, range?: Range) => {
      const context = this.#context(uri);
      return context ? semanticTokens(context.words, context.file, range) : { data: [] };
    };
    connection.languages.semanticTokens.on(({ textDocument: { uri } }) => tokens(uri));
    connection.languages.semanticTokens.onRange(({ textDocument: { uri }, range }) => tokens(uri, range));
  }

  /** The rules of the lines of a range: those of a large folder are made when they are wanted. */
  #meaningOf({ folder, path }: Context, { start, end }: Range): (line: number) => readonly string[] {
    const request = this.#session.request(folder);
    if (request.isLarge) {
      const last = Math.min(end.line, start.line + mostLinesOfHints);
      const lines = meaningsOfLines(request, { path, first: start.line, last });
      return (line) => lines.get(line) ?? [];
    }
    const lines = this.#session.digestOf(folder).meanings.get(path);
    const then = this.#session.lineThen(path);
    return (line) => lines?.get(then(line) ?? -1) ?? [];
  }

  #annotations(): void {
    const connection = this.#connection;
    const session = this.#session;
    connection.onCodeAction(({ textDocument: { uri }, range, context: { only } }) => {
      const path = pathOf(uri);
      if (path === undefined) return null;
      const lines = (session.texts.of(path) ?? '').split('\n');
      const shown = session.shown.bind(session);
      return [...codeActions(session.findingsIn(path), range, { lines, only, shown })];
    });
    connection.languages.inlayHint.on(({ textDocument: { uri }, range }) => {
      const context = this.#context(uri);
      if (!context) return null;
      const { path, folder, text } = context;
      const meaning = this.#meaningOf(context, range);
      const name = nameIn(folder, path);
      return [
        ...inlayHints(text.split('\n'), range, {
          meaning,
          packets: (each) => this.#hits.packets(folder, name, each),
        }),
      ];
    });
    connection.onCodeLens(({ textDocument: { uri } }) => {
      const context = this.#context(uri);
      if (context?.file.name !== 'assertions') return null;
      const rows = context.file.lines.flatMap(({ cells }, line) => (cells.length > 0 ? [line] : []));
      const { isWhole } = session.digestOf(context.folder);
      return [...assertionLenses(rows, { findings: session.findingsIn(context.path), isProved: isWhole })];
    });
  }
}
