/** What happens to this packet? The ruleset walked as the kernel walks it, hook by hook (nft(8), ADDRESS FAMILIES). */
import { invariant } from '../invariant.ts';
import { isInBox } from './fields.ts';
import { byPriority, natPriority, trackingPriority } from './hooks.ts';
import type { Outcome } from './kind.ts';
import { kindOfMatch, matchHolds } from './matches/index.ts';
import type { Judgement, Network, Packet, Step } from './packet.ts';
import type { Chain, Hook, Match, NftRule, Ruleset } from './ruleset.ts';
import { kindOfStatement, requiredFor } from './statements/index.ts';
import { PacketWalk } from './walk.ts';

/** What is not a fact of the packet. */
export interface EvaluateOptions {
  /**
   * Whether a match with a memory, or one of time or chance, holds. By default the packet is the first for long:
   * it is within every rate and count, and times and chances are such that the match holds.
   * Words of nft are taken not to hold; see `Judgement.unknown`.
   */
  readonly remembers?: (match: Match) => boolean;
}

/**
 * Judges one packet. Ranges that a translation may choose from give their first value. A packet without `iif` is sent
 * by the firewall. Packets of connections that already exist carry the addresses that rules see: nothing translates
 * them here. A connection that a helper expected follows its master, so no nat chain is asked.
 */
export function evaluate(ruleset: Ruleset, packet: Packet, network: Network, options: EvaluateOptions = {}): Judgement {
  const walk = new PacketWalk(ruleset, packet, { network, remembers: options.remembers ?? isFirstForLong });
  return judgementOf(walk, passAll(ruleset, walk, network));
}

function isFirstForLong(match: Match): boolean {
  return match.kind !== 'raw' && match.kind !== 'field' && !('over' in match && match.over);
}

type Decision = Judgement['decidedBy'];
type End = {
  readonly verdict: 'accept' | 'drop' | 'reject';
  readonly by: Decision;
  readonly reject?: Judgement['reject'];
};

function judgementOf(walk: PacketWalk, end: End): Judgement {
  const { saddr, daddr, sport, dport } = walk.packet;
  return {
    verdict: end.verdict,
    ...(end.reject && { reject: end.reject }),
    decidedBy: end.by,
    trace: walk.trace,
    unknown: walk.unknown,
    leaves: {
      saddr,
      daddr,
      ...(sport !== undefined && { sport }),
      ...(dport !== undefined && { dport }),
      ...(walk.oif !== undefined && { oif: walk.oif }),
    },
    ...(walk.helper !== undefined && { helper: walk.helper }),
    connectionMark: walk.connectionMark,
    logged: walk.logged,
    sets: walk.sets,
  };
}

/** The hooks in the order of the packet's way. */
function passAll(ruleset: Ruleset, walk: PacketWalk, network: Network): End {
  return walk.packet.iif === undefined ? sendOut(ruleset, walk, network) : takeIn(ruleset, walk, network);
}

function takeIn(ruleset: Ruleset, walk: PacketWalk, network: Network): End {
  const arrived = passHook(ruleset, walk, 'prerouting');
  if (arrived.verdict !== 'accept') return arrived;
  if (isForUs(walk.packet, network)) return passHook(ruleset, walk, 'input');
  walk.oif = network.route(walk.packet.version, walk.packet.daddr);
  const { hopLimit = 64 } = walk.packet;
  if (walk.oif === undefined || hopLimit <= 1) return { verdict: 'drop', by: { noRoute: true } };
  // It is one less already when the rules of `forward` see it (kernel: ip_forward).
  walk.packet = { ...walk.packet, hopLimit: hopLimit - 1 };
  const forwarded = passHook(ruleset, walk, 'forward');
  return forwarded.verdict === 'accept' ? leave(ruleset, walk, forwarded) : forwarded;
}

function sendOut(ruleset: Ruleset, walk: PacketWalk, network: Network): End {
  const route = () => {
    const way = network.route(walk.packet.version, walk.packet.daddr);
    walk.oif = way === 'local' ? 'lo' : way;
  };
  route();
  if (walk.oif === undefined) return { verdict: 'drop', by: { noRoute: true } };
  const sent = passHook(ruleset, walk, 'output');
  if (sent.verdict !== 'accept') return sent;
  // What DNAT sends elsewhere keeps the interface that it set out for until the hook is done (kernel: nf_nat_ipv4_local_fn).
  route();
  if (walk.oif === undefined) return { verdict: 'drop', by: { noRoute: true } };
  const left = leave(ruleset, walk, sent);
  if (left.verdict !== 'accept' || walk.oif !== 'lo') return left;
  walk.confirm();
  walk.packet = { ...walk.packet, iif: 'lo' };
  walk.oif = undefined;
  const returned = takeIn(ruleset, walk, network);
  return returned.verdict === 'accept' ? left : returned;
}

