/** Words of nft in rules: what they do to packets, and whose line it is when nft does not understand them. */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect } from 'vitest';
import { compile } from '../../compiler/compile.ts';
import { evaluate } from '../../compiler/ir/evaluate.ts';
import { flawOf } from '../../compiler/ir/nft-words.ts';
import type { Packet } from '../../compiler/ir/packet.ts';
import { parseAddress } from '../../compiler/net/address.ts';
import { memoryEnvironment } from '../support/memory-environment.ts';
import { random as randomFrom } from '../support/probes/probes.ts';
import { kernelTest } from './available.ts';
import { openLab, threeNetworks } from './lab.ts';
import { openPacketLab, type PacketLab } from './packet-lab.ts';

let lab: PacketLab | undefined;
afterAll(() => lab?.close());

const files = {
  zones: 'fw firewall\nnet ip\nloc ip\n',
  interfaces: '?FORMAT 2\nnet eth0\nloc eth1\n',
  policy: 'all all DROP\n',
};

/** A packet from net to the firewall. `hopLimit` is what words of nft ask for here. */
function packet(dport: number, hopLimit: number): Packet {
  const [from, to] = [parseAddress('192.0.2.10'), parseAddress('192.0.2.1')];
  if (!from || !to) throw new Error('no addresses');
  return {
    version: 4,
    iif: 'eth0',
    saddr: from.value,
    daddr: to.value,
    protocol: 6,
    tcpFlags: ['syn'],
    sport: 40_000 + dport,
    dport,
    hopLimit,
    connection: { state: 'new' },
  };
}

kernelTest(
  'words of nft ask, change and decide, beside the columns of their line and no farther',
  async () => {
    lab = openPacketLab();
    /** A line, or lines, about a port; what becomes of packets with 40 hops left, and with 50. */
    const expected: readonly [(port: number) => string, string, string][] = [
      [(port) => `NFT(ip ttl 40 accept) net fw tcp ${port}`, 'accept', 'drop'],
      [(port) => `NFT(ip ttl { 40, 41 } drop) net fw tcp ${port}\nACCEPT net fw tcp ${port}`, 'drop', 'accept'],
      [(port) => `NFT(ip ttl 40 reject with tcp reset) net fw tcp ${port}`, 'reject', 'drop'],
      [(port) => `NFT(ip ttl 40 counter) net fw tcp ${port}\nACCEPT net fw tcp ${port}`, 'accept', 'accept'],
      [(port) => `ACCEPT net fw tcp ${port} ;; nft ip ttl 40`, 'accept', 'drop'],
      [(port) => `DROP net fw tcp ${port} ;; nft ip ttl 40\nACCEPT net fw tcp ${port}`, 'drop', 'accept'],
      [
        (port) => `NFT(ip ttl 40 meta mark set 7) net fw tcp ${port}\nACCEPT net fw tcp ${port} - - - - 7`,
        'accept',
        'drop',
      ],
      [(port) => `NFT(ip ttl vmap { 40 : accept, 41 : drop }) net fw tcp ${port}`, 'accept', 'drop'],
      [(port) => `NFT(ip ttl 40 accept):info net fw tcp ${port}`, 'accept', 'drop'],
      [(port) => `NFT(ip ttl 40 log prefix "a (b) " level debug accept) net fw tcp ${port}`, 'accept', 'drop'],
      [(port) => `ACCEPT net:192.0.2.0/24,+friends fw tcp ${port} ;; nft ip ttl 40`, 'accept', 'drop'],
      [(port) => `Guarded(40) net fw tcp ${port}`, 'accept', 'drop'],
    ];
    const rules = expected.map(([line], index) => line(1000 + index)).join('\n');
    const compiled = compile(
      memoryEnvironment({
        ...files,
        rules: `?SECTION NEW\n${rules}\n`,
        actions: 'Guarded\n',
        'action.Guarded': 'NFT(ip ttl @1 accept)\n',
      }),
      { version: '0' },
    );
    const { artifact, rulesets } = compiled;
    expect(compiled.report.diagnostics.filter(({ severity }) => severity === 'error')).toEqual([]);
    if (!artifact || !rulesets) throw new Error('it does not compile');
    const packets = expected.flatMap((_line, index) => [packet(1000 + index, 40), packet(1000 + index, 50)]);
    const { nft, routes } = lab;
    const seen = await lab.observe(packets, () => nft(artifact.ruleset));
    expect(packets.map((_packet, index) => seen[index]?.verdict)).toEqual(
      expected.flatMap(([_line, forty, fifty]) => [forty, fifty]),
    );
    for (const each of packets) expect(evaluate(rulesets.running, each, routes).unknown.length).toBeGreaterThan(0);
    expect(evaluate(rulesets.running, packet(22, 40), routes).unknown).toEqual([]);
  },
  { programs: ['nft', 'ip', 'python3'] },
);

