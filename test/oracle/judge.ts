/** One configuration through Shorewall and through ftpwall: the same packets, and what both kernels and `evaluate` say. */
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { earlyStates } from '../../compiler/5-lower/states.ts';
import { compile } from '../../compiler/compile.ts';
import { parseAddress } from '../../compiler/ir/address.ts';
import { evaluate } from '../../compiler/ir/evaluate.ts';
import type { Judgement, Packet, Network as Routes } from '../../compiler/ir/packet.ts';
import { fastStates } from '../../compiler/language/settings.ts';
import type { Model } from '../../compiler/model.ts';
import { openEnvironment } from '../../runtime/environment.ts';
import { findFolder } from '../../runtime/folder.ts';
import { choose, probesFor, random } from '../../runtime/prove/probes.ts';
import { describePacket } from '../../runtime/prove/same-firewall.ts';
import { type Network, topologyOf } from '../../runtime/prove/topology.ts';
import { framesFor } from '../kernel/packet-frames.ts';
import { macOf, type Observation, openPacketLab } from '../kernel/packet-lab.ts';
import { judgeMutants, type MutantResult } from './mutants.ts';
import { isShadowed, type Place } from './proof.ts';
import { asStarted } from './run-time.ts';
import { type Asked, askShorewall, filledIn, updateByShorewall } from './shorewall.ts';
import { witnessesFor } from './witnesses.ts';

/** How a comparison ended. */
export type Finding =
  | {
      readonly kind: 'compared';
      readonly packets: number;
      readonly networks: readonly Network[];
      readonly differences: readonly Difference[];
      readonly disagreements: readonly Difference[];
      readonly lines: number;
      readonly undecided: readonly string[];
      /** Lines that no packet can decide, since rules before them leave none (proof.ts). */
      readonly shadowed: readonly string[];
      readonly mutants: MutantResult;
    }
  | { readonly kind: 'passed-over'; readonly reason: string; readonly refusedBy?: Refuser };

/** Who does not take the directory. */
export type Refuser = 'us' | 'Shorewall' | 'both';

/** A packet that is judged differently: by Shorewall and us, or by `evaluate` and the kernel. */
export interface Difference {
  readonly packet: string;
  readonly probe: Packet;
  readonly theirs: string;
  readonly ours: string;
  /** Which of our rules said so. */
  readonly why: string;
}

export interface JudgeOptions {
  readonly count: number;
  readonly seed: number;
  /** How many mutants are judged, at most. */
  readonly mutants: number;
  /** What Shorewall refuses is not helped by its `update`. */
  readonly asWritten?: true;
  /** These packets in these networks, not those that the configuration asks for. */
  readonly again?: Again;
}

/** What a difference was found with. */
export interface Again {
  readonly networks: readonly Network[];
  readonly packets: readonly Packet[];
}

/** Compares one configuration. The folder is copied; nothing is written to it. */
export async function judgeFolder(folder: string, options: JudgeOptions): Promise<Finding> {
  const copy = mkdtempSync(join(tmpdir(), 'ftpwall-oracle-'));
  try {
    cpSync(folder, copy, { recursive: true, dereference: true });
    return await judgeCopy(copy, options);
  } finally {
    rmSync(copy, { recursive: true, force: true });
  }
}

