/** Traces packets for a while: `nft` holds the table, another `nft` tells of packets, and both end with us. */
import type { ChildProcess } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Question } from '../../compiler/answers/question.ts';
import { childProcess } from '../environment/child-process.ts';
import { traceCommands, traceTable } from './trace-table.ts';
import { type TracedPacket, TraceReader } from './traced-packet.ts';

/** Events of one packet come together; after this long there are no more of them. */
const quiet = 150;

/**
 * Hands each traced packet to `seen` for `seconds`; a text says why nothing could be traced. The table has the flag
 * `owner` (nft(8)): the kernel removes it when the process that made it has gone, and that process reads its
 * commands from us, so it ends when we do, however that is.
 */
export async function trace(
  question: Question,
  seconds: number,
  { ready, seen }: { readonly ready: () => void; readonly seen: (packet: TracedPacket) => void },
): Promise<string | undefined> {
  const holder = childProcess().spawn('nft', ['-i'], { stdio: ['pipe', 'ignore', 'pipe'] });
  let complaint = '';
  holder.stderr.setEncoding('utf8').on('data', (text: string) => {
    complaint += text;
  });
  holder.on('error', (error) => {
    complaint += error.message;
  });
  holder.stdin.on('error', () => {}); // it has ended, and has said why
  try {
    for (const command of traceCommands(question)) holder.stdin.write(`${command}\n`);
    if (!(await isThere())) return complaint.trim() === '' ? 'nft did not make the table' : complaint.trim();
    return await listen(seconds, ready, seen);
  } finally {
    holder.stdin.end();
    await ended(holder);
  }
}

async function isThere(): Promise<boolean> {
  for (let tries = 0; tries < 20; tries += 1) {
    const { status, stdout } = childProcess().spawnSync('nft', ['list', 'table', 'inet', traceTable], {
      encoding: 'utf8',
    });
    if (status === 0 && stdout.includes('nftrace set 1')) return true;
    await sleep(50);
  }
  return false;
}

async function listen(
  seconds: number,
  ready: () => void,
  seen: (packet: TracedPacket) => void,
): Promise<string | undefined> {
  const listeners = listenersOfTraces();
  // Who is killed ends nobody: timeout(1) sees to it that the listener does not stay.
  const listener = childProcess().spawn('timeout', [String(seconds + 1), 'nft', 'monitor', 'trace'], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let failure: string | undefined;
  listener.on('error', (error) => {
    failure = error.message;
  });
  const reader = new TraceReader();
  const waiting = new Map<string, NodeJS.Timeout>();
  const finish = (id: string) => {
    waiting.delete(id);
    const packet = reader.take(id);
    if (packet) seen(packet);
  };
  createInterface({ input: listener.stdout }).on('line', (line) => {
    const read = reader.line(line);
    if (!read) return;
    const { id, before } = read;
    if (before) seen(before);
    clearTimeout(waiting.get(id));
    waiting.set(id, setTimeout(finish, quiet, id));
  });
  await hears(listeners);
  ready();
  await sleep(seconds * 1000);
  listener.kill();
  await ended(listener);
  for (const [id, timer] of waiting) {
    clearTimeout(timer);
    finish(id);
  }
  return failure;
}

/**
 * Waits until one more than these listens, a second at most: nft has no word for being ready, but the kernel lists its
 * socket. Where the list cannot be read it waits 0.2 seconds.
 */
async function hears(before: number | undefined): Promise<void> {
  for (let tries = 0; tries < 100; tries += 1) {
    const now = listenersOfTraces();
    if (before !== undefined && now !== undefined && now > before) return;
    if ((before === undefined || now === undefined) && tries === 20) return;
    await sleep(10);
  }
}

/**
 * The sockets of this network namespace that hear of traced packets (/proc/net/netlink: protocol 12 is NETLINK_NETFILTER, and
 * NFNLGRP_NFTRACE the ninth group; linux/netfilter/nfnetlink.h).
 */
function listenersOfTraces(): number | undefined {
  try {
    const lines = readFileSync('/proc/net/netlink', 'utf8').split('\n');
    return lines.filter((line) => {
      const [, protocol, , groups = '0'] = line.trim().split(/\s+/);
      return protocol === '12' && (Number.parseInt(groups, 16) & 0x100) !== 0;
    }).length;
  } catch {
    return undefined;
  }
}

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return;
  await new Promise((resolve) => child.once('close', resolve));
}
