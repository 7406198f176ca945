/** Shaping in the kernel: real queues where this kernel has them, and a tc that records for those that it may lack. */
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { compile } from '../../compiler/compile.ts';
import { scriptTemplate } from '../../runtime/generated/script-template.js';
import { memoryEnvironment } from '../support/memory-environment.ts';
import type { Host } from './host.ts';
import { type Lab, openLab } from './lab.ts';
import { describeKernel } from './possible.ts';

const base = {
  zones: 'fw firewall\nnet ip\nloc ip\ndmz ip\n',
  interfaces: '?FORMAT 2\nnet eth0\nloc eth1\ndmz eth2\n',
  policy: 'all all ACCEPT\n',
};

let lab: Lab;
let firewall: Host;
beforeAll(() => {
  lab = openLab();
  firewall = lab.firewall;
});
afterAll(() => lab?.close());
beforeEach(async () => {
  await firewall?.must(['nft', 'flush', 'ruleset']);
});

let scripts = 0;
function scriptOf(files: Readonly<Record<string, string>>): string {
  const { artifact, report } = compile(memoryEnvironment({ ...base, ...files }), { version: '0', scriptTemplate });
  expect(report.diagnostics.filter(({ severity }) => severity === 'error')).toEqual([]);
  scripts += 1;
  const path = join(lab.folder, `shaping-${scripts}`);
  writeFileSync(path, artifact?.script ?? '');
  chmodSync(path, 0o755);
  return path;
}

async function classes(): Promise<readonly string[]> {
  const text = await firewall.must(['tc', 'class', 'show', 'dev', 'eth0']);
  return [...text.matchAll(/class htb (\S+) .*?(?:prio (\d) )?rate (\S+) ceil (\S+)/g)]
    .map(([, number, prio, rate, ceil]) => [number, prio, rate, ceil].filter(Boolean).join(' '))
    .sort();
}

const devices = { tcdevices: 'eth0 - 5mbit\n' };
const two = 'eth0 1 full/10 full 1 pfifo\neth0 2 full/2 full 2 default,pfifo\n';

/** A tc(8) that has every queue, keeps what was made, and fails at one call on demand. */
const pretender = `#!/bin/sh
# Of each device: its root with all below it, and what comes in.
case $2 in
    show)
        while read -r device kind handle; do
            case " $* " in *" $device "*) echo "qdisc $kind $handle" ;; esac
        done <<END
$(sed -n 's/^qdisc add dev \\([^ ]*\\) root handle \\([^ ]*\\) \\([a-z_]*\\).*/\\1 \\3 \\2 root/p; s/^qdisc add dev \\([^ ]*\\) .*ingress.*/\\1 ingress ffff:/p' FOLDER/made)
END
        exit 0 ;;
esac
echo "$*" >>FOLDER/calls
read -r failing <FOLDER/failing
if [ "$(wc -l <FOLDER/calls)" = "$failing" ]; then echo 'Error: it fails' >&2; exit 2; fi
case $1:$2 in
    qdisc:del)
        case "$*" in
            *ingress) grep -v "dev $4 .*\\(ingress\\|ffff:\\)" FOLDER/made ;;
            *) grep "dev $4 .*\\(ingress\\|ffff:\\)\\|dev $4[^ ]" FOLDER/made; grep -v "dev $4 " FOLDER/made ;;
        esac | sort -u >FOLDER/left
        cmp -s FOLDER/left FOLDER/made && exit 2
        mv FOLDER/left FOLDER/made ;;
    class:replace) exit 2 ;;
    *) echo "$*" >>FOLDER/made; sort -u FOLDER/made -o FOLDER/made ;;
esac
`;

