/** What loading costs, in a network of its own: whole verbs beside `check`, and the stand-alone script. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { writeBlocklist, writeLines } from './configurations.mjs';
import { median, run } from './measure.mjs';
import { ratio, table } from './report.mjs';

/** Many lines: whole verbs, then the script alone. */
export function loading({ program, folder, rounds }, count) {
  const [first, second] = [false, true].map((changed) => {
    const path = join(folder, `loaded-${changed}`);
    writeLines(path, { kind: 'exact', count, changed });
    return path;
  });
  const verbs = verbsOf(program, first, second);
  const [one, other] = [first, second].map((path) => scriptOf(program, path));
  const timed = timedNft(folder);
  const alone = [
    { name: 'start', words: `sh ${one} start`, before: `sh ${one} clear` },
    { name: 'restart with nothing changed', words: `sh ${one} restart` },
    { name: 'restart with one changed line', words: `sh ${other} restart` },
    { name: 'try the other, then rollback', words: `sh ${one} start 60` },
    { name: 'rollback', words: `sh ${one} rollback` },
    { name: 'what nft needs to load one changed line', words: `sh ${one} restart`, nft: timed },
  ];
  return [tableOfVerbs(timesOf(verbs, rounds)), tableOfScript(timesOf(alone, rounds))].join('\n\n');
}

/** A long list of networks, which stays where it is. */
export function loadingSet({ program, folder, rounds }, count) {
  const path = join(folder, 'blocklist');
  writeBlocklist(path, count);
  const script = scriptOf(program, path);
  return tableOfScript(
    timesOf(
      [
        { name: 'start', words: `sh ${script} start`, before: `sh ${script} clear` },
        { name: 'restart with nothing changed', words: `sh ${script} restart` },
      ],
      rounds,
    ),
  );
}

function verbsOf(program, first, second) {
  const verb = (words) => `${process.execPath} ${program} ${words}`;
  return [
    { name: 'check --no-lint', words: verb(`check --no-lint ${first}`) },
    { name: 'start', words: verb(`start ${first}`), before: verb('clear') },
    { name: 'restart with nothing changed', words: verb(`restart ${first}`) },
    { name: 'restart with one changed line', words: verb(`restart ${second}`) },
  ];
}

/** Compared with the first verb of the same round, since a machine that others share is now faster and now slower. */
function tableOfVerbs(times) {
  const [[, checks]] = times;
  const seconds = (nanoseconds) => (nanoseconds / 1e9).toFixed(2);
  return table(
    ['whole verb', 'times `check`', 'seconds more than `check`', 'seconds'],
    times.map(([name, each]) => [
      `\`${name.replace(/( with .*)?$/, '`$1')}`,
      ratio(median(each.map((time, round) => time / checks[round]))),
      seconds(median(each.map((time, round) => time - checks[round]))),
      seconds(median(each)),
    ]),
  );
}

function tableOfScript(times) {
  return table(
    ['step of the script', 'milliseconds'],
    times.map(([name, each]) => [name, Math.round(median(each) / 1e6)]),
  );
}

function scriptOf(program, path) {
  const script = `${path}.sh`;
  run([process.execPath, program, 'compile', path, '--script', script]);
  return script;
}

/** An nft that adds up in a file how long its loads take, in nanoseconds. */
function timedNft(folder) {
  const path = join(folder, 'timed');
  mkdirSync(path, { recursive: true });
  const nft = run(['sh', '-c', 'command -v nft']).trim();
  const text = `#!/bin/sh
[ "$*" = '-f -' ] || exec ${nft} "$@"
begun=$(date +%s%N); ${nft} "$@"; status=$?
echo $(($(cat ${path}/sum) + $(date +%s%N) - begun)) >${path}/new && mv ${path}/new ${path}/sum
exit $status
`;
  writeFileSync(join(path, 'nft'), text, { mode: 0o755 });
  return path;
}

/**
 * Nanoseconds of each step in each round, by its name: what `words` take, after `before`, which is not measured; with `nft`
 * those of its loads alone. Steps follow one another in each round.
 */
function timesOf(steps, rounds) {
  const text = steps.map(({ words, before, nft }) => {
    const run = nft ? `echo 0 >${nft}/sum; PATH=${nft}:$PATH ${words}` : words;
    const time = nft ? `cat ${nft}/sum` : 'echo $(($(date +%s%N) - begun))';
    return `${before ? `${before} >/dev/null 2>&1 || fail '${before}'; ` : ''}begun=$(date +%s%N); ${run} >/dev/null 2>"$said" || fail '${words}'; ${time}`;
  });
  const script = `set -e
mount -t tmpfs none /run; mkdir -p /var/lib/ftpwall; mount -t tmpfs -o mode=700 none /var/lib/ftpwall
said=/run/said
fail() { echo "$1 failed" >&2; cat "$said" >&2; exit 1; }
round=0; while [ $round -lt ${rounds} ]; do round=$((round + 1))
${text.join('\n')}
done`;
  const numbers = run(['unshare', '-nm', 'sh', '-c', script]).trim().split('\n').map(Number);
  return steps.map(({ name }, step) => [name, numbers.filter((_each, index) => index % steps.length === step)]);
}
