/** The other thread: it compiles whole folders while this one answers the editor. Only the newest request of a folder counts. */
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
import { analyse } from './analyse.ts';
import type { AnalysisRequest, Digest } from './digest.ts';

const role = 'ftpwall analysis';

/** Bounds of the other thread in MiB: the largest folders need most of it. */
const resourceLimits = { maxOldGenerationSizeMb: 150, maxYoungGenerationSizeMb: 6 };

/** What came of a request; absent where the folder is too large for the other thread, or it has met a bug. */
export type Answer = { readonly digest: Digest } | { readonly failed: string };

interface Waiting {
  readonly request: AnalysisRequest;
  readonly done: (answer: Answer) => void;
}

/** Runs requests one after the other. A later request of a folder takes the place of one that has not begun. */
export class Background {
  readonly #waiting = new Map<string, Waiting>();
  #worker: Worker | undefined;
  #running: Waiting | undefined;
  readonly #file: string;

  /** `file` is the program of the other thread. */
  constructor(file: string) {
    this.#file = file;
  }

  ask(request: AnalysisRequest, done: Waiting['done']): void {
    this.#waiting.set(request.folder, { request, done });
    this.#next();
  }

  async end(): Promise<void> {
    this.#waiting.clear();
    this.#running = undefined;
    const worker = this.#worker;
    this.#worker = undefined;
    await worker?.terminate();
  }

  #next(): void {
    const [first] = this.#waiting;
    if (this.#running || !first) return;
    const [folder, waiting] = first;
    this.#waiting.delete(folder);
    this.#running = waiting;
    this.#worker ??= this.#start();
    this.#worker.postMessage(waiting.request);
  }

  #start(): Worker {
    // Its standard output would be ours, which belongs to the protocol.
    const worker = new Worker(this.#file, { workerData: role, resourceLimits, stdout: true });
    worker.on('message', (answer: Answer) => this.#finish(answer));
    worker.on('error', (error) => {
      if (this.#worker === worker) this.#worker = undefined;
      this.#finish({ failed: error.message });
    });
    return worker;
  }

  #finish(answer: Answer): void {
    const running = this.#running;
    this.#running = undefined;
    running?.done(answer);
    this.#next();
  }
}

/** Whether this is the other thread. */
export function isBackground(): boolean {
  return !isMainThread && workerData === role;
}

/** The other thread's own work. */
export function answerRequests(): void {
  parentPort?.on('message', (request: AnalysisRequest) => {
    let answer: Answer;
    try {
      answer = { digest: analyse(request) };
    } catch (error) {
      answer = { failed: error instanceof Error ? (error.stack ?? error.message) : String(error) };
    }
    parentPort?.postMessage(answer);
  });
}
