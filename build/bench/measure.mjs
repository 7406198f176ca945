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

/** The seconds that Node.js takes with these words, and the MiB of memory that it needs. */
export function nodeCosts(words, folder) {
  const file = join(folder, 'memory');
  const env = { ...process.env, FTPWALL_MEMORY: file };
  const begun = process.hrtime.bigint();
  run([process.execPath, '--require', join(import.meta.dirname, 'memory.cjs'), ...words], { env });
  const seconds = Number(process.hrtime.bigint() - begun) / 1e9;
  const memory = Number(readFileSync(file, 'utf8')) / 1024;
  rmSync(file);
  return { seconds, memory };
}