async function judgeCopy(folder: string, options: JudgeOptions): Promise<Finding> {
  const six = isOfShorewall6(folder);
  const settings = join(folder, six ? 'shorewall6.conf' : 'shorewall.conf');
  const stock = six ? '/etc/shorewall6/shorewall6.conf' : '/etc/shorewall/shorewall.conf';
  if (!existsSync(settings)) writeFileSync(settings, readFileSync(stock, 'utf8'));
  const version = six ? 6 : 4;
  // Each is read as published; what Shorewall must be helped with by its own `update` is read by us as it was.
  const ours = compileFolder(folder);
  const forThem = mkdtempSync(join(tmpdir(), 'ftpwall-oracle-theirs-'));
  try {
    cpSync(folder, forThem, { recursive: true });
    for (const name of readdirSync(forThem))
      if (
        /^(init|start|started|stop|stopped|clear|isusable|findgw|lib\.private|restored|refresh|refreshed)$/.test(name)
      )
        writeFileSync(join(forThem, name), '');
    let theirs = askShorewall(forThem, version);
    if (theirs.kind === 'refused' && !options.asWritten) {
      const written = namesIn(join(forThem, six ? 'shorewall6.conf' : 'shorewall.conf'));
      updateByShorewall(forThem, version);
      keepSettings(join(forThem, six ? 'shorewall6.conf' : 'shorewall.conf'), written);
      theirs = askShorewall(forThem, version);
    }
    if (ours.kind === 'refused') {
      const refusedBy = theirs.kind === 'refused' ? 'both' : 'us';
      return { kind: 'passed-over', reason: `ours: ${ours.reason}`, refusedBy };
    }
    if (theirs.kind === 'refused')
      return { kind: 'passed-over', reason: `Shorewall: ${theirs.reason}`, refusedBy: 'Shorewall' };
    if (theirs.runtime.length > 0)
      return { kind: 'passed-over', reason: `Shorewall's rules need the running system: ${theirs.runtime[0]}` };
    const atRunTime = /\$SW_\w+/.exec(theirs.text)?.[0];
    if (atRunTime) return { kind: 'passed-over', reason: `Shorewall's rules need the running system: ${atRunTime}` };
    return await compare(ours, theirs.text, version, options);
  } finally {
    rmSync(forThem, { recursive: true, force: true });
  }
}

