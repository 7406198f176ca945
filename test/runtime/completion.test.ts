/** Completion, asked in real shells: what is offered for a line that somebody has begun to type. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { catalogue } from '../../compiler/diagnostics/catalogue/index.ts';
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

/** What each shell offers for the last word of a line. */
const shells: Readonly<Record<string, (line: string) => readonly string[]>> = {
  bash(line) {
    const words = line.split(' ');
    const script = `. ./ftpwall.bash; COMP_WORDS=("$@"); COMP_CWORD=$(($#-1)); _ftpwall; printf '%s\\n' "\${COMPREPLY[@]}"`;
    return run('bash', ['-c', script, 'bash', ...words]);
  },
  zsh: (line) => run('zsh', ['-f', join(import.meta.dirname, 'complete.zsh'), folder, line]),
  fish(line) {
    const offered = run('fish', ['--no-config', '-c', `source ftpwall.fish; complete -C '${line}'`]);
    return offered.map((each) => each.replace(/\t.*/, '').replace(/\/$/, ''));
  },
};

describe.each(Object.entries(shells))('%s', (shell, offered) => {
  const missing = spawnSync(shell, ['-c', 'true']).error !== undefined;
  const here = test.skipIf(missing && !process.env.CI);
  const sorted = (line: string) => [...new Set(offered(line))].sort();

  here('knows every verb', () => {
    expect(sorted('ftpwall ')).toEqual(expect.arrayContaining(verbs.map(({ name }) => name).sort()));
  });

  here.each(verbs.filter(({ options }) => options.length > 0).map((verb) => [verb.name, verb] as const))(
    'knows the options of %s',
    (name, verb) => {
      const long = offered(`ftpwall ${name} --`).filter((word) => word.startsWith('--') && word !== '--help');
      expect([...new Set(long)].sort()).toEqual(
        optionsOf(verb)
          .map((option) => `--${option.long}`)
          .sort(),
      );
    },
  );

  here.each([
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
  ])('%s: %s', (_, line, expected) => {
    expect(sorted(line).map((word) => word.replace(/\/$/, ''))).toEqual([...expected].sort());
  });
});

test('skeletons have the headings of the tables', () => {
  const { rules = '', interfaces = '', masq } = skeletons();
  expect(rules).toMatch(/^#ACTION {2}SOURCE {2}DEST {2}PROTO {2}DPORT/m);
  expect(interfaces).toContain('?FORMAT 2\n#ZONE  INTERFACE');
  expect(masq).toBeUndefined();
});
