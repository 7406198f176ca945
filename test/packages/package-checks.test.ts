/** The checks of packages can fail: each is given a package, or a machine, in which one thing is wrong. */
import { execFileSync, spawnSync } from 'node:child_process';
import {
  chmodSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Script } from 'node:vm';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { afterAll, afterEach, beforeEach, describe, expect, test } from 'vitest';
import { makeManual } from '../../man/make.ts';
import { completions, editors, schemas, skeletons } from '../../packaging/make.ts';
import { outputSchemas, schemaFile } from '../../runtime/output/schemas/index.ts';

const root = join(import.meta.dirname, '..', '..');
const work = mkdtempSync(join(tmpdir(), 'ftpwall-package-checks-'));
afterAll(() => rmSync(work, { recursive: true }));

/** What was packed once, to be damaged in copies. */
const whole = join(work, 'whole');
packInto(whole);

/** A release as `npm run dist` makes it, and what its install.sh puts into a package. */
function packInto(tree: string): void {
  const release = join(work, 'release');
  const put = (folder: string, files: Readonly<Record<string, string>>): void => {
    mkdirSync(join(release, folder), { recursive: true });
    for (const [name, text] of Object.entries(files)) {
      mkdirSync(join(release, folder, name, '..'), { recursive: true });
      writeFileSync(join(release, folder, name), text);
    }
  };
  for (const folder of ['packaging', 'etc-samples'])
    cpSync(join(root, folder), join(release, folder), { recursive: true });
  for (const folder of ['compiler/library', 'compiler/diagnostics/explain']) {
    cpSync(join(root, folder), join(release, folder), { recursive: true });
  }
  makeManual(release, '0', '2026-11-21');
  rmSync(join(release, 'packaging/completions'), { recursive: true, force: true });
  put('packaging/completions', completions(['SSH']));
  put('packaging/schemas', schemas());
  put('packaging/skeleton', skeletons());
  const { vim, emacs } = editors(['SSH'], '0');
  put('packaging/editor-files/vim', vim);
  put('packaging/editor-files/emacs', emacs);
  put('packaging/editor-files/vscode', { 'ftpwall.vsix': 'zip' });
  put('dist', {
    'ftpwall.js': '#!/usr/bin/env node\n',
    'ftpwall-lsp.js': '\n',
    'package.json': '{}\n',
    'program.js': '\n',
  });
  execFileSync(process.execPath, ['build/collection.mjs', '--folder', join(release, 'packaging/collection')]);
  execFileSync('sh', ['packaging/install.sh', 'ftpwall', tree], { cwd: release });
}

let tree: string;
beforeEach(() => {
  tree = mkdtempSync(join(work, 'tree-'));
  cpSync(whole, tree, { recursive: true, verbatimSymlinks: true });
});
afterEach(() => rmSync(tree, { recursive: true }));

/** What the check says of the words: undefined when it finds nothing wrong. */
function said(check: string, ...words: readonly string[]): string | undefined {
  const script = '. test/packages/checks.sh; "$@"; echo good';
  const { status, stdout, stderr } = spawnSync('sh', ['-euc', script, 'sh', check, ...words], {
    cwd: root,
    encoding: 'utf8',
  });
  if (status === 0 && stdout.endsWith('good\n')) return undefined;
  expect({ status, stderr }).toEqual({ status: 1, stderr: expect.stringMatching(/^WRONG: /) });
  return stderr.slice('WRONG: '.length).trim();
}

function put(path: string, text: string): void {
  mkdirSync(join(tree, path, '..'), { recursive: true });
  writeFileSync(join(tree, path), text);
}

const settings = execFileSync('find', ['etc', '-type', 'f'], { cwd: whole, encoding: 'utf8' })
  .trim()
  .split('\n')
  .map((path) => `/${path}`);

