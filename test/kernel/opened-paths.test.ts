/** One gate for all that root reads and writes: every path that is opened on the way to the rules, as strace(1) sees it, spoiled in turn. */
import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { administered } from './administered.ts';
import { describeKernel } from './possible.ts';
import { program } from './programs.ts';

const machine = administered([], {
  'ftpwall.conf': 'FAMILY=ipv4\n',
  params: 'INCLUDE more-params\n. ./other-params\nPORT=$(echo 22)\n',
  'more-params': 'MORE=$(echo 2222)\n',
  'other-params': 'OTHER=80\n',
  zones: 'fw firewall\nnet ip\n',
  interfaces: '?FORMAT 2\nnet eth0\n',
  policy: 'fw net ACCEPT\nnet all DROP\nall all REJECT\n',
  'macro.Own': 'PARAM - - tcp 1111\n',
  rules:
    '?SECTION NEW\nINCLUDE included\nACCEPT net fw tcp $PORT\nOwn(ACCEPT) net fw\nDROP net:^[US] fw\nDROP net:+ban fw\n',
  included: 'ACCEPT net fw tcp $MORE,$OTHER\n',
  ipsets: 'create ban hash:ip\n',
  started: 'true\n',
  stoppedrules: 'ACCEPT eth0 - tcp 22\n',
});

/** Folders of the system, which belong to nobody else; what lies there is named when it says what rules mean. */
const ofSystem =
  /^\/(usr|lib\w*|bin|sbin|proc|sys|dev|run)(\/|$)|^\/etc\/(ld\.so|ssl|localtime|iproute2|modprobe|nsswitch|xtables)/;

/** Every path that a verb opens with success. */
async function openedBy(...words: readonly string[]): Promise<readonly string[]> {
  const log = machine.folder('log');
  rmSync(log, { force: true });
  const [verb = '', ...more] = words;
  const strace = [program('strace').path, '-f', '-qq', '-y', '-o', log, '-e', 'trace=open,openat,openat2,creat'];
  const ended = await machine.firewall.run([...strace, ...machine.words(verb, ...more)], {
    env: { ...process.env, SSH_CONNECTION: undefined },
  });
  expect(ended, ended.errors).toMatchObject({ status: 0 });
  // With -y what was opened stands behind the number of the file.
  const found = [...readFileSync(log, 'utf8').matchAll(/ = \d+<([^>\n]+)>$/gm)].map(([, path = '']) => path);
  return [...new Set(found)].filter((path) => path.startsWith('/') && !path.endsWith(' (deleted)')).sort();
}

function isThere(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false }) !== undefined;
}

/** Makes of a path something that others could have written; the way back. */
const spoils: Readonly<Record<string, (path: string) => () => void>> = {
  'a mode for everybody': (path) => {
    const { mode } = statSync(path);
    chmodSync(path, mode | 0o022);
    return () => chmodSync(path, mode & 0o7777);
  },
  'another owner': (path) => {
    chownSync(path, 12_345, 0);
    return () => chownSync(path, 0, 0);
  },
  'a FIFO': (path) => {
    renameSync(path, `${path}.away`);
    execFileSync('mkfifo', [path]);
    return () => renameSync(`${path}.away`, path);
  },
  'a link to where everybody writes': (path) => {
    const open = machine.folder('open-to-all');
    mkdirSync(open, { recursive: true });
    chmodSync(open, 0o1777);
    renameSync(path, `${path}.away`);
    writeFileSync(join(open, basename(path)), readFileSync(`${path}.away`));
    symlinkSync(join(open, basename(path)), path);
    return () => renameSync(`${path}.away`, path);
  },
};

describeKernel('what is opened by root', () => {
  test('is refused when others could have written it, each file and each folder', async () => {
    const geoip = machine.folder('geoip');
    mkdirSync(geoip);
    writeFileSync(join(geoip, 'US.iv4'), Buffer.from([198, 51, 100, 0, 198, 51, 100, 9]));
    machine.put('ftpwall.conf', `FAMILY=ipv4\nGEOIPDIR=${geoip}\n`);
    await machine.must('start');
    await machine.must('drop', '203.0.113.5');
    await machine.must('open', '203.0.113.9', 'all', 'tcp', '22');
    const opened = [
      ...new Set([
        ...(await openedBy('stop')),
        ...(await openedBy('restart')),
        ...(await openedBy('drop', '203.0.113.6')),
      ]),
    ];

    const lab = realpathSync(machine.lab.folder);
    const own = opened.filter((path) => path.startsWith(`${lab}/`));
    const program = realpathSync(process.cwd());
    const others = opened.filter((path) => !path.startsWith(lab) && !path.startsWith(program) && !ofSystem.test(path));
    expect(others.filter((path) => path !== '/')).toEqual(
      ['/etc/passwd', '/etc/protocols', '/etc/services'].filter((path) => others.includes(path)),
    );

    // A generation is of root's alone by its folder, and by its checksums.
    const files = own.filter((path) => isThere(path) && lstatSync(path).isFile() && !path.includes('/generations/'));
    const names = files.map((path) => basename(path)).sort();
    for (const name of [
      'params',
      'more-params',
      'other-params',
      'macro.Own',
      'included',
      'started',
      'US.iv4',
      'sets',
      'entries',
    ])
      expect(names).toContain(name);
    const seen: string[] = [];
    for (const path of files) {
      for (const [what, spoil] of Object.entries(spoils)) {
        const mend = spoil(path);
        await machine.must('stop');
        const ended = await machine.ftpwall('restart');
        const told =
          ended.errors.includes('trust') ||
          ended.errors.includes('is not used') ||
          ended.errors.includes('it is a FIFO');
        if (!told || (ended.status === 0 && !['sets', 'entries'].includes(basename(path))))
          seen.push(`${path}: ${what}: ${ended.status} ${ended.errors}`);
        mend();
      }
    }
    expect(seen).toEqual([]);

    const folders = [...new Set(files.map((path) => dirname(path)))];
    for (const folder of folders) {
      for (const mode of [0o777, 0o1777, 0o775]) {
        const was = statSync(folder).mode;
        chmodSync(folder, mode);
        const ended = await machine.ftpwall('restart');
        if (ended.status === 0 || !ended.errors.includes('trust'))
          seen.push(`${folder}: ${ended.status} ${ended.errors}`);
        chmodSync(folder, was & 0o7777);
      }
    }
    expect(seen).toEqual([]);
    await machine.must('restart');
  });
});