kernelTest('what nft does not understand is told by its line, and nothing is loaded', async () => {
  const machine = openLab(threeNetworks);
  try {
    const folder = join(machine.folder, 'etc');
    mkdirSync(folder);
    const start = (rule: string) => {
      for (const [name, text] of Object.entries({ ...files, rules: `?SECTION NEW\nPing(ACCEPT) net fw\n${rule}\n` }))
        writeFileSync(join(folder, name), text);
      return machine.firewall.run([
        process.execPath,
        'dist/ftpwall.js',
        'start',
        folder,
        '--state',
        join(machine.folder, 'state'),
      ]);
    };
    for (const rule of [
      'NFT(tcp dport nosuchport drop) net fw',
      'NFT(accept drop) net fw',
      'ACCEPT net fw tcp 22 ;; nft no words of nft',
      'NFT(ip saddr @nosuchset drop) net fw',
      'NFT(masquerade) net fw',
    ]) {
      const ended = await start(rule);
      expect([rule, ended.status]).toEqual([rule, 3]);
      expect(ended.errors).toContain('rules:3: the system refuses this: ');
      expect(await machine.firewall.must(['nft', 'list', 'ruleset'])).toBe('');
    }
    expect(await start('NFT(ip ttl 1-5 drop) net fw')).toMatchObject({ status: 0 });
  } finally {
    machine.close();
  }
});

/** Words that nft takes, and signs and words by which others might leave their rule. */
const sound = [
  'ip ttl 40 accept',
  'tcp dport { 22, 23 } drop',
  'log prefix "a (b) " level debug',
  'tcp flags & (fin | syn) == syn reject with tcp reset',
  'ip saddr . tcp dport vmap { 192.0.2.1 . 22 : drop }',
  'meta mark set 7',
  'ip6 saddr [2001:db8::1] accept',
];
const strange = [
  ...['{', '}', '(', ')', '[', ']', '"', "'", ';', '\n', '#', '$', '\\', '\t', '@', '*', ',', '|', '`', '\u00e9', '\0'],
  ...[
    'accept',
    'drop',
    'comment',
    '"x"',
    'chain c {',
    '} chain c {',
    'add rule inet t a accept',
    'include',
    'jump b',
    'goto b',
  ],
  ...[
    '"} chain c { accept; }',
    '}; }',
    '/* x */',
    '"#',
    'define x = 1',
    '0x0',
    'table inet u {',
    'flush ruleset',
    'counter',
  ],
];

kernelTest('words that are let through stay in their rule, by the word of nft', () => {
  const machine = openLab(threeNetworks);
  try {
    const random = randomFrom(20_261_121);
    const pick = (all: readonly string[]): string => all[Math.floor(random() * all.length)] ?? '';
    let taken = 0;
    for (let run = 0; run < 1500; run += 1) {
      const pieces = pick(sound).split(/(?<= )|(?= )/);
      for (let change = 0; change < 1 + random() * 2; change += 1) {
        const at = Math.floor(random() * (pieces.length + 1));
        if (random() < 0.7) pieces.splice(at, random() < 0.3 ? 1 : 0, pick(strange));
        else pieces.splice(at, 1);
      }
      const text = pieces.join(random() < 0.3 ? ' ' : '');
      if (flawOf(text)) continue;
      const ruleset = `flush ruleset\ntable inet t {\nchain a {\n${text} comment "one"\n}\nchain b {\n}\n}\n`;
      const words = ['netns', 'exec', machine.firewall.namespace, 'nft'];
      if (spawnSync('ip', [...words, '-f', '-'], { input: ruleset }).status !== 0) continue;
      taken += 1;
      const listing = JSON.parse(execFileSync('ip', [...words, '-j', 'list', 'ruleset'], { encoding: 'utf8' }));
      const found = (
        listing.nftables as readonly Record<string, { readonly comment?: string; readonly name?: string }>[]
      )
        .filter((each) => !('metainfo' in each))
        .map((each) => each.rule?.comment ?? each.chain?.name ?? Object.keys(each)[0]);
      expect([text, found]).toEqual([text, ['table', 'a', 'b', 'one']]);
    }
    expect(taken).toBeGreaterThan(30);
  } finally {
    machine.close();
  }
});
