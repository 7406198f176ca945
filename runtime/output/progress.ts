/** Tells who waits at a terminal what takes so long. The compiler leaves no time for timers, so a thread of its own does. */
import { writeSync } from 'node:fs';
import { Worker } from 'node:worker_threads';

/** When the first word is said, in milliseconds: what is quicker needs none. */
const patience = 1000;

/** What the number shared with the thread says. Only who has changed it to `writing` may write to the terminal. */
const phase = { silent: 0, writing: 1, shown: 2, over: 3 } as const;

const thread = `
const { workerData: { text, state, patience } } = require('node:worker_threads');
const { writeSync } = require('node:fs');
const began = Date.now();
setTimeout(function tell() {
  const before = Atomics.load(state, 0);
  if (before === ${phase.over} || Atomics.compareExchange(state, 0, before, ${phase.writing}) !== before) return;
  writeSync(2, '\\r' + text + ' … ' + Math.round((Date.now() - began) / 1000) + ' s');
  Atomics.store(state, 0, ${phase.shown});
  Atomics.notify(state, 0);
  setTimeout(tell, 1000);
}, patience);
`;

/** Does the work, and after a second shows `text` and the seconds on standard error. The line is gone when the work is done. */
export function withProgress<Result>(text: string, work: () => Result): Result {
  const state = new Int32Array(new SharedArrayBuffer(4));
  const worker = new Worker(thread, { eval: true, workerData: { text, state, patience } });
  worker.unref();
  try {
    return work();
  } finally {
    if (endOf(state) === phase.shown) writeSync(2, '\r\u001b[K');
    void worker.terminate();
  }
}

/** Ends the thread's part; returns what it has done last. */
function endOf(state: Int32Array<SharedArrayBuffer>): number {
  for (;;) {
    const last = Atomics.load(state, 0);
    if (last === phase.writing) Atomics.wait(state, 0, phase.writing, 100);
    else if (Atomics.compareExchange(state, 0, last, phase.over) === last) return last;
  }
}
