/** trace, top and logs while real connections fail and succeed. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { outputSchemas } from '../../runtime/output/schemas/index.ts';
import { until } from '../support/until.ts';
import { ftpwall, startFirewall } from './ftp/placements.ts';
import { type Lab, openLab } from './lab.ts';
import { describeKernel } from './possible.ts';
import { type Running, startRunning } from './running.ts';

let lab: Lab;
let folder: string;
const server = '10.0.2.10';
const rules = [
  `ACCEPT net dmz:${server} tcp 80`,
  `REJECT:info net dmz:${server} tcp 81`,
  `DNAT net dmz:${server}:80 tcp 8080`,
];

interface Record {
  readonly verdict: string;
  readonly from: string;
  readonly to: string;
  readonly line: string | null;
  readonly packet: { readonly port?: number; readonly destination: string };
  readonly dnat?: string;
}

/** The documents that a verb has printed, a line each, as ftpwall-json(5) describes them. */
function documents(verb: string, lines: readonly string[]): readonly Record[] {
  const found = outputSchemas.find(({ verbs }) => verbs.includes(verb));
  const validate = new Ajv2020({ allErrors: true }).compile(found?.schema ?? false);
  return lines.map((line) => {
    const read = JSON.parse(line) as Record;
    validate(read);
    expect(validate.errors ?? []).toEqual([]);
    return read;
  });
}

/** A verb that goes on. */
function begin(words: readonly string[]): Running {
  return startRunning(lab.firewall, ['node', 'dist/ftpwall.js', ...words, '--state', join(lab.folder, 'state')]);
}

const tables = async () => (await lab.firewall.run(['nft', 'list', 'tables'])).output;

describeKernel('what passes now', () => {
  beforeAll(async () => {
    lab = openLab();
    await lab.host('dmz').serve('tcp', 80);
    folder = await startFirewall(lab, { rules });
  });
  afterAll(() => lab?.close());

  const connect = (port: number, address = server) => lab.host('net').attempt({ protocol: 'tcp', address, port });

  test('trace names for each packet the line that why names, and leaves no table', async () => {
    const tracing = begin(['trace', 'net', 'dmz', 'tcp', '--for', '200s', '--json']);
    await until(async () => (await tables()).includes('ftpwall-trace'));
    // Later packets of a connection are decided by no line, and may be told of in the same moment.
    const first = (port: number) =>
      documents('trace', tracing.lines()).find(({ packet, line }) => packet.port === port && line !== null);
    // Who listens to the kernel has no word for being ready.
    for (const port of [80, 81, 82, 8080])
      await until(async () => {
        await connect(port, port === 8080 ? '192.0.2.1' : server);
        return first(port) !== undefined;
      });
    const asked = async (port: number, to = `dmz:${server}`) => {
      const words = ['why', 'net:198.51.100.2', to, 'tcp', String(port), '--json', '--config', folder];
      const { answers } = JSON.parse((await lab.firewall.run(['node', 'dist/ftpwall.js', ...words])).output) as {
        answers: readonly { verdict: string; line: string }[];
      };
      return answers.map(({ verdict, line }) => [verdict, line]);
    };
    for (const port of [80, 81, 82]) {
      const { verdict, line, from, to } = first(port) ?? {};
      expect([port, from, to]).toEqual([port, 'net', 'dmz']);
      expect([port, [[verdict, line]]]).toEqual([port, await asked(port)]);
    }
    const translated = first(8080);
    expect([[translated?.verdict, translated?.line]]).toEqual(await asked(8080, 'fw:192.0.2.1'));
    expect(translated?.dnat).toMatch(/^dnat ip to 10\.0\.2\.10:80/);
    tracing.child.kill('SIGTERM');
    await until(async () => (await tables()) === 'table inet ftpwall\n');
  });

  test('a trace that is killed leaves no table', async () => {
    const tracing = begin(['trace', 'net', 'dmz', '--for', '200s']);
    await tracing.says(/tracing for 200 seconds/);
    expect(await tables()).toContain('ftpwall-trace');
    // `ip netns exec` becomes the shell, and that the program.
    tracing.child.kill('SIGKILL');
    await until(async () => (await tables()) === 'table inet ftpwall\n');
  });

  test('top shows what counts now first, and what nothing has met', async () => {
    const watching = begin(['top', '--for', '200s']);
    const counting = /^ +\d+\.\d +\d+ +\d+ +rules:2 +ACCEPT net dmz:10\.0\.2\.10 tcp 80$/m;
    await until(async () => {
      await connect(80);
      return counting.test(watching.lines().join('\n'));
    });
    watching.child.kill('SIGTERM');
    const { output } = await watching.ended;
    expect(output).toMatch(/^ *packets\/s +bytes\/s +packets +line$/m);
    expect(output).toMatch(/\d+ of \d+ lines: never since 20\d\d-/);
  });

  test('logs tells zones and lines of what was logged, from a file, also of what comes', async () => {
    const file = join(lab.folder, 'syslog');
    const line = (port: number) =>
      `Nov 29 05:00:00 gate kernel: [12.5] ftpwall net-dmz REJECT rules:3 IN=eth0 OUT=eth2 MAC=02:00:00:00:00:01 SRC=198.51.100.2 DST=${server} LEN=60 TOS=0x00 PREC=0x00 TTL=63 ID=1 DF PROTO=TCP SPT=40000 DPT=${port} WINDOW=64240 RES=0x00 SYN URGP=0\n`;
    writeFileSync(file, `Nov 29 05:00:00 gate sshd[1]: a line about something else\n${line(81)}`);
    const { output } = await ftpwall(lab, ['logs', '--file', file]);
    expect(output).toBe(
      `ftpwall net-dmz REJECT rules:3  net → dmz  tcp 198.51.100.2:40000 → ${server}:81  rules:3  REJECT:info net dmz:${server} tcp 81\n`,
    );
    const following = begin(['logs', '--follow', '--file', file, '--json']);
    await following.says(/"port":81/);
    writeFileSync(file, line(81).replace('SPT=40000', 'SPT=40001'), { flag: 'a' });
    await following.says(/"sourcePort":40001/);
    following.child.kill('SIGTERM');
    await following.ended;
    expect(documents('logs', following.lines())).toHaveLength(2);
  });
});
