/**
 * Puts the bundled program on disk in a way that starts fast. Compiling a megabyte of JavaScript takes V8 longer than
 * compiling most firewalls takes us. So Node.js is given a few lines only, `ftpwall.js`; they read the program, which is
 * ASCII, without decoding it, and hand it to V8 with V8's own code cache, which lies beside it. Without the cache, or with
 * one of another Node.js, it just starts slower.
 */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmodSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Script } from 'node:vm';

/** The program itself, beside the file that starts it. */
const programName = 'program.js';

/** Writes both files, and beside them the code cache that a run with the words `sampleRun` leaves. */
export function pack(file, program, sampleRun) {
  const text = `(function (exports, require, module, __filename, __dirname) {${program}\n})`;
  if (Buffer.from(text).length !== text.length) throw new Error('the bundled program holds more than ASCII');
  // V8 tells a cache of another program by its length only, so the name of the cache is made from the whole text.
  const cache = `ftpwall-${createHash('sha256').update(text).digest('hex').slice(0, 16)}.cache`;
  writeWhole(join(dirname(file), programName), text, 0o644);
  writeWhole(file, launcher(cache), 0o755);
  for (const name of readdirSync(dirname(file))) if (name.endsWith('.cache')) rmSync(join(dirname(file), name));
  // In a process of its own, since the cache holds what V8 has compiled until the program ends.
  const words = [fileURLToPath(import.meta.url), file, cache, ...sampleRun];
  const { status } = spawnSync(process.execPath, words, { input: text });
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
`;
}

/** The other process: runs the program as the launcher does and keeps what V8 made of it. */
async function makeCache(file, cache, words) {
  let text = '';
  for await (const part of process.stdin.setEncoding('utf8')) text += part;
  const script = new Script(text, { filename: file });
  process.argv = [process.execPath, file, ...words];
  process.on('exit', (status) => {
    if (status === 0) writeFileSync(join(dirname(file), cache), script.createCachedData());
  });
  const module = { exports: {} };
  script.runInThisContext()(module.exports, createRequire(file), module, file, dirname(file));
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [, , file, cache, ...words] = process.argv;
  await makeCache(file, cache, words);
}
