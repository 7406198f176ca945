/** Which generations are used: those that are whole, and that nobody else can have written. */
import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { checksumsOf } from '../../runtime/generations/checksums.ts';
import { currentScript, listGenerations, readCurrent } from '../../runtime/generations/generation.ts';

let state: string;
let folder: string;

beforeEach(() => {
  state = mkdtempSync(join(tmpdir(), 'ftpwall-generations-'));
  folder = join(state, 'generations', '1');
  mkdirSync(join(folder, 'configuration'), { recursive: true });
  const put = (name: string, text: string) => writeFileSync(join(folder, name), text, { mode: 0o600 });
  const files = ['about.json', 'configuration/rules', 'firewall'];
  for (const name of files) put(name, '{}\n');
  put('checksums', checksumsOf(folder, files));
  put('outcome', 'confirmed\n');
  put('replaces', '7\n');
  symlinkSync('generations/1', join(state, 'current'));
});
afterEach(() => rmSync(state, { recursive: true, force: true }));

const damage = () => listGenerations(state)[0]?.damage;

describe('a generation', () => {
  test('is used with its notes', () => {
    expect(listGenerations(state)).toMatchObject([{ number: 1, outcome: 'confirmed', replaces: 7 }]);
    expect(damage()).toBeUndefined();
    expect(readCurrent(state)).toBeDefined();
    expect(currentScript(state)).toBeDefined();
  });

  test.each(['outcome', 'replaces'])('is not used when others could have written its note `%s`', (name) => {
    chmodSync(join(folder, name), 0o666);
    expect(damage()).toBe(`its note \`${name}\` is not used: it can be written by everyone`);
    expect(readCurrent(state)).toBeUndefined();
  });

  test.each(['outcome', 'replaces'])('is not waited for when its note `%s` is a FIFO', (name) => {
    rmSync(join(folder, name));
    execFileSync('mkfifo', [join(folder, name)]);
    expect(damage()).toBe(`its note \`${name}\` is not used: it is a FIFO, not a file`);
  });

  test('is not used when others could have written its checksums', () => {
    chmodSync(join(folder, 'checksums'), 0o666);
    expect(damage()).toBe('its list of checksums cannot be trusted: it can be written by everyone');
    expect(currentScript(state)).toBeUndefined();
  });

  test.each(['checksums', 'configuration/rules', 'firewall'])('is not used when `%s` is no file of its own', (name) => {
    renameSync(join(folder, name), join(state, 'away'));
    symlinkSync(join(state, 'away'), join(folder, name));
    expect(damage()).toBe('it is not complete');
    rmSync(join(folder, name));
    execFileSync('mkfifo', [join(folder, name)]);
    expect(damage()).toBe('it is not complete');
    expect(currentScript(state)).toBeUndefined();
  });
});
