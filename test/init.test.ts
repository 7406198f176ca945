/** `ftpwall init`: what it writes compiles, keeps the admin's connection, and replaces nothing. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { compile } from '../compiler/compile.ts';
import { render } from '../compiler/diagnostics/render.ts';
import { firstConfiguration, type MachineKind, placesOf } from '../runtime/first-configuration.ts';
import type { SeenNetwork } from '../runtime/seen-network.ts';
import { memoryEnvironment } from './memory-environment.ts';

const seen: SeenNetwork = {
  interfaces: [
    { name: 'lan0', addresses: ['10.0.1.1/24'] },
    { name: 'wan0', addresses: ['192.0.2.1/24'] },
  ],
  outward: 'wan0',
  admin: { peer: '198.51.100.7', port: '2222', interface: 'wan0' },
};
const kinds: readonly MachineKind[] = ['server', 'gateway', 'threeZone'];

describe.each(kinds)('%s', (kind) => {
  test.each([
    ['seen', seen],
    ['by IPv6', { ...seen, admin: { peer: '2001:db8::7', port: '22', interface: 'wan0' } }],
    ['from within', { ...seen, admin: { peer: '10.0.1.7', port: '22', interface: 'lan0' } }],
    ['on a machine without network', { interfaces: [] }],
  ])('compiles without a word, %s', (_, network) => {
    const { report } = compile(memoryEnvironment(firstConfiguration(kind, network)), { version: '0' });
    expect(render(report.diagnostics)).toBe('');
  });

  test('keeps the connection open, running and stopped', () => {
    const { rules, stoppedrules } = firstConfiguration(kind, seen);
    expect(rules).toContain('ACCEPT         net:198.51.100.7   $FW   tcp   2222');
    expect(stoppedrules).toContain('ACCEPT    wan0:198.51.100.7   $FW   tcp   2222');
  });
});

test('the way out is that of the default route', () => {
  expect(placesOf('threeZone', seen)).toEqual({ net: 'wan0', loc: 'lan0', dmz: 'eth2' });
});

describe('the verb', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'ftpwall-init-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));
  const init = (...words: readonly string[]) =>
    spawnSync(process.execPath, ['dist/ftpwall.js', 'init', folder, ...words], { encoding: 'utf8', stdio: 'pipe' });

  test('writes, also over files of comments, and never twice', () => {
    writeFileSync(join(folder, 'ftpwall.conf'), '# only a comment\n');
    expect(init('--three-zone')).toMatchObject({ status: 0, stderr: '' });
    expect(readFileSync(join(folder, 'ftpwall.conf'), 'utf8')).toContain('IP_FORWARDING=On');
    expect(init('--server')).toMatchObject({ status: 3, stdout: '' });
    expect(readFileSync(join(folder, 'zones'), 'utf8')).toContain('dmz');
  });

  test('wants one kind', () => {
    mkdirSync(join(folder, 'empty'));
    expect(init('--server', '--gateway').status).toBe(2);
  });
});
