/** What happens around a load: generations, confirmation, roll back, what is kept and what others have. */
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, readlinkSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { until } from '../support/until.ts';
import { administered } from './administered.ts';
import { threeNetworks } from './lab.ts';
import { describeKernel } from './possible.ts';
import { findProgram, program } from './programs.ts';
import { startRunning } from './running.ts';

const machine = administered(threeNetworks, {
  'ftpwall.conf': '',
  zones: 'fw firewall\nnet ip\nloc ip\n',
  interfaces: '?FORMAT 2\nnet eth0\nloc eth1\n',
  policy: 'fw all ACCEPT\nall all DROP\n',
  rules: '?SECTION NEW\nSSH(ACCEPT) net fw\n',
});

function link(name: 'current' | 'boot'): string {
  return readlinkSync(join(machine.state, name));
}

async function watchdog(): Promise<string> {
  return (await machine.firewall.must(['sh', '-c', 'cat /run/ftpwall/*/pending/watchdog'])).split(' ')[0] ?? '';
}

describeKernel('generations', () => {
  test('two restarts at once end in one of the two, whole', async () => {
    await machine.must('start');
    const other = machine.folder('other');
    await machine.firewall.must(['cp', '-r', machine.configuration, other]);
    writeFileSync(join(other, 'rules'), '?SECTION NEW\nHTTP(ACCEPT) net fw\n');
    const again = (folder: string) =>
      machine.firewall.run([process.execPath, 'dist/ftpwall.js', 'restart', folder, '--state', machine.state]);
    machine.rules('DNS(ACCEPT) net fw');
    const both = await Promise.all([again(machine.configuration), again(other)]);
    expect(both.map(({ status }) => status)).toEqual([0, 0]);
    const loaded = await machine.listing();
    const kept = readFileSync(join(machine.state, 'current', 'ruleset.nft'), 'utf8');
    expect(loaded.includes('tcp dport 80')).toBe(kept.includes('tcp dport 80'));
    expect(loaded.includes('tcp dport 80')).not.toBe(loaded.includes('dport 53'));
    expect(link('boot')).toBe(link('current'));
    expect(await machine.ftpwall('status')).toMatchObject({ status: 0 });
  });

  test('one that is damaged is never loaded', async () => {
    await machine.must('start');
    machine.rules('HTTP(ACCEPT) net fw');
    await machine.must('restart');
    const before = await machine.listing();
    writeFileSync(join(machine.state, 'generations', '1', 'firewall'), '#!/bin/sh\nnft flush ruleset\n');
    expect(await machine.ftpwall('rollback', '1')).toMatchObject({
      status: 3,
      errors: expect.stringContaining('its file firewall is damaged'),
    });
    expect((await machine.ftpwall('rollback')).status).toBe(3);
    expect(await machine.listing()).toBe(before);
    expect((await machine.must('generations')).output).toMatch(
      /^1 {2}cannot be loaded: .*damaged\n2 .*\(current, boot\)\n$/,
    );
  });

  test('are gone back to, by number or one by one', async () => {
    const seen: string[] = [];
    for (const line of ['SSH(ACCEPT) net fw', 'HTTP(ACCEPT) net fw', 'DNS(ACCEPT) net fw']) {
      machine.rules(line);
      await machine.must('restart');
      seen.push(await machine.listing());
    }
    await machine.must('rollback');
    expect([await machine.listing(), link('current'), link('boot')]).toEqual([
      seen[1],
      'generations/2',
      'generations/2',
    ]);
    await machine.must('rollback', '1');
    expect([await machine.listing(), link('current')]).toEqual([seen[0], 'generations/1']);
    await machine.must('rollback', '3');
    expect(await machine.listing()).toBe(seen[2]);
  });

  test('are saved, restored and forgotten by name', async () => {
    await machine.must('start');
    const first = await machine.listing();
    await machine.must('save', 'good');
    machine.rules('HTTP(ACCEPT) net fw');
    await machine.must('restart');
    await machine.must('restore', 'good');
    expect(await machine.listing()).toBe(first);
    expect(link('current')).toBe('generations/3');
    await machine.must('forget', 'good');
    expect(await machine.ftpwall('restore', 'good')).toMatchObject({ status: 3 });
    expect(await machine.ftpwall('save', '../x')).toMatchObject({ status: 2 });
  });

  test('start changes nothing where nothing would change, and says so', async () => {
    const changed = async (verb: string) => JSON.parse((await machine.must(verb, '--json')).output).changed;
    expect(await changed('start')).toBe(true);
    expect(await changed('start')).toBe(false);
    expect(await changed('restart')).toBe(false);
    machine.rules('HTTP(ACCEPT) net fw');
    expect(await changed('start')).toBe(true);
    await machine.firewall.must(['nft', 'flush', 'chain', 'inet', 'ftpwall', 'input']);
    expect(await changed('start')).toBe(true);
  });
});

