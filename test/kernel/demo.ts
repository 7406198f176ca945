/** What `npm start` shows: a sample compiled, loaded in a throw-away network, and real connections that try to pass. */
import { chmodSync, cpSync, existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type CountedRule, deciders, grown, readCounters } from './counters.ts';
import { type Fetch, fetch } from './ftp/client.ts';
import { startFtpServer } from './ftp/server.ts';
import type { Connection, Outcome } from './host.ts';
import { type Lab, openLab } from './lab.ts';

interface Transfer extends Fetch {
  readonly from: string;
  readonly title: string;
}

const publicAddress = '192.0.2.1';
const server6 = '2001:db8:2::10';

const transfers: readonly Transfer[] = [
  {
    from: 'net',
    client: 'curl',
    mode: 'PASV-address',
    address: publicAddress,
    port: 21,
    title: 'passive, IPv4, by the address in the reply',
  },
  { from: 'net', client: 'curl', mode: 'EPSV', address: publicAddress, port: 21, title: 'passive (EPSV), IPv4' },
  { from: 'net', client: 'curl', mode: 'PORT', address: publicAddress, port: 21, title: 'active, IPv4' },
  { from: 'net', client: 'curl', mode: 'EPSV', address: server6, port: 21, title: 'passive (EPSV), IPv6' },
  { from: 'net', client: 'curl', mode: 'EPRT', address: server6, port: 21, title: 'active, IPv6' },
];

interface Attempt extends Connection {
  readonly from: string;
  readonly title: string;
  readonly expected: Outcome['kind'];
}

const tcp = 'tcp' as const;

const attempts: readonly Attempt[] = [
  {
    from: 'loc',
    protocol: tcp,
    address: '192.0.2.10',
    port: 80,
    expected: 'connected',
    title: 'a web server in net, from loc',
  },
  {
    from: 'net',
    protocol: tcp,
    address: publicAddress,
    port: 23,
    expected: 'silence',
    title: 'telnet to the firewall, from net',
  },
  {
    from: 'net',
    protocol: tcp,
    address: '10.0.1.10',
    port: 445,
    expected: 'silence',
    title: 'file sharing in loc, from net',
  },
  {
    from: 'net',
    protocol: tcp,
    address: '2001:db8:3::10',
    port: 445,
    expected: 'silence',
    title: 'the same over IPv6',
  },
  {
    from: 'net',
    protocol: tcp,
    address: '10.0.2.10',
    port: 40000,
    expected: 'silence',
    title: 'a data connection nobody asked for, from net',
  },
  {
    from: 'dmz',
    protocol: tcp,
    address: '10.0.1.10',
    port: 445,
    expected: 'refused',
    title: 'file sharing in loc, from a captured ftp server',
  },
];

/** Runs the demonstration on a configuration folder; returns the exit status. */
export async function showFirewall(sample: string): Promise<number> {
  const lab = openLab();
  try {
    return (await show(lab, sample)) ? 0 : 1;
  } finally {
    lab.close();
  }
}

async function show(lab: Lab, sample: string): Promise<boolean> {
  // What root loads must be root's; a clone may belong to somebody else.
  const folder = join(lab.folder, 'ftpwall');
  cpSync(sample, folder, { recursive: true });
  own(folder);
  heading(`ftpwall start ${sample}`);
  const started = await lab.firewall.run([
    'node',
    'dist/ftpwall.js',
    'start',
    folder,
    '--state',
    join(lab.folder, 'state'),
  ]);
  process.stdout.write(started.output + started.errors);
  if (started.status !== 0) return false;

  await startFtpServer(lab.host('dmz'), lab.folder, { port: 21 });
  await Promise.all([
    lab.host('net').serve('tcp', 80),
    lab.host('loc').serve('tcp', 445),
    lab.host('dmz').serve('tcp', 40000),
  ]);

  heading(`a file by FTP: from ${publicAddress}, DNAT to a server in the dmz, and from its own address by IPv6`);
  let good = true;
  for (const transfer of transfers) good = (await showTransfer(lab, transfer, folder)) && good;
  heading('other connections');
  for (const attempt of attempts) good = (await showAttempt(lab, attempt, folder)) && good;
  if (!good) process.stderr.write('ftpwall: this is not what the sample is meant to do\n');
  return good;
}

async function showTransfer(lab: Lab, transfer: Transfer, folder: string): Promise<boolean> {
  const before = await readCounters(lab.firewall);
  const fetched = await fetch(lab.host(transfer.from), transfer);
  const counted = grown(before, await readCounters(lab.firewall));
  print(transfer.title, fetched.kind === 'fetched' ? 'the file came' : fetched.reason);
  printDeciders(counted, folder);
  return fetched.kind === 'fetched';
}

const outcomes = { connected: 'connected', refused: 'refused', silence: 'no answer' } as const;

async function showAttempt(lab: Lab, attempt: Attempt, folder: string): Promise<boolean> {
  const before = await readCounters(lab.firewall);
  const outcome = await lab.host(attempt.from).attempt(attempt);
  print(attempt.title, outcomes[outcome.kind]);
  printDeciders(grown(before, await readCounters(lab.firewall)), folder);
  return outcome.kind === attempt.expected;
}

/** Prints the lines of the configuration whose rules took the decisions. */
function printDeciders(counted: readonly CountedRule[], folder: string): void {
  for (const comment of new Set(deciders(counted).map((rule) => rule.comment))) {
    process.stdout.write(`      ${comment.replace(/ library.*/, '').padEnd(16)}${lineAt(comment, folder)}\n`);
  }
}

/** The line of the configuration that a comment names first: of `rules:14 macro.FTP:9` the line that the user wrote. */
function lineAt(comment: string, folder: string): string {
  const [, file = '', line = ''] = /^(\S+):(\d+)(?: |$)/.exec(comment) ?? [];
  const path = join(folder, file);
  if (file === '' || !existsSync(path)) return '';
  return (readFileSync(path, 'utf8').split('\n')[Number(line) - 1] ?? '').trim().replace(/\s+/g, ' ');
}

function heading(text: string): void {
  process.stdout.write(`\n${text}\n`);
}

function print(title: string, outcome: string): void {
  process.stdout.write(`  ${title.padEnd(58)}${outcome}\n`);
}

function own(folder: string): void {
  chmodSync(folder, 0o755);
  for (const file of readdirSync(folder)) chmodSync(join(folder, file), 0o644);
}
