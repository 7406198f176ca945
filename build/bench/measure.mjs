/** Time and memory of programs. */
import { spawnSync } from 'node:child_process';
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';

/** The middle one. */
export function median(numbers) {
  return [...numbers].sort((a, b) => a - b)[numbers.length >> 1];
}

/** Runs a program to its end; what it refuses ends the benchmark. */
export function run(words, options = {}) {
  const [program, ...rest] = words;
  const ended = spawnSync(program, rest, { encoding: 'utf8', maxBuffer: 1 << 30, ...options });
  if (ended.error) throw ended.error;
  if (ended.status !== 0) throw new Error(`${words.join(' ')} ended with ${ended.status}\n${ended.stderr}`);
  return ended.stdout;
}

/** Seconds that a program takes, the middle of several runs. */
export function secondsOf(words, rounds, options) {
  const times = Array.from({ length: rounds }, () => {
    const begun = process.hrtime.bigint();
    run(words, options);
    return Number(process.hrtime.bigint() - begun) / 1e9;
  });
  return median(times);
}

/** The same of Node.js with these words, and the MiB of memory that it needed. */
export function nodeCosts(words, rounds, folder) {
  const file = join(folder, 'memory');
  const env = { ...process.env, FTPWALL_MEMORY: file };
  const node = [process.execPath, '--require', join(import.meta.dirname, 'memory.cjs'), ...words];
  const seconds = secondsOf(node, rounds, { env });
  const memory = Number(readFileSync(file, 'utf8')) / 1024;
  rmSync(file);
  return { seconds, memory };
}
