/** Namespaces of a lab are gone when it ends, however it ends. */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { Host } from './host.ts';

/** Names of all namespaces begin so; the number of the process that made them follows. */
export const family = 'ftpwall-lab';

let swept = false;

/** Takes down what a process left that was killed before it could do so itself. */
export function sweep(): void {
  if (swept) return;
  swept = true;
  const names = spawnSync('ip', ['netns', 'list'], { encoding: 'utf8' }).stdout ?? '';
  for (const [name, pid] of names.matchAll(new RegExp(`^${family}-(\\d+)-\\S+`, 'gm'))) {
    if (!existsSync(`/proc/${pid}`)) new Host('left behind', name).close();
  }
}

/** Calls `close` when this process ends; the function returned takes that back. */
export function closeAtEnd(close: () => void): () => void {
  const bySignal = (signal: NodeJS.Signals) => {
    close();
    process.kill(process.pid, signal); // our handler is off by now: end as the signal wants it
  };
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
  process.on('exit', close);
  for (const signal of signals) process.on(signal, bySignal);
  return () => {
    process.off('exit', close);
    for (const signal of signals) process.off(signal, bySignal);
  };
}
