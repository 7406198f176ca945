/** The configurations that are measured: folders of many lines, the same in each run. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Numbers below `most`, the same ones in each run (D. Knuth, TAOCP 3.3.4, line 16 of table 1). */
function dice(seed) {
  let state = seed;
  return (most) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * most);
  };
}

function exactLine(number, roll) {
  const source = `10.${(number >> 16) & 255}.${(number >> 8) & 255}.${number & 255}`;
  return { source, destination: `192.168.${roll(200)}.${1 + roll(250)}`, port: 1 + roll(60000), verdict: 'ACCEPT' };
}

/** Half of them networks or ranges of ports, each tenth with the other verdict. */
function mixedLine(number, roll) {
  const address = `10.${roll(250)}.${roll(256)}`;
  const source = roll(2) ? `${address}.0/24` : `${address}.${roll(256)}`;
  const port = 1 + roll(50000);
  const { destination } = exactLine(number, roll);
  return {
    source,
    destination,
    port: roll(2) ? `${port}:${port + roll(1000)}` : port,
    verdict: number % 10 === 8 ? 'DROP' : 'ACCEPT',
  };
}

const kinds = { exact: exactLine, mixed: mixedLine };

/** Writes a folder of `count` lines between two zones; returned is a packet that its last line accepts. */
export function writeLines(folder, { kind, count, changed = false, settings = '' }) {
  const roll = dice(7);
  const lines = Array.from({ length: count }, (_each, number) => kinds[kind](number, roll));
  const last = { ...lines[count - 1], source: '10.250.0.0/24', verdict: 'ACCEPT' };
  if (kind === 'exact') last.source = '10.250.0.9';
  lines[count - 1] = last;
  if (changed) lines[count >> 1].port = 60001;
  const rules = lines.map(
    ({ verdict, source, destination, port }) => `${verdict} net:${source} loc:${destination} udp ${port}`,
  );
  write(folder, {
    'ftpwall.conf': settings,
    zones: 'fw firewall\nnet ip\nloc ip\n',
    interfaces: '?FORMAT 2\nnet eth0\nloc eth1\n',
    policy: 'all all DROP\n',
    rules: `?SECTION NEW\nSSH(ACCEPT) loc fw\n${rules.join('\n')}\n`,
  });
  return { source: '10.250.0.9', destination: last.destination, port: String(last.port).split(':')[0] };
}

/** Writes a folder of `count` zones that log their policy. */
export function writeZones(folder, count) {
  const numbers = Array.from({ length: count }, (_each, number) => number);
  write(folder, {
    zones: `fw firewall\n${numbers.map((number) => `z${number} ip\n`).join('')}`,
    interfaces: `?FORMAT 2\n${numbers.map((number) => `z${number} eth${number}\n`).join('')}`,
    policy: 'all all DROP info\n',
    rules: '?SECTION NEW\nSSH(ACCEPT) z0 fw\n',
  });
}

function write(folder, files) {
  mkdirSync(folder, { recursive: true });
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
}
