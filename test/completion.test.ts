/** Completion, asked in real shells. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { catalogue } from '../compiler/diagnostics/catalogue/index.ts';
import { optionsOf } from '../packaging/completion/words.ts';
import { completions } from '../packaging/make.ts';
import { verbs } from '../runtime/commands/index.ts';
import { skeletons } from '../runtime/skeletons.ts';

const folder = mkdtempSync(join(tmpdir(), 'ftpwall-completion-'));
afterAll(() => rmSync(folder, { recursive: true }));
for (const [name, text] of Object.entries(completions(['FTP', 'SSH']))) writeFileSync(join(folder, name), text);

function bashReply(words: readonly string[]): readonly string[] {
  const script = `. ${folder}/ftpwall.bash; COMP_WORDS=("$@"); COMP_CWORD=$(($#-1)); _ftpwall; printf '%s\\n' "\${COMPREPLY[@]}"`;
  const { stdout, stderr } = spawnSync('bash', ['-c', script, 'bash', ...words], { encoding: 'utf8' });
  expect(stderr).toBe('');
  return stdout.split('\n').filter((line) => line !== '');
}

describe('bash', () => {
  test('knows every verb', () => {
    expect(bashReply(['ftpwall', ''])).toEqual([...verbs.map(({ name }) => name), '--help', '--version']);
  });

  test.each(verbs.map((verb) => [verb.name, verb] as const))('knows the options of %s', (name, verb) => {
    expect(bashReply(['ftpwall', name, '--'])).toEqual([...optionsOf(verb).map(({ long }) => `--${long}`), '--help']);
  });

  test('knows codes, choices and folders', () => {
    expect(bashReply(['ftpwall', 'explain', ''])).toEqual([...catalogue.keys()].sort());
    expect(bashReply(['ftpwall', 'check', '--allow', 'unknown-zone'])).toContain('unknown-zone-type');
    expect(bashReply(['ftpwall', 'check', '--color', ''])).toEqual(['auto', 'always', 'never']);
    expect(bashReply(['ftpwall', 'check', '/et'])).toEqual(['/etc']);
  });
});

describe.each([
  ['fish', ['--no-execute', 'ftpwall.fish']],
  ['zsh', ['-n', '_ftpwall']],
] as const)('%s', (shell, words) => {
  const missing = spawnSync(shell, ['-c', 'true']).error !== undefined;

  test.skipIf(missing && !process.env.CI)('reads its file', () => {
    const { status, stderr } = spawnSync(shell, words, { encoding: 'utf8', cwd: folder });
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  });
});

describe('fish', () => {
  const missing = spawnSync('fish', ['-c', 'true']).error !== undefined;

  test.skipIf(missing && !process.env.CI).each([
    ['ftpwall expl', 'explain'],
    ['ftpwall explain unknown-zo', 'unknown-zone'],
    ['ftpwall check --color al', 'always'],
  ])('%s', (line, expected) => {
    const script = `source ${folder}/ftpwall.fish; complete -C '${line}'`;
    const { stdout, stderr } = spawnSync('fish', ['-c', script], {
      encoding: 'utf8',
      env: { ...process.env, HOME: folder },
    });
    expect(stderr).toBe('');
    expect(stdout).toContain(expected);
  });
});

test('skeletons have the headings of the tables', () => {
  const { rules = '', interfaces = '', masq } = skeletons();
  expect(rules).toMatch(/^#ACTION {2}SOURCE {2}DEST {2}PROTO {2}DPORT/m);
  expect(interfaces).toContain('?FORMAT 2\n#ZONE  INTERFACE');
  expect(masq).toBeUndefined();
});
