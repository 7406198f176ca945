#!/usr/bin/env node
/**
 * Keeps beside the program what V8 has made of it in a run, so that the next ones need not compile it again (node:vm,
 * "script.createCachedData()"): `keep-code-cache PROGRAM-THAT-STARTS-IT WORDS…`, the words those of a run that
 * changes nothing. Packages do so when they are installed, since a cache is of one version of Node.js; V8 refuses one of
 * another version. As trusted as the program: only who may write that may call this.
 */
'use strict';
const { createHash } = require('node:crypto');
const { chmodSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } = require('node:fs');
const { createRequire } = require('node:module');
const { dirname, join, resolve } = require('node:path');
const { Script } = require('node:vm');

/** The program, beside the file that starts it. */
const programName = 'program.js';

/** V8 tells a cache of another program by its length only, so the name of the cache is made from the whole text. */
function cacheNameOf(program) {
  return `ftpwall-${createHash('sha256').update(program).digest('hex').slice(0, 16)}.cache`;
}

/**
 * Tells V8 what pays for a program that ends within a second: to compile a function together with those that it calls takes
 * V8's other threads longer than it saves. Before the program is read, since a cache is for the same flags. A V8 that does
 * not know a flag would say so on standard error, so later ones than were tried get none.
 */
function tuneEngine() {
  if (Number.parseInt(process.versions.v8, 10) < 14) require('node:v8').setFlagsFromString('--no-turbo-inlining');
}

/** Runs the program as its launcher does; when it ends well what V8 made of it is kept, in place of earlier caches. */
function keepCodeCache(launcher, words) {
  tuneEngine();
  const folder = dirname(launcher);
  const program = readFileSync(join(folder, programName), 'latin1');
  const script = new Script(program, { filename: launcher });
  process.argv = [process.execPath, launcher, ...words];
  process.on('exit', (status) => {
    if (status === 0) replaceCaches(folder, cacheNameOf(program), script.createCachedData());
  });
  const module = { exports: {} };
  script.runInThisContext()(module.exports, createRequire(launcher), module, launcher, folder);
}

function replaceCaches(folder, name, data) {
  const temporary = join(folder, `${name}.${process.pid}`);
  try {
    writeFileSync(temporary, data);
    chmodSync(temporary, 0o644);
    renameSync(temporary, join(folder, name));
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  }
  for (const each of readdirSync(folder)) {
    if (/^ftpwall-[0-9a-f]{16}\.cache$/.test(each) && each !== name) rmSync(join(folder, each));
  }
}

module.exports = { cacheNameOf, programName, tuneEngine };

if (require.main === module) {
  const [, , launcher, ...words] = process.argv;
  keepCodeCache(resolve(launcher), words);
}