describe('a package', () => {
  test('whose only files of the configuration are its settings', () => {
    expect(settings.filter((path) => path.startsWith('/etc/ftpwall/')).sort()).toEqual([
      '/etc/ftpwall/ftpwall.conf',
      '/etc/ftpwall/params',
    ]);
    expect(said('settings_are', tree, ...settings)).toBeUndefined();
    put('etc/ftpwall/zones', '#ZONE\n');
    expect(said('settings_are', tree, ...settings)).toContain('/etc/ftpwall/zones');
    rmSync(join(tree, 'etc/ftpwall'), { recursive: true });
    expect(said('settings_are', tree, ...settings)).toBeDefined();
  });

  test('whose settings an upgrade keeps', () => {
    expect(said('settings_are_kept', tree, settings.join('\n'))).toBeUndefined();
    expect(said('settings_are_kept', tree, settings.slice(1).join('\n'))).toBe(`an upgrade overwrites ${settings[0]}`);
  });

  test.each(['man8/ftpwall.8', 'man5/ftpwall-rules.5', 'man5/ftpwall.conf.5', 'man7/ftpwall-diagnostics.7'])(
    'with the page %s',
    (page) => {
      expect(said('manual_is_whole', tree)).toBeUndefined();
      truncateSync(join(tree, 'usr/share/man', page));
      expect(said('manual_is_whole', tree)).toBe(`the manual has no ${page}`);
    },
  );

  test.each(['usr/share/vim/vimfiles/syntax/ftpwall.vim', 'usr/lib/ftpwall/ftpwall-lsp.js'])(
    'whose editors have %s',
    (path) => {
      const check = () => said('editors_are_set_up', tree, '/etc/emacs/site-start.d/50ftpwall.el');
      expect(check()).toBeUndefined();
      rmSync(join(tree, path));
      expect(check()).toBe(`editors miss /${path}`);
    },
  );

  test('whose schemas of --json are those of the program', () => {
    const installed = join(tree, 'usr/share/ftpwall/schemas');
    const verbs = outputSchemas.flatMap(({ verbs }) => verbs);
    expect(readdirSync(installed).sort()).toEqual(verbs.map(schemaFile).sort());
    for (const { verbs, schema } of outputSchemas) {
      for (const verb of verbs) {
        const document = JSON.parse(readFileSync(join(installed, schemaFile(verb)), 'utf8'));
        expect(document).toEqual({ $schema: expect.any(String), title: `ftpwall ${verb} --json`, ...schema });
        // Strict Ajv compiles what the dialect knows, and nothing else.
        expect(new Ajv2020({ strict: true }).compile(document)).toBeInstanceOf(Function);
      }
    }
    expect(said('schemas_are_whole', tree)).toBeUndefined();
    truncateSync(join(installed, 'status.json'));
    expect(said('schemas_are_whole', tree)).toBe('the schema status.json is empty or missing');
  });

  test('whose collection for Ansible is whole', () => {
    expect(said('collection_is_whole', tree)).toBeUndefined();
    rmSync(
      join(tree, 'usr/share/ansible/collections/ansible_collections/ftpwall/ftpwall/plugins/plugin_utils/host.sh'),
    );
    expect(said('collection_is_whole', tree)).toContain('host.sh');
  });

  test('whose action for fail2ban bans and unbans', () => {
    expect(said('fail2ban_can_ban', tree)).toBeUndefined();
    put('usr/share/doc/ftpwall/examples/fail2ban/ftpwall.conf', '[Definition]\nactionban =\n');
    expect(said('fail2ban_can_ban', tree)).toContain('actionban');
  });

  test.each([
    'usr/lib/ftpwall/node_modules/execa/index.js',
    'usr/lib/ftpwall/main.ts',
    'usr/share/ftpwall/values.peggy',
  ])('without %s', (path) => {
    expect(said('holds_no_sources', tree)).toBeUndefined();
    put(path, 'x\n');
    expect(said('holds_no_sources', tree)).toContain('what it does not need');
  });

  test.skipIf(process.getuid?.() !== 0).each([0o666, 0o4755, 0o775])('whose program has not the mode %o', (mode) => {
    expect(said('belongs_to_root', tree)).toBeUndefined();
    chmodSync(join(tree, 'usr/lib/ftpwall/ftpwall'), mode);
    expect(said('belongs_to_root', tree)).toContain('usr/lib/ftpwall/ftpwall');
  });

  test('below three megabytes', () => {
    const file = join(tree, 'package.deb');
    writeFileSync(file, 'small');
    expect(said('is_small', file)).toBeUndefined();
    truncateSync(file, 3 * 1024 * 1024);
    expect(said('is_small', file)).toContain('3145728 bytes');
  });
});

