/** What writes folders and files, killed on its way, and on a disk that is full. */
import { spawn } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { administered } from './administered.ts';
import { describeKernel } from './possible.ts';
import { program } from './programs.ts';

const files = {
  'shorewall.conf': 'STARTUP_ENABLED=Yes\n',
  zones: 'fw firewall\nnet ipv4\n',
  interfaces: 'net eth0\n',
  policy: 'fw net ACCEPT\nnet all DROP\n',
  rules: 'ACCEPT net fw tcp 22\n',
};
const machine = administered([], files);

/** Runs `migrate` so slowly that the new folder is seen while it is written, and ends it by a signal then. */
async function interrupted(signal: NodeJS.Signals, out: string): Promise<readonly string[]> {
  const slow = [program('strace').path, '-qq', '-o', '/dev/null', '-e', 'inject=fsync:delay_enter=500000'];
  const words = [
    ...slow,
    process.execPath,
    'dist/ftpwall.js',
    'migrate',
    machine.configuration,
    '--to',
    join(out, 'new'),
    '-q',
  ];
  const [file = '', ...rest] = machine.firewall.command(words);
  const child = spawn(file, rest, { stdio: 'ignore' });
  const ended = new Promise((resolve) => child.on('close', resolve));
  await vi.waitFor(() => expect(readdirSync(out)).not.toEqual([]), { timeout: 120_000, interval: 5 });
  const seen = readdirSync(out);
  // strace(1) is the parent of the program, whatever stands before it.
  let pid = child.pid ?? 0;
  for (;;) {
    const [next] = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ');
    if (!next || readFileSync(`/proc/${pid}/comm`, 'utf8').trim() === 'node') break;
    pid = Number(next);
  }
  process.kill(pid, signal);
  await ended;
  return seen;
}

describeKernel('what is interrupted', () => {
  test.each(['SIGKILL', 'SIGTERM', 'SIGINT', 'SIGHUP'] as const)(
    'migrate leaves nothing, or all: %s',
    async (signal) => {
      const out = machine.folder('out');
      mkdirSync(out);
      const seen = await interrupted(signal, out);
      expect(seen.every((name) => name.startsWith('.new-'))).toBe(true);
      await vi.waitFor(() => expect(readdirSync(out).filter((name) => name.startsWith('.'))).toEqual([]), {
        timeout: 120_000,
      });
      if (readdirSync(out).length === 0) return;
      expect(readdirSync(out)).toEqual(['new']);
      expect(readdirSync(join(out, 'new'))).toEqual(
        expect.arrayContaining(['ftpwall.conf', 'interfaces', 'policy', 'rules', 'zones']),
      );
    },
  );

  test('check --fix changes all or nothing when the disk is full', async () => {
    const folder = machine.folder('mounted');
    mkdirSync(folder);
    const old: Readonly<Record<string, string>> = {
      'ftpwall.conf': '',
      zones: 'fw firewall\nnet ip\n',
      interfaces: '?FORMAT 2\nnet eth0\n',
      policy: 'fw net ACCEPT\nnet all DROP\nall all REJECT\n',
      rules: `SECTION NEW\nACCEPT net fw tcp 22\n${'# a long comment\n'.repeat(900)}`,
      conntrack: `?FORMAT 2\n`,
    };
    for (const [name, text] of Object.entries(old)) writeFileSync(join(folder, name), text);
    const script = `
      mkdir ${folder}-m && mount -t tmpfs -o size=200k none ${folder}-m && cp ${folder}/* ${folder}-m/ || exit 9
      room=$1; dd if=/dev/zero of=${folder}-m/filling bs=1k 2>/dev/null; truncate -s -"$room"k ${folder}-m/filling
      ${process.execPath} dist/ftpwall.js check --fix ${folder}-m; echo "status $?"
      rm ${folder}-m/filling; ls -A ${folder}-m; cksum ${folder}-m/* | cut -d" " -f1,2 | sort; umount ${folder}-m; rmdir ${folder}-m`;
    const run = (room: number) => machine.firewall.run(['sh', '-c', script, 'sh', String(room)]);
    const plenty = await run(100);
    expect(plenty.output).toContain('status 0');
    expect(plenty.output).toContain('rules.bak');
    for (const room of [0, 4, 8, 12, 16, 20]) {
      const { output } = await run(room);
      const [, status] = /status (\d)/.exec(output) ?? [];
      expect(output, `${room}k`).not.toContain('.new-');
      if (status === '0') continue;
      expect(output, `${room}k`).not.toContain('.bak');
      expect(
        output.split('\n').filter((line) => /^\d+ 0$/.test(line)),
        `${room}k`,
      ).toHaveLength(1); // ftpwall.conf is empty
    }
  });

  test('a ban that cannot be kept is said to be one', async () => {
    machine.put('shorewall.conf', '');
    await machine.firewall.must([
      'sh',
      '-c',
      `cd ${machine.configuration} && mv shorewall.conf ftpwall.conf && sed -i 's/^net eth0/?FORMAT 2\\nnet eth0/' interfaces`,
    ]);
    await machine.must('start');
    const full = `mount --bind ${machine.state} ${machine.state} && mount -o remount,ro,bind ${machine.state} && exec "$@"`;
    const ended = await machine.firewall.run(['sh', '-c', full, 'sh', ...machine.words('drop', '192.0.2.7')]);
    expect(ended.status).toBe(3);
    expect(ended.errors).toContain('this holds from now on, but it could not be kept');
    expect(await machine.listing()).toContain('192.0.2.7');
  });
});