describeKernel('what waits for confirmation', () => {
  test('stays when it is confirmed', async () => {
    await machine.must('start');
    machine.rules('HTTP(ACCEPT) net fw');
    await machine.must('safe-restart', '--no-wait', '--confirm-within', '20s');
    expect([link('current'), link('boot')]).toEqual(['generations/2', 'generations/1']);
    const waiting = await machine.ftpwall('status');
    expect(waiting.status).toBe(5);
    expect(waiting.output).toMatch(/confirmation: pending, \d+ seconds left, watched/);
    expect(await machine.ftpwall('restart')).toMatchObject({
      status: 3,
      errors: expect.stringContaining('waits for conf'),
    });
    const pid = await watchdog();
    await machine.must('confirm');
    expect([link('current'), link('boot')]).toEqual(['generations/2', 'generations/2']);
    expect(await machine.ftpwall('status')).toMatchObject({ status: 0 });
    await until(() => !existsSync(`/proc/${pid}`));
    expect(await machine.ftpwall('confirm')).toMatchObject({ status: 3 });
  });

  test('goes when nobody confirms, and is asked for on the terminal', async () => {
    await machine.must('start');
    const old = await machine.listing();
    machine.rules('HTTP(ACCEPT) net fw');
    expect(await machine.within({ input: 'what\nno\n' }, 'safe-restart', '--confirm-within', '30')).toMatchObject({
      status: 3,
    });
    expect([await machine.listing(), link('current')]).toEqual([old, 'generations/1']);
    expect(await machine.within({ input: 'yes\n' }, 'safe-restart', '--confirm-within', '30')).toMatchObject({
      status: 0,
    });
    const confirmed = await machine.listing();
    machine.rules('DNS(ACCEPT) net fw');
    expect((await machine.must('try', '2')).errors).toContain('generation 4 is loaded in place of 3');
    await until(async () => (await machine.listing()) === confirmed);
    await until(async () => (await machine.ftpwall('status')).status === 0);
    expect(link('current')).toBe(link('boot'));
  });

  test('is a failure that status tells until something succeeds, and of its own state folder alone', async () => {
    await machine.must('start');
    machine.rules('HTTP(ACCEPT) net fw');
    const tried = await machine.ftpwall('try', '2');
    expect(tried.errors).toContain('generation 2 is loaded in place of 1');
    const failure = async () => JSON.parse((await machine.ftpwall('status', '--json')).output).lastFailure;
    let told: unknown;
    await until(async () => {
      told = await failure();
      return told !== undefined;
    });
    expect(told).toEqual({
      code: 'not-confirmed',
      message: 'generation 2 was not confirmed in time',
      time: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:]{8}$/),
    });
    const elsewhere = machine.words('status').map((word) => (word === machine.state ? `${machine.state}2` : word));
    expect((await machine.firewall.run(elsewhere)).output).not.toContain('last failure');
    expect((await machine.ftpwall('restart')).errors).toContain('generation 3 is loaded in place of 1');
    expect(await failure()).toBeUndefined();
    expect((await machine.ftpwall('rollback')).errors).toMatch(
      /generation 1 is loaded in place of 3\n.*rollback 3 returns/,
    );
  });

  test('takes its own scripts with it: those of the rules that come back run again', async () => {
    const heard = machine.folder('heard');
    const script = (name: string) => machine.put('started', `echo "${name} by $COMMAND" >>${heard}\n`);
    script('old');
    await machine.must('start');
    script('new');
    await machine.must('try', '1');
    await until(() => readFileSync(heard, 'utf8').split('\n').length > 3);
    await machine.must('safe-restart', '--no-wait');
    await machine.must('rollback');
    const said = readFileSync(heard, 'utf8')
      .split('\n')
      .map((line) => line.split(' ')[0]);
    expect(said).toEqual(['old', 'new', 'old', 'new', 'old', '']);
  });

  test('goes although a script of the user hangs', async () => {
    await machine.must('start');
    const old = await machine.listing();
    machine.rules('HTTP(ACCEPT) net fw');
    const hangs = machine.folder('hangs');
    machine.put('started', `echo $$ >${hangs}; exec sleep 100\n`);
    const hanging = machine.ftpwall('safe-restart', '--no-wait', '--confirm-within', '2s');
    await until(() => existsSync(hangs) && readFileSync(hangs, 'utf8').endsWith('\n'));
    await until(async () => (await machine.listing()) === old);
    await until(async () => (await machine.ftpwall('status')).status === 0);
    process.kill(Number(readFileSync(hangs, 'utf8')), 'SIGKILL');
    expect((await hanging).errors).toContain('generation 2 is loaded in place of 1');
  });

  test('and what hangs while it loads is ended and undone', async () => {
    await machine.must('start');
    const old = await machine.listing();
    // A copy with other rules, and an nft that hangs once, after it has loaded.
    const generation = join(machine.state, 'generations', '2');
    await machine.firewall.must(['cp', '-r', join(machine.state, 'generations', '1'), generation]);
    const script = join(generation, 'firewall');
    writeFileSync(script, readFileSync(script, 'utf8').replaceAll('tcp dport 22', 'tcp dport 80'));
    const folder = machine.folder('hanging');
    mkdirSync(folder);
    const nft = program('nft').path;
    const hang = `${nft} "$@"; [ -e ${folder}/hung ] || { true >${folder}/hung; exec sleep 1000; }`;
    writeFileSync(join(folder, 'nft'), `#!/bin/sh\ncase "$*" in '-f -') ${hang} ;; *) exec ${nft} "$@" ;; esac\n`, {
      mode: 0o755,
    });
    const words = ['env', `PATH=${folder}:${process.env.PATH}`, 'sh', script, 'restart'];
    const hanging = startRunning(machine.firewall, words);
    await until(() => existsSync(join(folder, 'hung')));
    // So long ago that nobody waits for it any more.
    await machine.firewall.must(['sh', '-c', 'echo -100000 >"$(echo /run/ftpwall/*/pending)/deadline"']);
    expect((await hanging.ended).status).not.toBe(0);
    await until(async () => (await machine.listing()) === old);
    await until(async () => (await machine.ftpwall('status')).status === 0);
  });

  // The watching process is held by a named pipe while it reads the phase: what happens then comes too late for the deadline.
  test.each([
    ['has ended', 'mv $pending $run/ended && journal 0 $pending && mkfifo $pending/phase && exec 8>&-'],
    ['waits for its confirmation', 'echo $((now + 1000)) >$pending/deadline && echo confirm >&8 && exec 8>&-'],
  ])('and nobody is ended whose load %s in that moment', async (_what, meanwhile) => {
    await machine.must('start');
    const script = `
      name=$(readlink /proc/self/ns/net); name=\${name#*[}; run=/run/ftpwall/\${name%]}; pending=$run/pending
      read -r now rest </proc/uptime; now=\${now%.*}
      journal() { mkdir $2 && echo $1 >$2/deadline && echo ours >$2/token; }
      (exec 9>>$run.lock; flock 9; echo $BASHPID >$run.lock; : >${machine.state}/held; exec sleep 100) & holder=$!
      until [ -e ${machine.state}/held ]; do sleep 0.05; done
      journal $((now - 20)) $pending && mkfifo $pending/phase
      sh ${machine.state}/generations/1/firewall guard ours & guard=$!
      exec 8>$pending/phase; ${meanwhile}
      # It has looked at the time when it asks for the phase again.
      timeout 60 sh -c 'exec 8>"$1"' sh $pending/phase || echo 'it has not asked again'
      kill -0 $holder && echo 'it goes on'
      kill -KILL $guard $holder; rm -r $pending`;
    expect((await machine.firewall.run(['bash', '-c', script])).output).toBe('it goes on\n');
  });

  test('goes back to no firewall at all when there was none', async () => {
    await machine.must('safe-start', '--no-wait', '--confirm-within', '1s');
    await until(async () => (await machine.listing()) === '');
    await until(() => !existsSync(join(machine.state, 'current')));
    expect(await machine.ftpwall('status')).toMatchObject({ status: 4 });
  });

  test('goes although program, process group and terminal are killed', async () => {
    await machine.must('start');
    const old = await machine.listing();
    machine.rules('HTTP(ACCEPT) net fw');
    const [file, ...rest] = machine.firewall.command(machine.words('safe-restart', '--confirm-within', '60s'));
    const child = spawn('script', ['-qec', [file, ...rest].map((word) => `'${word}'`).join(' '), '/dev/null'], {
      detached: true,
      stdio: ['pipe', 'ignore', 'ignore'],
    });
    await until(async () => (await machine.ftpwall('status')).status === 5);
    process.kill(-(child.pid ?? 0), 'SIGKILL');
    await machine.letTimePass();
    await until(async () => (await machine.listing()) === old);
    await until(async () => (await machine.ftpwall('status')).status === 0);
    expect(link('current')).toBe('generations/1');
  });

  test('is shouted about when its watching process is dead, and taken back first by the next command', async () => {
    await machine.must('start');
    const old = await machine.listing();
    machine.rules('HTTP(ACCEPT) net fw');
    await machine.must('safe-restart', '--no-wait', '--confirm-within', '60s');
    process.kill(Number(await watchdog()), 'SIGKILL');
    await until(async () => (await machine.ftpwall('status')).output.includes('THE WATCHING PROCESS IS DEAD'));
    const red = await machine.firewall.run([
      process.execPath,
      'dist/ftpwall.js',
      'status',
      '--color',
      'always',
      machine.configuration,
      '--state',
      machine.state,
    ]);
    expect(red.output).toContain('\u001b[31mconfirmation:');
    await machine.must('rollback');
    expect(await machine.listing()).toBe(old);
    await machine.must('safe-restart', '--no-wait', '--confirm-within', '60s');
    process.kill(Number(await watchdog()), 'SIGKILL');
    expect((await machine.must('restart')).errors).toContain('WAS NEVER CONFIRMED');
    expect(await machine.ftpwall('status')).toMatchObject({ status: 0 });
  });

  test('is given up by stop, which stays', async () => {
    await machine.must('start');
    machine.rules('HTTP(ACCEPT) net fw');
    await machine.must('safe-restart', '--no-wait', '--confirm-within', '60s');
    const pid = await watchdog();
    await machine.must('stop');
    const stopped = await machine.listing();
    // Nobody is left who could take anything back.
    await until(() => !existsSync(`/proc/${pid}`));
    expect(await machine.listing()).toBe(stopped);
    expect([link('current'), link('boot')]).toEqual(['generations/1', 'generations/1']);
  });
});

