/** Completion, asked in real shells: what is offered for a line that somebody has begun to type. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { catalogue } from '../../compiler/diagnostics/catalogue/index.ts';
import { once } from '../../compiler/once.ts';
import { optionsOf } from '../../packaging/completion/words.ts';
import { completions } from '../../packaging/make.ts';
import { verbs } from '../../runtime/commands/index.ts';
import { skeletons } from '../../runtime/init/skeletons.ts';

const folder = mkdtempSync(join(tmpdir(), 'ftpwall-completion-'));
afterAll(() => rmSync(folder, { recursive: true }));
for (const [name, text] of Object.entries(completions(['FTP', 'SSH']))) writeFileSync(join(folder, name), text);

/** A machine that has a configuration and some firewalls. */
for (const path of ['state/generations/7', 'state/generations/12', 'state/saved/before-the-move', 'etc', 'one']) {
  mkdirSync(join(folder, path), { recursive: true });
}
writeFileSync(join(folder, 'etc/zones'), '#ZONE TYPE\n?FORMAT 1\nfw firewall\nnet ip\nguests:net ip # visitors\n');
writeFileSync(join(folder, 'etc/macro.Portal'), 'PARAM - - tcp 8443\n');

const env = {
  ...process.env,
  HOME: folder,
  TERM: 'xterm',
  FTPWALL_STATE: join(folder, 'state'),
  FTPWALL_FOLDER: join(folder, 'etc'),
};

function run(program: string, words: readonly string[]): readonly string[] {
  const { status, stdout, stderr } = spawnSync(program, words, {
    encoding: 'utf8',
    cwd: folder,
    env,
    timeout: 240_000,
  });
  expect({ status, stderr }, stdout).toEqual({ status: 0, stderr: '' });
  return stdout
    .replaceAll('\r', '')
    .split('\n')
    .filter((line) => line.trim() !== '');
}

/** Stands behind what is offered for a line. */
const end = '=== end';

/** What each shell offers for the last word of each line. One shell is asked about all: to start takes it longest. */
const shells: Readonly<Record<string, (lines: readonly string[]) => readonly string[]>> = {
  bash(lines) {
    const ask = `IFS=' ' read -ra COMP_WORDS <<<"$line"; [[ $line != *' ' ]] || COMP_WORDS+=('')
      COMP_CWORD=$((\${#COMP_WORDS[@]} - 1)); COMPREPLY=(); _ftpwall; printf '%s\\n' "\${COMPREPLY[@]}" '${end}'`;
    return run('bash', ['-c', `. ./ftpwall.bash; for line; do ${ask}; done`, 'bash', ...lines]);
  },
  zsh: (lines) => run('zsh', ['-f', join(import.meta.dirname, 'complete.zsh'), folder, end, ...lines]),
  fish(lines) {
    const ask = `complete -C "$line"; echo '${end}'`;
    const words = ['--no-config', '-c', `source ftpwall.fish; for line in $argv; ${ask}; end`, ...lines];
    return run('fish', words).map((each) => each.replace(/\t.*/, '').replace(/\/$/, ''));
  },
};

const withOptions = verbs.filter(({ options }) => options.length > 0);
const optionsAt = (verb: string) => `ftpwall ${verb} --`;

const begun: readonly (readonly [what: string, line: string, expected: readonly string[]])[] = [
  ['a verb', 'ftpwall sa', ['safe-restart', 'safe-start', 'save']],
  ['codes', 'ftpwall explain unknown-zone', [...catalogue.keys()].filter((code) => code.startsWith('unknown-zone'))],
  ['standard macros', 'ftpwall explain FT', ['FTP']],
  ['macros of the folder', 'ftpwall explain Por', ['Portal']],
  ['codes to allow', 'ftpwall check --allow unknown-zone-t', ['unknown-zone-type']],
  ['choices of an option', 'ftpwall check --color ', ['always', 'auto', 'never']],
  ['choices of an argument', 'ftpwall show mod', ['modprobe']],
  ['generations', 'ftpwall rollback ', ['12', '7']],
  ['generations behind an option', 'ftpwall rollback --state one ', ['12', '7']],
  ['saved firewalls', 'ftpwall restore ', ['before-the-move']],
  ['zones', 'ftpwall show dynamic ', ['fw', 'guests', 'net']],
  ['zones behind hosts', 'ftpwall add eth0 gue', ['guests']],
  ['interfaces', 'ftpwall refresh l', ['lo']],
  ['verbs to be helped with', 'ftpwall help expl', ['explain']],
  ['folders', 'ftpwall check on', ['one']],
];

const lines = ['ftpwall ', ...withOptions.map(({ name }) => optionsAt(name)), ...begun.map(([, line]) => line)];

/** By line, what a shell offers. */
function offeredBy(ask: (lines: readonly string[]) => readonly string[]): ReadonlyMap<string, readonly string[]> {
  const offered = new Map<string, readonly string[]>();
  let words: string[] = [];
  for (const each of ask(lines)) {
    if (each !== end) words.push(each);
    else {
      offered.set(lines[offered.size] ?? '', words);
      words = [];
    }
  }
  expect([offered.size, words]).toEqual([lines.length, []]);
  return offered;
}

describe.each(Object.entries(shells))('%s', (shell, ask) => {
  const missing = spawnSync(shell, ['-c', 'true']).error !== undefined;
  const here = test.skipIf(missing && !process.env.CI);
  const known = once(() => offeredBy(ask));
  const offered = (line: string) => known().get(line) ?? [];
  const sorted = (line: string) => [...new Set(offered(line))].sort();

  here('knows every verb', () => {
    expect(sorted('ftpwall ')).toEqual(expect.arrayContaining(verbs.map(({ name }) => name).sort()));
  });

  here.each(withOptions.map((verb) => [verb.name, verb] as const))('knows the options of %s', (name, verb) => {
    const long = offered(optionsAt(name)).filter((word) => word.startsWith('--') && word !== '--help');
    expect([...new Set(long)].sort()).toEqual(
      optionsOf(verb)
        .map((option) => `--${option.long}`)
        .sort(),
    );
  });

  here.each(begun)('%s: %s', (_, line, expected) => {
    expect(sorted(line).map((word) => word.replace(/\/$/, ''))).toEqual([...expected].sort());
  });
});

test('skeletons have the headings of the tables', () => {
  const { rules = '', interfaces = '', masq } = skeletons();
  expect(rules).toMatch(/^#ACTION {2}SOURCE {2}DEST {2}PROTO {2}DPORT/m);
  expect(interfaces).toContain('?FORMAT 2\n#ZONE  INTERFACE');
  expect(masq).toBeUndefined();
});
