/** Loads a firewall on one host: arm the rollback, drop the connection, come again by a new one, probe, confirm. */
import { randomBytes } from 'node:crypto';
import { setTimeout } from 'node:timers/promises';
import { say, write } from '../output/output.ts';
import { type Call, status } from '../verb.ts';
import { askHost, clauseOf, putFile, type Reaching, type Reply } from './connection.ts';
import { factsOf } from './facts.ts';
import type { RemoteHost } from './hosts.ts';
import { planFor, planText } from './plan.ts';
import { failedProbe } from './probe.ts';

/** What a host is to run. */
export interface Firewall {
  readonly script: string;
  readonly signature?: string;
  /** SHA-256 of both; `none` without a signature. */
  readonly scriptHash: string;
  readonly signatureHash: string;
}

/** What came of a host; `reason` is a clause, `words` are those of the host. */
export type Deployed =
  | { readonly result: 'unchanged' }
  | { readonly result: 'deployed'; readonly words: readonly string[] }
  | { readonly result: 'refused' | 'rolled-back'; readonly reason: string; readonly words: readonly string[] };

/** How a firewall is loaded: `seconds` until the host rolls back by itself. */
interface Loading {
  readonly seconds: number;
  readonly reaching: Reaching;
  readonly call: Call;
}

/** One load, as the host knows it by its token. */
interface Load extends Loading {
  readonly host: RemoteHost;
  readonly token: string;
  /** When the host rolls back at the latest but for the load itself, by our clock. */
  readonly deadline: number;
}

export async function loadOn(host: RemoteHost, firewall: Firewall, loading: Loading): Promise<Deployed> {
  const asked = await factsOf(host, loading.reaching);
  if (asked.kind === 'refused') return { result: 'refused', reason: asked.reason, words: [] };
  const { facts } = asked;
  const isThere = facts.script === firewall.scriptHash && facts.signature === firewall.signatureHash;
  if (isThere && facts.status?.exit === status.done) return { result: 'unchanged' };
  const planned = await planFor(host, facts, loading.call);
  if (typeof planned === 'string') say(`${host.destination}: there is no plan: ${planned}`);
  else if (!loading.call.options.json) write(1, planText(host, planned));

  const token = randomBytes(8).toString('hex');
  const refusal = await stage(host, firewall, token, loading);
  if (refusal !== undefined) return { result: 'refused', reason: refusal, words: [] };
  const load: Load = { ...loading, host, token, deadline: Date.now() + loading.seconds * 1000 };
  const ended = await comeAgain(load, ['result', token]);
  if (ended.kind === 'unreachable') return await lost(load, `no new connection can be made: ${ended.reason}`);
  const [exit = '', ...words] = linesOf(ended.output);
  if (ended.status !== status.done) return await takeBack(load, clauseOf(ended.errors));
  if (exit !== '0') {
    await askHost(host, ['discard', token], loading.reaching);
    return { result: 'refused', reason: 'the host refused it; what ran before is in force', words };
  }
  const probed = await failedProbe(host, loading.call.options.probe);
  if (probed !== undefined) return await takeBack(load, probed);
  const confirmed = await comeAgain(load, ['confirm', token]);
  if (confirmed.kind === 'unreachable')
    return await lost(load, `no new connection can be made to confirm it: ${confirmed.reason}`);
  if (confirmed.status !== status.done)
    return await lost(load, clauseOf(`${confirmed.output}${confirmed.errors}`) || 'it could not be confirmed');
  return { result: 'deployed', words: linesOf(confirmed.output) };
}

/** Seconds that the host may take to go back, once the time is over. */
const grace = 30;

/** Copies and arms; a clause when the host would not have it, and then nothing was changed. */
async function stage(
  host: RemoteHost,
  { script, signature, scriptHash, signatureHash }: Firewall,
  token: string,
  { seconds, reaching }: Loading,
): Promise<string | undefined> {
  const put = (name: string, content: string) => putFile(host, { token, name, content }, reaching);
  const steps: readonly (() => Promise<Reply>)[] = [
    () => askHost(host, ['stage', token], reaching),
    () => put('firewall', script),
    ...(signature === undefined ? [] : [() => put('firewall.sig', signature)]),
  ];
  for (const step of steps) {
    const reply = await step();
    if (reply.kind === 'unreachable') return `there is no connection: ${reply.reason}; nothing was changed`;
    if (reply.status !== status.done) return clauseOf(reply.errors) || `it ended with ${reply.status}`;
  }
  const armed = await askHost(host, ['arm', token, String(seconds), scriptHash, signatureHash], reaching);
  // Without an answer it may have been armed: that is told by the next connection.
  if (armed.kind === 'unreachable' || armed.status === status.done) return undefined;
  return clauseOf(armed.errors) || `it ended with ${armed.status}`;
}

/**
 * Asks by a new connection, again and again while the host waits for the confirmation. Who gets in only when the host has
 * gone back was kept out: that is the reason, not what the host says then.
 */
async function comeAgain({ host, deadline, reaching }: Load, words: readonly string[]): Promise<Reply> {
  let missed: Reply | undefined;
  for (;;) {
    const reply = await askHost(host, words, reaching);
    if (reply.kind === 'answered') return reply.status === status.done ? reply : (missed ?? reply);
    if (Date.now() > deadline) return reply;
    missed = reply;
    await setTimeout(1000);
  }
}

/** The host can be reached, and what it runs is not good: it goes back at once. */
async function takeBack(load: Load, reason: string): Promise<Deployed> {
  const reply = await askHost(load.host, ['rollback', load.token], load.reaching);
  if (reply.kind === 'unreachable' || reply.status !== status.done) return await lost(load, reason);
  return { result: 'rolled-back', reason, words: linesOf(reply.output) };
}

/** The host goes back by itself; when it can be reached again it says so. */
async function lost(load: Load, reason: string): Promise<Deployed> {
  const { host, deadline, reaching } = load;
  const wait = Math.max(0, deadline - Date.now());
  say(`${host.destination}: ${reason}; it rolls back by itself, in ${Math.ceil(wait / 1000)} seconds at most`);
  for (;;) {
    const reply = await askHost(host, ['status'], reaching);
    const waits = reply.kind === 'answered' && /^confirmation: /m.test(reply.output);
    if (reply.kind === 'answered' && !waits)
      return { result: 'rolled-back', reason, words: wordsOfStatus(reply.output) };
    if (Date.now() > deadline + grace * 1000) {
      const more = waits ? 'IT STILL WAITS FOR A CONFIRMATION' : 'it cannot be reached since';
      return { result: 'rolled-back', reason: `${reason}; and ${more}: look at it`, words: [] };
    }
    await setTimeout(1000);
  }
}

/** What of a status tells how the host fared. */
function wordsOfStatus(output: string): readonly string[] {
  return linesOf(output).filter((line) =>
    /^(running|stopped|cleared|generation|drift|confirmation|last failure)/.test(line),
  );
}

function linesOf(output: string): readonly string[] {
  return output
    .split('\n')
    .map((line) => line.replace(/^ftpwall: /, ''))
    .filter((line) => line !== '');
}
