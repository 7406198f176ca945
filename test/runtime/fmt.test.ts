/** `fmt` with the program as it ships: what it writes, prints and ends with. */
import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'ftpwall-fmt-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function fmt(...words: string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, ['dist/ftpwall.js', 'fmt', folder, ...words], {
    encoding: 'utf8',
  });
  return { status, output: stdout, errors: stderr };
}

const bytes = (name: string) => readFileSync(join(folder, name), 'latin1');
const rules = '#ACTION SOURCE DEST\nACCEPT net fw tcp 22 # Zugang f\xfcr alle\nACCEPT net) fw';
const aligned = '#ACTION   SOURCE   DEST\nACCEPT    net      fw     tcp   22   # Zugang f\xfcr alle\nACCEPT net) fw';

describe('fmt', () => {
  beforeEach(() => {
    writeFileSync(join(folder, 'rules'), rules, 'latin1');
    writeFileSync(join(folder, 'zones'), 'fw   firewall\n');
    writeFileSync(join(folder, 'params'), 'A=1   # one\n');
    writeFileSync(join(folder, 'ftpwall.conf'), 'FOLD=Yes    # as ever\n');
  });

  test('writes what changes, whatever its encoding, keeps its mode, and leaves nothing else behind', () => {
    chmodSync(join(folder, 'rules'), 0o600);
    expect(fmt()).toEqual({ status: 0, output: 'rules: aligned\n', errors: '' });
    expect(bytes('rules')).toBe(aligned);
    expect(statSync(join(folder, 'rules')).mode & 0o777).toBe(0o600);
    expect(readdirSync(folder).sort()).toEqual(['ftpwall.conf', 'params', 'rules', 'zones']);
    expect(fmt()).toEqual({ status: 0, output: '', errors: '' });
    expect(fmt('--check')).toEqual({ status: 0, output: '', errors: '' });
  });

  test('--check writes nothing and ends with 1', () => {
    expect(fmt('--check')).toEqual({ status: 1, output: 'rules: would be aligned\n', errors: '' });
    expect(fmt('--check', '--diff').status).toBe(1);
    expect([bytes('rules'), existsSync(join(folder, 'rules.bak'))]).toEqual([rules, false]);
  });

  test('--diff prints a unified diff and writes nothing', () => {
    const many = `${'# x\n'.repeat(5)}fw firewall\n${'# y\n'.repeat(8)}net  ipv4`;
    writeFileSync(join(folder, 'zones'), many);
    rmSync(join(folder, 'rules'));
    const path = join(folder, 'zones');
    const context = (line: string, times: number) => ` # ${line}\n`.repeat(times);
    expect(fmt('--diff')).toEqual({
      status: 0,
      output: [
        `--- ${path}\n+++ ${path}\n@@ -3,7 +3,7 @@\n${context('x', 3)}-fw firewall\n+fw    firewall\n${context('y', 3)}`,
        `@@ -12,4 +12,4 @@\n${context('y', 3)}-net  ipv4\n\\ No newline at end of file\n+net   ipv4\n\\ No newline at end of file\n`,
      ].join(''),
      errors: '',
    });
    expect(bytes('zones')).toBe(many);
  });

  test('a file that cannot be read is told, and the others are aligned', () => {
    symlinkSync('nowhere', join(folder, 'policy'));
    expect(fmt()).toEqual({
      status: 3,
      output: 'rules: aligned\n',
      errors: 'ftpwall: policy is left as it is: it is a link to nothing\n',
    });
  });
});