/** Whether Shorewall6 reads the folder: by its settings file, or without one by its zones. */
function isOfShorewall6(folder: string): boolean {
  if (existsSync(join(folder, 'shorewall6.conf'))) return true;
  if (existsSync(join(folder, 'shorewall.conf'))) return false;
  const zones = join(folder, 'zones');
  return existsSync(zones) && /^\s*[^\s#]+\s+ipv6(\s|$)/m.test(readFileSync(zones, 'utf8'));
}

function namesIn(path: string): ReadonlySet<string> {
  return new Set([...readFileSync(path, 'utf8').matchAll(/^\s*([A-Z_0-9]+)=/gm)].map((found) => found[1] ?? ''));
}

/** `shorewall update` writes down a value for every setting; those that the user left out are to stay left out. */
function keepSettings(path: string, written: ReadonlySet<string>): void {
  const successors: Readonly<Record<string, string>> = { BLACKLIST: 'BLACKLISTNEWONLY', LOGLIMIT: 'LOGRATE' };
  const kept = readFileSync(path, 'utf8')
    .split('\n')
    .filter((line) => {
      const name = /^\s*([A-Z_0-9]+)=/.exec(line)?.[1];
      return name === undefined || written.has(name) || written.has(successors[name] ?? '');
    });
  writeFileSync(path, kept.join('\n'));
}

interface Compiled {
  readonly kind: 'compiled';
  readonly model: Model;
  readonly ruleset: string;
  readonly running: Parameters<typeof evaluate>[0];
}

/** A folder through our compiler. */
export function compileFolder(path: string): Compiled | { readonly kind: 'refused'; readonly reason: string } {
  const found = findFolder(path);
  if (found.kind === 'refused') return { kind: 'refused', reason: found.reason };
  const { report, model, rulesets, artifact } = compile(openEnvironment(found.folder, 'looking'), { version: '0' });
  if (!model || !rulesets || !artifact) {
    const first = report.diagnostics.find((each) => each.severity === 'error');
    return { kind: 'refused', reason: `${first?.code}: ${first?.message}` };
  }
  return { kind: 'compiled', model, ruleset: artifact.ruleset, running: rulesets.running };
}

async function compare(
  compiled: Compiled,
  theirs: string,
  version: 4 | 6,
  { count, seed, mutants: mutantCount, again }: JudgeOptions,
): Promise<Finding> {
  const networks = again?.networks ?? topologyOf(compiled.model);
  if (networks.length === 0) return { kind: 'passed-over', reason: 'no interface but the loopback' };
  const ours = asStarted(compiled, networks);
  const lab = openPacketLab(networks);
  try {
    // A network behind an interface is known by its addresses there and by the interface here: the firewall's own packets differ.
    const byInterface = /\{\w+ NETWORKS\}/.test(theirs);
    const lines = linesOf(ours);
    const packets = again?.packets ?? packetsFor(ours, networks, lab.routes, { version, count, seed, byInterface });
    const restore = version === 4 ? 'iptables-legacy-restore' : 'ip6tables-legacy-restore';
    const refusalOf = (words: readonly string[], input: string): string | undefined => {
      const [file, ...rest] = lab.firewall.command(words);
      const { status, stderr } = spawnSync(file, rest, { input, encoding: 'utf8' });
      return status === 0 ? undefined : stderr;
    };
    const inFirewall = (words: readonly string[], input: string): void => {
      const refusal = refusalOf(words, input);
      if (refusal) throw new Error(`${words.join(' ')}: ${refusal}`);
    };
    const answer = (variable: string, asked: Asked): readonly string[] => {
      const written = networks
        .filter((network) => network.interface.toUpperCase().replace(/\W/g, '_') === variable)
        .flatMap((network) => network.firewall.filter((text) => text.includes(':') === (version === 6)));
      if (asked === 'NETWORKS') return written.filter((text) => !/\/(32|128)$/.test(text));
      const addresses = written.map((text) => text.replace(/\/.*/, ''));
      return asked === 'ADDRESS' ? addresses.slice(0, 1) : addresses;
    };
    const rules = filledIn(theirs, answer);
    const unloadable = refusalOf([restore, '--test'], rules);
    if (unloadable) return { kind: 'passed-over', reason: `Shorewall's rules do not load: ${unloadable}` };
    const first = await lab.observe(packets, () => inFirewall([restore], rules));
    inFirewall([restore], openTables);
    const second = await lab.observe(packets, () => lab.nft(ours.ruleset));
    const differences: Difference[] = [];
    const disagreements: Difference[] = [];
    const met = new Set<string>();
    let now = ours.running;
    packets.forEach((packet, index) => {
      const [they, we] = [first[index], second[index]];
      const judged = evaluate(now, packet, lab.routes);
      now = { ...now, sets: judged.sets };
      for (const step of judged.trace) met.add(nameOf(step));
      if (!they || !we) return;
      const text = describePacket(packet);
      if (describe(they) !== describe(we))
        differences.push({
          packet: text,
          probe: packet,
          theirs: describe(they),
          ours: describe(we),
          why: whyOf(judged, ours),
        });
      // No stack listens to multicasts here, and broadcasts are nobody's: the kernel does not deliver what the firewall accepts.
      const heard = ['unicast', 'local'].includes(lab.routes.addressType(packet.version, packet.daddr));
      // What the firewall refuses to itself it tells nobody outside.
      // Nor is an ICMP error ever answered (RFC 1122 section 3.2.2).
      const silent = packet.iif === undefined || packet.connection.state === 'related';
      const said = silent && judged.verdict === 'reject' ? 'drop' : judged.verdict;
      // Without a connection the refusal itself meets the policy of the firewall's own packets.
      // So it does where answers to some zones have no chain: then neither firewall is heard.
      const alone = packet.connection.state === 'invalid' || packet.connection.state === 'untracked';
      const unheard =
        judged.verdict === 'reject' &&
        we.verdict === 'drop' &&
        (alone || (they.verdict === 'drop' && (isLate(ours) || refusesRelated(ours))));
      if (heard && !unheard && verdictOf(we) !== said)
        disagreements.push({
          packet: text,
          probe: packet,
          theirs: `evaluate: ${judged.verdict}`,
          ours: `kernel: ${describe(we)}`,
          why: whyOf(judged, ours),
        });
    });
    const mutants = judgeMutants(ours.running, packets, lab.routes, mutantCount, random(seed));
    return {
      kind: 'compared',
      packets: packets.length,
      networks,
      differences,
      disagreements,
      ...coverage(
        ours,
        lines.filter(({ line }) => line.startsWith('rules:')),
        met,
      ),
      mutants,
    };
  } finally {
    lab.close();
  }
}

/** The packets for a configuration: those made for its rules, those that it names, random ones; only what the lab can send. */
function packetsFor(
  ours: Compiled,
  networks: readonly Network[],
  routes: Routes,
  {
    version,
    count,
    seed,
    byInterface,
  }: { readonly version: 4 | 6; readonly count: number; readonly seed: number; readonly byInterface: boolean },
): readonly Packet[] {
  const probes = probesFor(ours.model, networks, routes, count, seed);
  const about = { networks, routes, version, next: random(seed + 1) };
  const lines = linesOf(ours);
  const made = lines.flatMap((line) => witnessesFor(ours.running, line, 2, about));
  const asked = new Set(lines.map(nameOf));
  const meets = (packet: Packet) => evaluate(ours.running, packet, routes).trace.map(nameOf);
  const chosen = choose({ ...probes, named: [...made, ...probes.named] }, count, meets, asked);
  const within = withinLimits(ours.running, routes);
  // Without ports the kernel cannot tell two connections apart to which translation gives the same ends.
  const isMixedUp = (packet: Packet) => {
    if (packet.dport !== undefined) return false;
    const { leaves } = evaluate(ours.running, packet, routes);
    return leaves.saddr !== packet.saddr || leaves.daddr !== packet.daddr;
  };
  // Shorewall attaches helpers before the lab says that a packet is not to be tracked, which then has no effect.
  const isHelped = (packet: Packet) =>
    packet.connection.state === 'untracked' &&
    evaluate(ours.running, { ...packet, connection: { state: 'new' } }, routes).helper !== undefined;
  const sendable = (packet: Packet) =>
    (!byInterface || packet.iif !== undefined) &&
    isJudged(packet, networks) &&
    !isHelped(packet) &&
    !isMixedUp(packet) &&
    within(packet);
  return chosen.filter(sendable).map((packet) => asSent(packet, networks, routes));
}

/** Whether what the firewall says to refuse a packet, which is RELATED to it, is not simply accepted on its way out. */
function refusesRelated({ model: { settings } }: Compiled): boolean {
  return !settings.strictRelated && settings.related.kind !== 'accept' && !fastStates(settings).includes('related');
}

/** Whether the answers of the firewall itself are judged by pairs of zones. */
function isLate({ model }: Compiled): boolean {
  return !earlyStates(model).early.has('established');
}

/** What the frame of a packet says beside it: the hardware address, which `maclist` asks for, its bytes, and that root sends what the firewall sends. */
function asSent(packet: Packet, networks: readonly Network[], routes: Routes): Packet {
  const index = networks.findIndex((network) => network.interface === packet.iif);
  const sent: Packet = {
    ...(packet.iif === undefined ? { user: 0, group: 0 } : {}),
    ...packet,
    ...(index < 0 ? {} : { sourceMac: macOf(index, 'host') }),
  };
  const length = framesFor([sent], { networks, routes, macOf }).reduce(
    (sum, { port, bytes }) => sum + bytes.length - (port === null ? 0 : ethernetHeader),
    0,
  );
  return { ...sent, length };
}

const ethernetHeader = 14;

/**
 * The first address of a network of IPv6 is anycast to its routers (RFC 4291 section 2.6.1), and AH is a header in front
 * of another (RFC 4302): with the one as an end, or the other without what it promises, the kernel drops the packet itself.
 */
function isJudged({ version, saddr, daddr, protocol }: Packet, networks: readonly Network[]): boolean {
  // Nobody is sent to where there is nothing.
  if (daddr === 0n) return false;
  if (version === 4) return true;
  if (protocol === 51) return false;
  // Nobody passes on what a link-local address sends beyond its link (RFC 4291 section 2.5.6).
  if (saddr >> 118n === 0x3fan && daddr >> 118n !== 0x3fan && daddr >> 120n !== 0xffn) return false;
  const firsts = networks.flatMap(({ firewall }) =>
    firewall.flatMap((text) => {
      const address = parseAddress(text.replace(/\/.*/, ''));
      return address?.version === 6 ? [address.value & ~0xffffffffffffffffn] : [];
    }),
  );
  return !firsts.includes(saddr) && !firsts.includes(daddr);
}

/**
 * Whether a packet is not one too many for a limit of rate: `evaluate` takes each for the first for long. A rule that ends
 * what is within the limit is met, one for what is above it is passed by whoever meets a later rule of its chain.
 */
function withinLimits(running: Compiled['running'], routes: Routes): (packet: Packet) => boolean {
  const limits = running.chains.flatMap((chain) =>
    chain.rules.flatMap((rule, index) => {
      const last = rule.statements.at(-1);
      // A limit on log lines alone decides nothing.
      if (last?.kind === 'log') return [];
      if (last?.kind === 'verdict' && last.verdict.kind === 'jump' && last.verdict.chain.startsWith('log-')) return [];
      return rule.matches.flatMap((match) =>
        match.kind === 'limit' || match.kind === 'limitEach'
          ? [{ chain: chain.name, rule: index, over: match.over, burst: match.rate.burst ?? 5 }]
          : [],
      );
    }),
  );
  const left = new Map(limits.map((limit) => [limit, limit.burst]));
  return (packet) => {
    if (limits.length === 0) return true;
    const { trace } = evaluate(running, packet, routes);
    const limited = limits.filter(({ chain, rule, over }) =>
      trace.some((step) => step.chain === chain && (over ? step.rule > rule : step.rule === rule)),
    );
    if (limited.some((limit) => left.get(limit) === 0)) return false;
    for (const limit of limited) left.set(limit, (left.get(limit) ?? 0) - 1);
    return true;
  };
}

/** Builtin chains as they are without a firewall. */
const openTables = ['raw', 'mangle', 'nat', 'filter']
  .map((table) => {
    const chains =
      {
        raw: ['PREROUTING', 'OUTPUT'],
        mangle: ['PREROUTING', 'INPUT', 'FORWARD', 'OUTPUT', 'POSTROUTING'],
        nat: ['PREROUTING', 'INPUT', 'OUTPUT', 'POSTROUTING'],
        filter: ['INPUT', 'FORWARD', 'OUTPUT'],
      }[table] ?? [];
    return `*${table}\n${chains.map((chain) => `:${chain} ACCEPT [0:0]\n`).join('')}COMMIT\n`;
  })
  .join('');

function verdictOf(observation: Observation): string {
  return observation.verdict;
}

/** The verdict with the answer, and addresses and ports after translation; the source port of a translated packet is free. */
function describe({ verdict, answer, leaves, arrives }: Observation): string {
  const said = answer ? (answer.kind === 'reset' ? ' by reset' : ` by icmp ${answer.type}/${answer.code}`) : '';
  const where = leaves
    ? ` ${leaves.oif} ${leaves.saddr.toString(16)} → ${leaves.daddr.toString(16)}:${leaves.dport ?? ''}`
    : arrives
      ? ` ${arrives.saddr} → ${arrives.daddr}`
      : '';
  return `${verdict}${said}${where}`;
}

function whyOf(judged: Judgement, ours: Compiled): string {
  const places = judged.trace.map((step) => {
    const rule = ours.running.chains.find((chain) => chain.name === step.chain)?.rules[step.rule];
    const span = rule?.origin?.at(-1);
    return span
      ? `${step.chain}:${span.source.path}:${span.source.text.slice(0, span.start).split('\n').length}`
      : step.chain;
  });
  return `(${places.slice(-4).join(' ')})`;
}

type LineRule = Place & { readonly line: string };

/** The rules that come from lines of `rules`. */
/** The files for whose lines packets are made. */
const judgedFiles: ReadonlySet<string> = new Set(['rules', 'snat', 'nat', 'netmap']);

function linesOf({ running }: Compiled): readonly LineRule[] {
  return running.chains.flatMap((chain) =>
    chain.rules.flatMap((rule, index) => {
      const span = rule.origin?.at(-1);
      if (!span || !judgedFiles.has(span.source.path)) return [];
      const line = `${span.source.path}:${span.source.text.slice(0, span.start).split('\n').length}`;
      return [{ chain: chain.name, rule: index, line }];
    }),
  );
}

function nameOf({ chain, rule }: Place): string {
  return `${chain} ${rule}`;
}

/** The lines of `rules` that no packet decided; those that none can decide are no part of them. */
function coverage(
  { running }: Compiled,
  rules: readonly LineRule[],
  met: ReadonlySet<string>,
): { readonly lines: number; readonly undecided: readonly string[]; readonly shadowed: readonly string[] } {
  const all = new Set(rules.map(({ line }) => line));
  const decided = new Set(rules.filter((rule) => met.has(nameOf(rule))).map(({ line }) => line));
  const open = new Set(rules.filter((rule) => !isShadowed(running, rule)).map(({ line }) => line));
  const rest = [...all].filter((line) => !decided.has(line));
  return {
    lines: all.size,
    undecided: rest.filter((line) => open.has(line)),
    shadowed: rest.filter((line) => !open.has(line)),
  };
}