/** The decision that counts is the one before: what leaves was let through or sent. */
function leave(ruleset: Ruleset, walk: PacketWalk, before: End): End {
  const left = passHook(ruleset, walk, 'postrouting');
  return left.verdict === 'accept' ? before : left;
}

function isForUs({ version, daddr }: Packet, network: Network): boolean {
  return network.addressType(version, daddr) !== 'unicast' || network.route(version, daddr) === 'local';
}

/** The base chains of one hook. `accept` goes on with the next of them; anything else is final. */
function passHook(ruleset: Ruleset, walk: PacketWalk, hook: Hook['hook']): End {
  walk.hook = hook;
  let accepted: End = { verdict: 'accept', by: { chain: '', policy: true } };
  for (const run of stepsAt(ruleset, hook)) {
    const end = run(ruleset, walk);
    if (end === undefined) continue;
    if (end.verdict !== 'accept') return end;
    if (!('policy' in end.by) || 'policy' in accepted.by) accepted = end;
  }
  return accepted;
}

type StepRun = (ruleset: Ruleset, walk: PacketWalk) => End | undefined;

/** Tracking, nat and the filter chains of a hook in their order; of equal priority the chain made last runs first. */
function stepsAt(ruleset: Ruleset, hook: Hook['hook']): readonly StepRun[] {
  const chains = ruleset.chains.filter(({ base }) => base?.hook === hook);
  const steps: { readonly priority: number; readonly run: StepRun }[] = [];
  if (hook === 'prerouting' || hook === 'output') steps.push({ priority: trackingPriority, run: track });
  if (hook !== 'forward') {
    const nat = byPriority(chains.filter(({ base }) => base?.type === 'nat'));
    steps.push({ priority: natPriority[hook], run: (rules, walk) => translate(rules, walk, nat) });
  }
  for (const chain of byPriority(chains.filter(({ base }) => base?.type !== 'nat'))) {
    steps.push({ priority: chain.base?.priority ?? 0, run: (rules, walk) => passBase(rules, walk, chain) });
  }
  return steps.sort((a, b) => a.priority - b.priority).map(({ run }) => run);
}

function track(_ruleset: Ruleset, walk: PacketWalk): undefined {
  walk.track();
}

/** The nat chains of a hook, until one of them translates. */
function translate(ruleset: Ruleset, walk: PacketWalk, chains: readonly Chain[]): End | undefined {
  if (!walk.isFirst) return undefined;
  const before = walk.packet;
  for (const chain of chains) {
    const end = passBase(ruleset, walk, chain);
    if (end.verdict !== 'accept') return end;
    if (walk.packet === before) continue;
    break;
  }
  return undefined;
}

function passBase(ruleset: Ruleset, walk: PacketWalk, chain: Chain): End {
  const end = passChain(ruleset, walk, chain);
  return end ?? { verdict: chain.base?.policy ?? 'accept', by: { chain: chain.name, policy: true } };
}

/** The rules of a chain. Nothing returned means that the caller's next rule is next. */
function passChain(ruleset: Ruleset, walk: PacketWalk, chain: Chain): End | undefined {
  for (const [index, rule] of chain.rules.entries()) {
    const outcome = passRule(walk, rule, { chain: chain.name, rule: index });
    const by = { chain: chain.name, rule: index };
    if (!outcome || outcome.kind === 'break' || outcome.kind === 'continue') continue;
    if (outcome.kind === 'return') return undefined;
    if (outcome.kind === 'reject') return { verdict: 'reject', reject: outcome.with, by };
    if (!('chain' in outcome)) return { verdict: outcome.kind === 'drop' ? 'drop' : 'accept', by };
    const end = passChain(ruleset, walk, chainNamed(ruleset, outcome.chain));
    if (end || outcome.kind === 'goto') return end;
  }
  return undefined;
}

function chainNamed(ruleset: Ruleset, name: string): Chain {
  const chain = ruleset.chains.find((candidate) => candidate.name === name);
  invariant(chain, `no chain ${name}`);
  return chain;
}

function passRule(walk: PacketWalk, rule: NftRule, step: Step): Outcome | undefined {
  const { situation } = walk;
  if (!rule.statements.every((statement) => isInBox(requiredFor(statement), situation) === true)) return undefined;
  if (!rule.matches.every((match) => kindOfMatch(match).opaque || matchHolds(match, situation))) return undefined;
  const opaque = rule.matches.filter((match) => kindOfMatch(match).opaque);
  if (opaque.length > 0 || rule.statements.some((each) => kindOfStatement(each).isOpaque?.(each)))
    walk.unknown.push(step);
  if (!opaque.every((match) => matchHolds(match, situation))) return undefined;
  walk.trace.push(step);
  for (const statement of rule.statements) {
    const outcome = kindOfStatement(statement).run(statement, walk);
    if (outcome) return outcome;
  }
  return undefined;
}