describeKernel('shaping', () => {
  test('classes are made, changed in place, left alone and taken away', async () => {
    const path = scriptOf({ ...devices, tcclasses: two });
    await firewall.must(['sh', path, 'start']);
    expect(await classes()).toEqual(['1:1 5Mbit 5Mbit', '1:11 1 500Kbit 5Mbit', '1:12 2 2500Kbit 5Mbit']);
    await lab.host('net').run(['sh', '-c', 'nft flush ruleset']);
    const before = await firewall.must(['tc', '-s', 'class', 'show', 'dev', 'eth0', 'classid', '1:12']);
    await firewall.must([
      'sh',
      scriptOf({ ...devices, tcclasses: two.replace('full/2 full', 'full/4 full/2') }),
      'start',
    ]);
    expect(await classes()).toEqual(['1:1 5Mbit 5Mbit', '1:11 1 500Kbit 5Mbit', '1:12 2 1250Kbit 2500Kbit']);
    expect(before).toContain('1:12');
    await firewall.must(['sh', path, 'stop']);
    expect(await classes()).toEqual([]);
  });

  test('packets are of the class of their mark', async () => {
    const path = scriptOf({ ...devices, tcclasses: two, mangle: 'MARK(1):T - eth0 udp 5060\n' });
    await firewall.must(['sh', path, 'start']);
    const sent = async (number: string) => {
      const text = await firewall.must(['tc', '-s', 'class', 'show', 'dev', 'eth0']);
      return Number(new RegExp(`class htb ${number} [\\s\\S]*?Sent \\d+ bytes (\\d+) pkt`).exec(text)?.[1] ?? 0);
    };
    const was = await sent('1:11');
    await firewall.attempt({ protocol: 'udp', address: '192.0.2.10', port: 5060 });
    expect(await sent('1:11')).toBe(was + 1);
    await firewall.must(['sh', path, 'stop']);
  });

  test('what tc refuses is undone', async () => {
    const good = scriptOf({ ...devices, tcclasses: two });
    await firewall.must(['sh', good, 'start']);
    const bad = scriptOf({
      tcdevices: 'eth0 - 4mbit\neth1 - 5mbit linklayer=nonsense\n',
      tcclasses: 'eth0 1 full full 1 default,pfifo\neth1 1 full full 1 default,pfifo\n',
    });
    const { status } = await firewall.run(['sh', bad, 'start']);
    expect(status).toBe(3);
    expect(await classes()).toEqual(['1:1 5Mbit 5Mbit', '1:11 1 500Kbit 5Mbit', '1:12 2 2500Kbit 5Mbit']);
    await firewall.must(['sh', good, 'stop']);
  });

  test.each(['1:12', '2:11'])('a change that dies at the class %s is undone, queues and all', async (last) => {
    const good = scriptOf({ ...devices, tcclasses: two });
    await firewall.must(['sh', good, 'start']);
    const before = await classes();
    const bad = scriptOf({
      tcdevices: 'eth0 - 4mbit\neth1 - 2mbit\n',
      tcclasses: `${two}eth1 1 full full 1 default,pfifo\n`,
    });
    const folder = join(lab.folder, `killer-${last.replace(':', '-')}`);
    mkdirSync(folder);
    writeFileSync(join(folder, 'armed'), '');
    // The outermost process of the script, not the part of it that waits for tc.
    const killer = [
      '#!/bin/sh',
      `case "$*" in *'classid ${last} '*) rm ${folder}/armed 2>/dev/null && {`,
      '  victim=$PPID',
      '  while :; do',
      '    above=$(cut -d" " -f4 "/proc/$victim/stat")',
      `    grep -qF ${bad} "/proc/$above/cmdline" && grep -qF "$(printf 'sh')" "/proc/$above/comm" || break`,
      '    victim=$above',
      '  done',
      '  kill -9 "$victim"; exit 1',
      '} ;; esac',
      'exec /sbin/tc "$@"',
    ];
    writeFileSync(join(folder, 'tc'), `${killer.join('\n')}\n`, { mode: 0o755 });
    const { status } = await firewall.run(['env', `PATH=${folder}:${process.env.PATH}`, 'sh', bad, 'start']);
    expect(status).not.toBe(0);
    await vi.waitFor(async () => {
      await firewall.must(['sh', good, 'status']);
      expect(await classes()).toEqual(before);
      expect(await firewall.must(['tc', 'class', 'show', 'dev', 'eth1'])).toBe('');
    }, 120_000);
    await firewall.must(['sh', good, 'stop']);
  });

  test('queues that this kernel may lack: what fails at any call is undone, and what is the same is left alone', async () => {
    const folder = join(lab.folder, 'pretender');
    mkdirSync(folder, { recursive: true });
    const file = (name: string) => join(folder, name);
    writeFileSync(file('tc'), pretender.replaceAll('FOLDER', folder), { mode: 0o755 });
    const order = (failing: number) => {
      writeFileSync(file('calls'), '');
      writeFileSync(file('failing'), `${failing}\n`);
    };
    const made = () => readFileSync(file('made'), 'utf8').split('\n').filter(Boolean).sort();
    const calls = () => readFileSync(file('calls'), 'utf8').split('\n').length - 1;
    const called = (path: string, word: string) =>
      firewall.run(['env', `PATH=${folder}:${process.env.PATH}`, 'sh', path, word]);
    const old = scriptOf({
      tcdevices: 'eth0 - 5mbit hfsc\neth1 20mbit 5mbit\n',
      tcclasses:
        'eth0 1 full/2:50ms full 1 tcp-ack,fq_codel\neth0 2 full/2 full 2 default,flow=nfct-src\neth1 1 full full 1 default,fq_codel\n',
    });
    const young = scriptOf({
      tcdevices: 'eth0 - 6mbit cake=(nat)\neth2 - 5mbit\n',
      tcclasses: 'eth2 1 full/2 full 1 flow=nfct-src\neth2 2 full/2 full 2 default,fq_codel=(limit=200)\n',
    });
    const failed: number[] = [];
    writeFileSync(file('made'), '');
    order(0);
    expect(await called(old, 'start')).toMatchObject({ status: 0 });
    const before = made();
    expect(before.length).toBeGreaterThan(8);
    order(0);
    await called(old, 'restart');
    expect([made(), calls()], 'nothing is made anew').toEqual([before, 0]);
    order(0);
    expect(await called(young, 'start')).toMatchObject({ status: 0 });
    const after = made();
    const most = calls();
    expect(after).not.toEqual(before);
    for (let failing = 1; failing <= most; failing += Math.ceil(most / 6)) {
      order(0);
      await called(old, 'start');
      expect(made()).toEqual(before);
      order(failing);
      const { status } = await called(young, 'start');
      if (status !== 0) failed.push(failing);
      const seen = made();
      // Leaves may be missing: the rest works without them.
      if (status === 0) expect(after, `call ${failing}`).toEqual(expect.arrayContaining(seen));
      else expect(seen, `call ${failing}`).toEqual(before);
    }
    expect(failed.length).toBeGreaterThan(0);
    order(0);
    await called(young, 'stop');
    expect(made()).toEqual([]);
  });

  test('what this kernel may lack is written as tc reads it', async () => {
    const folder = join(lab.folder, 'recorder');
    mkdirSync(folder, { recursive: true });
    const log = join(folder, 'calls');
    writeFileSync(join(folder, 'tc'), `#!/bin/sh\ncase $2 in show) exit 0 ;; esac\nprintf '%s\\n' "$*" >>${log}\n`);
    chmodSync(join(folder, 'tc'), 0o755);
    const path = scriptOf({
      'ftpwall.conf': 'TC_ENABLED=Simple\n',
      tcinterfaces: 'eth0 External 20mbit 5mbit:10kb:200ms\neth1\n',
      tcpri: '1 tcp 22\n',
    });
    await firewall.must(['env', `PATH=${folder}:${process.env.PATH}`, 'sh', path, 'start']);
    expect(
      readFileSync(log, 'utf8')
        .split('\n')
        .filter((line) => / add /.test(line) && / eth0 /.test(line)),
    ).toEqual([
      'qdisc add dev eth0 root handle 201: tbf rate 5000kbit burst 10kb latency 200ms mpu 64',
      'qdisc add dev eth0 parent 201:1 handle 101: prio bands 3 priomap 1 2 2 2 1 2 0 0 1 1 1 1 1 1 1 1',
      ...[1, 2, 3].flatMap((band) => [
        `qdisc add dev eth0 parent 101:${band} handle 1f0${band}: sfq quantum 1875 limit 127 perturb 10`,
        `filter add dev eth0 parent 1f0${band}: protocol all prio 1 handle ${band} flow hash keys nfct-src divisor 1024`,
      ]),
    ]);
  });
});
