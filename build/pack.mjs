/**
 * Puts the bundled program on disk in a way that starts fast. Compiling a megabyte of JavaScript takes V8 longer than
 * compiling most firewalls takes us. So Node.js is given a few lines only, `ftpwall.js`; they read the program, which is
 * ASCII, without decoding it, and hand it to V8 with V8's own code cache, which lies beside it. Without the cache, or with
 * one of another Node.js, it just starts slower: packages make theirs where they are installed.
 */
import { spawnSync } from 'node:child_process';
import { chmodSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { cacheNameOf, programName, tuneEngine } from '../packaging/keep-code-cache.cjs';

const keeper = fileURLToPath(new URL('../packaging/keep-code-cache.cjs', import.meta.url));

/** Writes both files, and beside them the code cache that a run with the words `sampleRun` leaves. */
export function pack(file, program, sampleRun) {
  const text = `(function (exports, require, module, __filename, __dirname) {${program}\n})`;
  if (Buffer.from(text).length !== text.length) throw new Error('the bundled program holds more than ASCII');
  writeWhole(join(dirname(file), programName), text, 0o644);
  writeWhole(file, launcher(cacheNameOf(text)), 0o755);
  for (const name of readdirSync(dirname(file))) if (name.endsWith('.cache')) rmSync(join(dirname(file), name));
  // In a process of its own, since the cache holds what V8 has compiled until the program ends.
  const { status } = spawnSync(process.execPath, [keeper, file, ...sampleRun]);
  if (status !== 0) console.error('the program starts without a code cache: its sample run failed');
}

function writeWhole(file, text, mode) {
  const temporary = `${file}.${process.pid}`;
  writeFileSync(temporary, text);
  chmodSync(temporary, mode);
  renameSync(temporary, file);
}

function launcher(cache) {
  return `#!/usr/bin/env node
'use strict';
const { readFileSync } = require('node:fs');
const { join } = require('node:path');
const { Script } = require('node:vm');
tuneEngine();
const program = readFileSync(join(__dirname, '${programName}'), 'latin1');
const script = new Script(program, { filename: __filename, cachedData: codeCache() });
script.runInThisContext()(exports, require, module, __filename, __dirname);

function codeCache() {
  try {
    return readFileSync(join(__dirname, ${JSON.stringify(cache)}));
  } catch {
    return undefined;
  }
}

${tuneEngine}
`;
}