describeKernel('a restart', () => {
  test('keeps counters of rules that did not change, and what is in dynamic sets', async () => {
    machine.rules('ACCEPT net fw tcp 22', 'ACCEPT net fw udp 4000', 'ACCEPT net fw tcp 25 - - 3/min');
    machine.put('ftpwall.conf', 'LOGLIMIT=s:1/min:5\n');
    machine.put('policy', 'fw all ACCEPT\nall all DROP info\n');
    await machine.must('start');
    await machine.firewall.serve('udp', 4000);
    await machine.lab.host('net').attempt({ protocol: 'udp', address: '192.0.2.1', port: 4000 });
    await machine.lab.host('net').attempt({ protocol: 'udp', address: '192.0.2.1', port: 4001 });
    const counted = async () =>
      /udp dport 4000 counter packets (\d+)/.exec(await machine.firewall.must(['nft', 'list', 'ruleset']))?.[1];
    expect(await counted()).toBe('1');
    const limited = () => machine.firewall.must(['nft', 'list', 'set', 'inet', 'ftpwall', 'rate-log-4']);
    expect(await limited()).toContain('192.0.2.10');
    machine.rules('ACCEPT net fw tcp 23', 'ACCEPT net fw udp 4000', 'ACCEPT net fw tcp 26');
    await machine.must('restart');
    expect(await counted()).toBe('1');
    expect(await limited()).toContain('192.0.2.10');
    const all = await machine.firewall.must(['nft', 'list', 'ruleset']);
    expect(all).toContain('dport 23');
    expect(all).not.toContain('dport 25');
    expect(await machine.ftpwall('status')).toMatchObject({ status: 0 });
  });

  test.skipIf(!findProgram('conntrack'))('revokes exactly the connections that are no longer admitted', async () => {
    machine.rules('ACCEPT net fw udp 4100', 'ACCEPT net fw udp 4101');
    await machine.must('start');
    await machine.firewall.must(['conntrack', '-F']);
    await machine.firewall.serve('udp', 4100);
    await machine.firewall.serve('udp', 4101);
    for (const port of [4100, 4101])
      await machine.lab.host('net').attempt({ protocol: 'udp', address: '192.0.2.1', port });
    machine.rules('ACCEPT net fw udp 4101');
    expect((await machine.must('restart', '--revoke')).errors).toMatch(/1 of \d+ connections were revoked/);
    const left = await machine.firewall.must(['conntrack', '-L', '-p', 'udp']);
    expect(left).toContain('dport=4101');
    expect(left).not.toContain('dport=4100');
  });

  test('refuses to lock out who calls it, and names the line', async () => {
    await machine.must('start');
    const before = await machine.listing();
    machine.rules('REJECT net fw tcp 22', 'HTTP(ACCEPT) net fw');
    const env = { SSH_CONNECTION: '192.0.2.10 40000 192.0.2.1 22' };
    const refused = await machine.within({ env }, 'restart');
    expect(refused.status).toBe(3);
    expect(refused.errors).toMatch(/refuse a new connection like your own, from 192\.0\.2\.10 to port 22: rules:2;/);
    expect(await machine.listing()).toBe(before);
    // The shell before sudo(8) has the variable still.
    const inherited = await machine.firewall.run(
      ['sh', '-c', `env -u SSH_CONNECTION ${machine.words('restart').join(' ')}; :`],
      {
        env: { ...process.env, ...env },
      },
    );
    expect(inherited.errors).toContain('rules:2');
    expect(await machine.within({ env }, 'restart', '--force')).toMatchObject({ status: 0 });
  });

  test('and so do rollback and restore', async () => {
    machine.rules('REJECT net fw tcp 22');
    await machine.must('start');
    await machine.must('save', 'strict');
    machine.rules('SSH(ACCEPT) net fw');
    await machine.must('restart');
    const before = await machine.listing();
    const env = { SSH_CONNECTION: '192.0.2.10 40000 192.0.2.1 22' };
    for (const [verb, more] of [
      ['rollback', []],
      ['rollback', ['1']],
      ['restore', ['strict']],
    ] as const) {
      expect(await machine.within({ env }, verb, ...more)).toMatchObject({
        status: 3,
        errors: expect.stringMatching(/refuse a new connection like your own.*: rules:2; nothing was changed/),
      });
      expect(await machine.listing()).toBe(before);
      expect(await machine.within({ env }, verb, ...more, '--force')).toMatchObject({ status: 0 });
      expect(await machine.listing()).not.toBe(before);
      await machine.must('rollback', '2');
    }
  });

  test('finds who calls it by the connections of sshd, too', async () => {
    await machine.must('start');
    const sshd = join(machine.lab.folder, 'sshd');
    // The name of a process is that of its file, and python3 may be a script that looks for the right one.
    const python = await machine.firewall.must([program('python3').path, '-c', 'import sys; print(sys.executable)']);
    symlinkSync(python.trim(), sshd);
    const serving = "import socket; s = socket.create_server(('', 22)); c = s.accept()[0]; c.sendall(b'x'); c.recv(1)";
    machine.firewall.start({ path: sshd, env: process.env }, ['-c', serving]);
    await until(async () => (await machine.firewall.must(['ss', '-Hltn'])).includes(':22 '));
    const client =
      "import socket; s = socket.create_connection(('192.0.2.1', 22)); s.recv(1); print('in', flush=True); s.recv(1)";
    const there = machine.lab.host('net').start(program('python3'), ['-c', client]);
    await new Promise((resolve) => there.stdout?.once('data', resolve));
    machine.rules('REJECT net fw tcp 22');
    expect(await machine.ftpwall('restart')).toMatchObject({
      status: 3,
      errors: expect.stringMatching(/refuse a new connection like your own, from 192\.0\.2\.10 to port 22: rules:2;/),
    });
    there.kill();
  });
});

describeKernel('status', () => {
  test('sees what others change, and what others have at our hooks', async () => {
    await machine.must('start');
    await machine.firewall.must(
      ['nft', '-f', '-'],
      'table ip theirs { chain input { type filter hook input priority -5; policy drop; }; }\n',
    );
    const foreign = await machine.ftpwall('status');
    expect(foreign.status).toBe(0);
    expect(foreign.output).toContain('foreign: table ip theirs chain input: filter hook input');
    await machine.firewall.must(['nft', 'insert', 'rule', 'inet', 'ftpwall', 'input', 'accept']);
    expect(await machine.ftpwall('status')).toMatchObject({
      status: 6,
      output: expect.stringContaining('drift: the rules in the kernel were changed'),
    });
    await machine.must('restart');
    expect(await machine.ftpwall('status')).toMatchObject({ status: 0 });
    expect(readdirSync(join(machine.state, 'generations'))).toEqual(['1', '2']);
  });
});
