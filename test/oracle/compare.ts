/** The same packets through Shorewall's rules and ours, in one network of namespaces. */
import { spawnSync } from 'node:child_process';
import { earlyStates } from '../../compiler/5-lower/zones/states.ts';
import { evaluate } from '../../compiler/ir/evaluate.ts';
import { fits } from '../../compiler/ir/interfaces.ts';
import type { Judgement, Packet, Network as Routes } from '../../compiler/ir/packet.ts';
import { fastStates } from '../../compiler/model/settings.ts';
import type { Version } from '../../compiler/net/version.ts';
import { type Observation, openPacketLab } from '../kernel/packet-lab.ts';
import { describePacket } from '../support/probes/describe-packet.ts';
import { random } from '../support/probes/probes.ts';
import { topologyOf } from '../support/probes/topology.ts';
import type { Difference, Finding, JudgeOptions } from './judge.ts';
import { judgeMutants } from './mutants.ts';
import { knownAs } from './of-shorewall.ts';
import { type Compiled, coverage, nameOf, rulesMet, whyOf } from './ours.ts';
import { packetsFor } from './packets.ts';
import { asStarted } from './run-time.ts';
import { loadable, type Theirs } from './theirs.ts';

const restorers: Readonly<Record<Version, string>> = {
  4: 'iptables-legacy-restore',
  6: 'ip6tables-legacy-restore',
};

/** Compares the rules: `theirs` are those of one IP version, or of both. */
export async function compare(
  compiled: Compiled,
  theirs: readonly (Theirs & { readonly kind: 'rules' })[],
  { count, seed, mutants: mutantCount, again }: JudgeOptions,
): Promise<Finding> {
  const networks = again?.networks ?? topologyOf(compiled.model);
  if (networks.length === 0) return { kind: 'passed-over', reason: 'no interface but the loopback' };
  const ours = asStarted(compiled, networks);
  const lab = openPacketLab(networks);
  try {
    const restore = (version: Version, rules: string, ...words: readonly string[]): string | undefined => {
      const [file, ...rest] = lab.firewall.command([restorers[version], ...words]);
      const { status, stderr } = spawnSync(file, rest, { input: rules, encoding: 'utf8' });
      return status === 0 ? undefined : stderr;
    };
    const texts = theirs.map((each) => ({ version: each.version, rules: loadable(each, networks) }));
    const load = (of: (rules: string) => string) => () => {
      for (const { version, rules } of texts) {
        const refusal = restore(version, of(rules));
        if (refusal) throw new Error(`${restorers[version]}: ${refusal}`);
      }
    };
    for (const { version, rules } of texts) {
      const refusal = restore(version, rules, '--test');
      if (refusal) return { kind: 'passed-over', reason: `Shorewall's rules do not load: ${refusal}` };
    }
    const byInterface = theirs.some(({ text }) => /\{\w+ NETWORKS\}/.test(text));
    const packets =
      again?.packets ??
      theirs.flatMap(({ version }) => packetsFor(ours, networks, lab.routes, { version, count, seed, byInterface }));
    const first = await lab.observe(
      packets,
      load((rules) => rules),
    );
    load(() => openTables)();
    const second = await lab.observe(packets, () => lab.nft(ours.ruleset));
    const judged = inTurn(ours, packets, lab.routes);
    const differences: Difference[] = [];
    const disagreements: Difference[] = [];
    const known = new Set<string>();
    packets.forEach((packet, index) => {
      const [they, we, judgement] = [first[index], second[index], judged[index]];
      if (!they || !we || !judgement) return;
      const about = { packet: describePacket(packet), probe: packet, why: whyOf(judgement, ours) };
      if (describe(they) !== describe(we)) {
        const name = knownAs({ packet, theirs: they, ours: we, judgement, compiled: ours, routes: lab.routes });
        if (name) known.add(name);
        else differences.push({ ...about, theirs: describe(they), ours: describe(we) });
      }
      if (!agrees(packet, judgement, { theirs: they, ours: we }, ours, lab.routes))
        disagreements.push({
          ...about,
          theirs: `evaluate: ${judgement.verdict}`,
          ours: `kernel: ${describe(we)}`,
        });
    });
    const met = new Set(judged.flatMap(({ trace }) => trace.map(nameOf)));
    const mutants = judgeMutants(ours.running, packets, lab.routes, mutantCount, random(seed));
    return {
      kind: 'compared',
      packets: packets.length,
      networks,
      differences,
      known: [...known],
      disagreements,
      ...coverage(ours, met),
      mutants,
    };
  } finally {
    lab.close();
  }
}

/** What `evaluate` says of packets that come one after the other: each meets the sets as the last one left them. */
function inTurn({ running }: Compiled, packets: readonly Packet[], routes: Routes): readonly Judgement[] {
  let now = running;
  return packets.map((packet) => {
    const judgement = evaluate(now, packet, routes);
    now = { ...now, sets: judgement.sets };
    return judgement;
  });
}

/** Whether the kernel did with our rules what `evaluate` says, as far as that can be seen from outside. */
function agrees(
  packet: Packet,
  judgement: Judgement,
  { theirs, ours: seen }: { readonly theirs: Observation; readonly ours: Observation },
  ours: Compiled,
  routes: Routes,
): boolean {
  // No stack listens to multicasts here, and broadcasts are nobody's: the kernel does not deliver what the firewall accepts.
  if (!['unicast', 'local'].includes(routes.addressType(packet.version, packet.daddr))) return true;
  const { state } = packet.connection;
  const { verdict } = judgement;
  // What the firewall refuses to itself it tells nobody outside.
  // Nor is an ICMP error ever answered (RFC 1122 section 3.2.2).
  const silent = packet.iif === undefined || state === 'related';
  if (seen.verdict === (silent && verdict === 'reject' ? 'drop' : verdict)) return true;
  // Without a connection the refusal itself meets the policy of the firewall's own packets.
  // So it does where answers to some zones have no chain, and then neither firewall is heard, and where RELATED is refused.
  // So it does on its way to an interface that no line matches.
  const stranger =
    packet.iif !== undefined && !ours.model.interfaces.some(({ pattern }) => fits(pattern, packet.iif ?? ''));
  const alone = stranger || state === 'invalid' || state === 'untracked' || isNotTracked(judgement, ours);
  return (
    verdict === 'reject' &&
    seen.verdict === 'drop' &&
    (alone || refusesRelated(ours) || (theirs.verdict === 'drop' && isLate(ours)))
  );
}

/** Whether a line of `conntrack` took the packet from tracking. */
export function isNotTracked(judgement: Judgement, ours: Compiled): boolean {
  return rulesMet(judgement, ours).some(({ statements }) => statements.some(({ kind }) => kind === 'notrack'));
}

/** Whether what the firewall says to refuse a packet, which is RELATED to it, is not simply accepted on its way out. */
function refusesRelated({ model: { settings } }: Compiled): boolean {
  return !settings.strictRelated && settings.related.kind !== 'accept' && !fastStates(settings).includes('related');
}

/** Whether the answers of the firewall itself are judged by pairs of zones. */
function isLate({ model }: Compiled): boolean {
  return !earlyStates(model).early.has('established');
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
