/** An editor as far as the protocol goes: starts the built program, frames messages, and waits for answers and diagnostics. */
import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Diagnostic, InitializeResult, PublishDiagnosticsParams } from 'vscode-languageserver/node';

interface Message {
  readonly id?: number;
  readonly method?: string;
  readonly params?: unknown;
  readonly result?: unknown;
  readonly error?: { readonly code: number; readonly message: string };
}

/** What ended the server. */
export interface Ended {
  readonly status: number | null;
  readonly signal: string | null;
}

type Command = (words: readonly [string, ...string[]]) => readonly [string, ...string[]];
const asIs: Command = (words) => words;

/** What a client knows that has nothing but diagnostics that are pushed, and no dynamic registration. */
export const plainClient = { textDocument: { publishDiagnostics: { relatedInformation: true } } };

/** Milliseconds that an answer may take on a busy machine. */
const patience = 120_000;

export class LanguageClient {
  readonly published: PublishDiagnosticsParams[] = [];
  /** Requests that the server has sent. */
  readonly asked: Message[] = [];
  readonly ended: Promise<Ended>;
  readonly process: ChildProcessWithoutNullStreams;
  errors = '';
  #id = 0;
  #version = 1;
  #received = Buffer.alloc(0);
  readonly #answers = new Map<number, (message: Message) => void>();
  #listeners: (() => void)[] = [];

  private constructor(words: readonly string[], command: Command = asIs) {
    const program = join(import.meta.dirname, '../../dist/ftpwall.js');
    const [file, ...rest] = command([process.execPath, program, 'lsp', ...words]);
    this.process = spawn(file, rest);
    this.process.stdout.on('data', (part: Buffer) => this.#receive(part));
    this.process.stderr.on('data', (part: Buffer) => {
      this.errors += String(part);
    });
    this.ended = new Promise((resolve) => {
      this.process.on('exit', (status, signal) => resolve({ status, signal }));
    });
  }

  /** Starts a server and says hello to it. */
  static async start(
    options: {
      readonly words?: readonly string[];
      readonly capabilities?: object;
      readonly initializationOptions?: object;
      /** The words that run others: in a namespace, say. */
      readonly command?: Command;
    } = {},
  ): Promise<{ readonly client: LanguageClient; readonly hello: InitializeResult }> {
    const client = new LanguageClient(options.words ?? [], options.command);
    const { capabilities = plainClient, initializationOptions } = options;
    const hello = await client.request('initialize', {
      processId: process.pid,
      rootUri: null,
      capabilities,
      ...(initializationOptions ? { initializationOptions } : {}),
    });
    client.notify('initialized', {});
    return { client, hello: hello as InitializeResult };
  }

  /** A server without a word said to it. */
  static silent(words: readonly string[] = []): LanguageClient {
    return new LanguageClient(words);
  }

  notify(method: string, params: unknown): void {
    this.#send({ method, params });
  }

  async request(method: string, params: unknown): Promise<unknown> {
    this.#id += 1;
    const id = this.#id;
    const answer = new Promise<Message>((resolve) => this.#answers.set(id, resolve));
    this.#send({ id, method, params });
    const { result, error } = await withinPatience(answer, method);
    if (error) throw Object.assign(new Error(error.message), { code: error.code });
    return result;
  }

  open(path: string, text: string): void {
    const uri = pathToFileURL(path).href;
    this.notify('textDocument/didOpen', { textDocument: { uri, languageId: 'ftpwall', version: 1, text } });
  }

  /** Replaces the whole text; returns the version that it has then. */
  change(path: string, text: string): number {
    this.#version += 1;
    const textDocument = { uri: pathToFileURL(path).href, version: this.#version };
    this.notify('textDocument/didChange', { textDocument, contentChanges: [{ text }] });
    return this.#version;
  }

  /** The request about a place in a file; lines and characters count from 0. */
  at(method: string, path: string, [line, character]: readonly [number, number], more: object = {}): Promise<unknown> {
    const textDocument = { uri: pathToFileURL(path).href };
    return this.request(method, { textDocument, position: { line, character }, ...more });
  }

  of(method: string, path: string, more: object = {}): Promise<unknown> {
    return this.request(method, { textDocument: { uri: pathToFileURL(path).href }, ...more });
  }

  /** The next diagnostics of a file that are as wanted, of those that come or have come. */
  async diagnostics(
    path: string,
    wanted: (diagnostics: readonly Diagnostic[], version: number | undefined) => boolean = () => true,
    milliseconds = patience,
  ): Promise<readonly Diagnostic[]> {
    const uri = pathToFileURL(path).href;
    const find = () => {
      const last = this.published.findLast((each) => each.uri === uri);
      return last && wanted(last.diagnostics, last.version) ? last.diagnostics : undefined;
    };
    const found = find();
    if (found) return found;
    const coming = new Promise<readonly Diagnostic[]>((resolve) => {
      const look = () => {
        const diagnostics = find();
        if (diagnostics) resolve(diagnostics);
        else this.#listeners.push(look);
      };
      this.#listeners.push(look);
    });
    return within(milliseconds, coming, `diagnostics of ${path}`);
  }

  /** Ends as an editor does. */
  async end(): Promise<Ended> {
    await this.request('shutdown', null);
    this.notify('exit', null);
    return withinPatience(this.ended, 'the end');
  }

  #send(message: object): void {
    const text = JSON.stringify({ jsonrpc: '2.0', ...message });
    this.process.stdin.write(`Content-Length: ${Buffer.byteLength(text)}\r\n\r\n${text}`);
  }

  #receive(part: Buffer): void {
    this.#received = Buffer.concat([this.#received, part]);
    for (;;) {
      const end = this.#received.indexOf('\r\n\r\n');
      if (end === -1) return;
      const length = Number(/Content-Length: (\d+)/i.exec(this.#received.subarray(0, end).toString())?.[1]);
      if (this.#received.length < end + 4 + length) return;
      const text = this.#received.subarray(end + 4, end + 4 + length).toString();
      this.#received = this.#received.subarray(end + 4 + length);
      this.#take(JSON.parse(text) as Message);
    }
  }

  #take(message: Message): void {
    if (message.method === 'textDocument/publishDiagnostics')
      this.published.push(message.params as PublishDiagnosticsParams);
    else if (message.method !== undefined && message.id !== undefined) this.#answer(message);
    else if (message.id !== undefined) this.#answers.get(message.id)?.(message);
    const listeners = this.#listeners;
    this.#listeners = [];
    for (const listener of listeners) listener();
  }

  #answer(message: Message): void {
    this.asked.push(message);
    this.#send({ id: message.id, result: null });
  }
}

function withinPatience<Answer>(answer: Promise<Answer>, what: string): Promise<Answer> {
  return within(patience, answer, what);
}

async function within<Answer>(milliseconds: number, answer: Promise<Answer>, what: string): Promise<Answer> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`nothing came of ${what}`)), milliseconds);
  });
  try {
    return await Promise.race([answer, late]);
  } finally {
    clearTimeout(timer);
  }
}