describe('a machine', () => {
  test.each([
    'etc/systemd/system/sysinit.target.wants/ftpwall.service',
    'etc/systemd/system/multi-user.target.wants/ftpwall-refresh.service',
    'etc/rcS.d/S12ftpwall',
  ])('on which nothing is enabled by %s', (link) => {
    mkdirSync(join(tree, 'etc/systemd/system'), { recursive: true });
    mkdirSync(join(tree, 'etc/rcS.d'), { recursive: true });
    symlinkSync('../init.d/ftpwall', join(tree, 'etc/rcS.d/K01ftpwall'));
    expect(said('nothing_is_enabled', tree)).toBeUndefined();
    mkdirSync(join(tree, link, '..'), { recursive: true });
    symlinkSync('../somewhere', join(tree, link));
    expect(said('nothing_is_enabled', tree)).toContain(link);
  });

  test('on which no service was started', () => {
    const asked = join(tree, 'asked');
    expect(said('nothing_was_started', asked)).toBeUndefined();
    writeFileSync(asked, 'ftpwall start\n');
    expect(said('nothing_was_started', asked)).toContain('ftpwall start');
  });

  test('on which nothing is loaded', () => {
    expect(said('nothing_is_loaded', '')).toBeUndefined();
    expect(said('nothing_is_loaded', 'table inet ftpwall')).toContain('table inet ftpwall');
  });

  test('that is closed', () => {
    expect(said('is_closed', 'type filter hook input priority filter; policy drop;', 'start')).toBeUndefined();
    expect(said('is_closed', '', 'start')).toBe('start left the machine open');
  });

  test('on which the program is compiled', () => {
    const folder = join(tree, 'program');
    mkdirSync(folder);
    writeFileSync(join(folder, 'program.js'), 'process.exitCode = 0;');
    expect(said('starts_compiled', 'installing', folder)).toBe('installing: no code cache');
    const cache = join(folder, 'ftpwall-0123456789abcdef.cache');
    writeFileSync(cache, new Script('another + program + of + another + length;').createCachedData());
    chmodSync(cache, 0o666);
    expect(said('starts_compiled', 'installing', folder)).toContain('others can write');
    chmodSync(cache, 0o644);
    expect(said('starts_compiled', 'installing', folder)).toContain('another program');
    writeFileSync(cache, new Script('process.exitCode = 0;').createCachedData());
    expect(said('starts_compiled', 'installing', folder)).toBeUndefined();
    writeFileSync(join(folder, 'ftpwall-more.cache'), '');
    expect(said('starts_compiled', 'installing', folder)).toBe('installing: several code caches');
  });

  test('that was told', () => {
    const log = join(tree, 'log');
    writeFileSync(log, 'Begin with: ftpwall init\n');
    expect(said('has_said', log, 'ftpwall init', 'installing')).toBeUndefined();
    expect(said('has_said', log, 'stays loaded', 'remove')).toBe('remove does not say: stays loaded');
  });

  test('that was quick', () => {
    expect(said('is_quick', '59')).toBeUndefined();
    expect(said('is_quick', '60')).toBeDefined();
  });
});

test('every check is tested here', () => {
  const checks = readFileSync(join(root, 'test/packages/checks.sh'), 'utf8').matchAll(/^(\w+)\(\) \{$/gm);
  const own = readFileSync(import.meta.filename, 'utf8');
  const names = [...checks].flatMap(([, name = '']) => (['wrong', 'page_is_there'].includes(name) ? [] : [name]));
  expect(names.length).toBeGreaterThan(8);
  expect(names.filter((name) => !own.includes(`'${name}'`))).toEqual([]);
});

test('the versions of program and packages agree', () => {
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const changelog = readFileSync(join(root, 'packaging/debian/changelog'), 'utf8');
  const spec = readFileSync(join(root, 'packaging/rpm/ftpwall.spec'), 'utf8');
  expect(changelog).toMatch(new RegExp(`^ftpwall \\(${version.replaceAll('.', '\\.')}\\)`));
  expect(spec).toContain(`\nVersion:        ${version}\n`);
  expect(spec).toContain(`> - ${version}-1\n`);
});

test.skipIf(spawnSync('shellcheck', ['--version']).error !== undefined && !process.env.CI)(
  'every script that ships is clean by shellcheck',
  () => {
    const shells = shellScripts(['packaging', 'test/packages', '.ci']);
    expect(shells).toContain('packaging/init/ftpwall-boot');
    expect(shells).toContain('packaging/hooks/dhclient');
    expect(shells).toContain('packaging/debian/ftpwall.postinst');
    const { stdout } = spawnSync('shellcheck', ['-x', ...shells], { cwd: root, encoding: 'utf8' });
    expect(stdout).toBe('');
    const bash = spawnSync('shellcheck', ['--shell=bash', '-'], {
      encoding: 'utf8',
      input: completions(['SSH'])['ftpwall.bash'],
    });
    expect(bash.stdout).toBe('');
  },
);

test.skipIf(spawnSync('shellcheck', ['--version']).error !== undefined && !process.env.CI)(
  'so are the scripts of the RPM',
  () => {
    const spec = readFileSync(join(root, 'packaging/rpm/ftpwall.spec'), 'utf8');
    const scriptlets = [...spec.matchAll(/^%(?:post|preun|postun)\b.*\n((?:(?!%).*\n)*)/gm)].map(([, text]) => text);
    expect(scriptlets).toHaveLength(6);
    for (const input of scriptlets) {
      expect(spawnSync('shellcheck', ['--shell=sh', '-'], { encoding: 'utf8', input }).stdout).toBe('');
    }
  },
);

/** Files that begin as scripts do, or that say to shellcheck what they are. */
function shellScripts(folders: readonly string[]): readonly string[] {
  return folders.flatMap((folder) =>
    readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
      const path = join(folder, entry.name);
      if (entry.isDirectory()) return shellScripts([path]);
      return /^(#!.*\bsh\b|# shellcheck shell=sh)/.test(readFileSync(join(root, path), 'utf8')) ? [path] : [];
    }),
  );
}
