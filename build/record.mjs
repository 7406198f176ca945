/** `node build/record.mjs`: types the session of the README at a terminal, in a throw-away network, and draws it. As root. */
import { spawnSync } from 'node:child_process';
import { build } from './build.mjs';
import { root } from './setup.mjs';

await build();
const words = ['vitest', 'run', 'test/kernel/session.test.ts'];
const { status } = spawnSync('npx', words, { cwd: root, stdio: 'inherit', env: { ...process.env, UPDATE: '1' } });
process.exitCode = status ?? 1;
