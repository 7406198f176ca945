/**
 * The memory of events, by sequences: a few addresses that come again and again, in any order, so that counts are
 * reached, passed and forgotten. What Shorewall makes of xt_recent, what the kernel makes of our sets, and `evaluate`
 * must say the same of every packet.
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'vitest';
import { evaluate } from '../../compiler/ir/evaluate.ts';
import type { Packet } from '../../compiler/ir/packet.ts';
import { parseAddress } from '../../compiler/net/address.ts';
import { kernelTest } from '../kernel/available.ts';
import { openPacketLab } from '../kernel/packet-lab.ts';
import { random } from '../support/probes/probes.ts';
import { compileFolder } from './ours.ts';
import { askShorewall } from './shorewall.ts';

const seed = Number(process.env.ORACLE_SEED ?? 20261121);
const length = 400;

const files: Readonly<Record<string, string>> = {
  zones: 'fw firewall\nnet ipv4\n',
  interfaces: '?FORMAT 2\nnet eth0 -\n',
  policy: 'all all REJECT\n',
  rules: `?SECTION NEW
IfEvent(ONE,ACCEPT,600) net $FW tcp 1
SetEvent(ONE,DROP) net $FW tcp 2
ResetEvent(ONE,ACCEPT) net $FW tcp 3
IfEvent(TWO,ACCEPT,600,2) net $FW tcp 4
SetEvent(TWO,DROP) net $FW tcp 4
IfEvent(THREE,ACCEPT,600,3,src,update) net $FW tcp 5
SetEvent(THREE,DROP) net $FW tcp 5
IfEvent(FOUR,ACCEPT,-,4,src,reset) net $FW tcp 6
SetEvent(FOUR,DROP) net $FW tcp 6
IfEvent(FIVE,DROP,600,5) net $FW tcp 7
SetEvent(FIVE,ACCEPT) net $FW tcp 7,8
ResetEvent(FIVE,DROP) net $FW tcp 9
IfEvent(LOGS,LOG:info,600,2,src,update) net $FW tcp 10
SetEvent(LOGS,ACCEPT) net $FW tcp 10
IfEvent(LOGS,DROP,600,4) net $FW tcp 11
AutoBL(AUTO,600,4,0,300,DROP,info) net $FW tcp 12
`,
};

kernelTest(
  `events remember as xt_recent does (seed ${seed})`,
  async () => {
    const folder = mkdtempSync(join(tmpdir(), 'ftpwall-events-'));
    const lab = openPacketLab([
      { name: 'eth0', interface: 'eth0', firewall: ['192.0.2.1/24'], host: ['192.0.2.10/24'] },
    ]);
    try {
      write(folder);
      const ours = compileFolder(folder);
      if (ours.kind === 'refused') throw new Error(ours.reason);
      const theirs = askShorewall(folder, 4);
      if (theirs.kind === 'refused') throw new Error(theirs.reason);
      const packets = sequence();
      const first = await lab.observe(packets, () => {
        const [file = '', ...rest] = lab.firewall.command(['iptables-legacy-restore']);
        const { status, stderr } = spawnSync(file, rest, { input: theirs.text, encoding: 'utf8' });
        expect(`${status} ${stderr}`.trim()).toBe('0');
      });
      const [file = '', ...rest] = lab.firewall.command(['sh', '-c', clearLegacy]);
      expect(spawnSync(file, rest).status).toBe(0);
      const second = await lab.observe(packets, () => lab.nft(ours.ruleset));
      let now = ours.running;
      const wrong = packets.flatMap((packet, index) => {
        const judged = evaluate(now, packet, lab.routes);
        now = { ...now, sets: judged.sets };
        const said = [first[index]?.verdict, second[index]?.verdict, judged.verdict];
        return new Set(said).size === 1
          ? []
          : [
              `${index}: .${packet.saddr & 255n} to port ${packet.dport}: Shorewall, ours, evaluate: ${said.join(', ')}`,
            ];
      });
      expect(wrong.slice(0, 20).join('\n')).toBe('');
      const verdicts = first.map((each) => each?.verdict);
      for (const verdict of ['accept', 'drop', 'reject'] as const)
        expect(verdicts.filter((each) => each === verdict).length, verdict).toBeGreaterThan(length / 20);
    } finally {
      lab.close();
      rmSync(folder, { recursive: true, force: true });
    }
  },
  { programs: ['nft', 'ip', 'python3', 'shorewall', 'iptables-legacy-restore'] },
);

const clearLegacy =
  'iptables-legacy -P INPUT ACCEPT; iptables-legacy -P OUTPUT ACCEPT; iptables-legacy -P FORWARD ACCEPT; for table in filter mangle nat raw; do iptables-legacy -t $table -F; done';

function write(folder: string): void {
  mkdirSync(folder, { recursive: true });
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  const stock = readFileSync('/etc/shorewall/shorewall.conf', 'utf8');
  // Without DISABLE_IPV6 the other version is left alone, which is warned of and does not matter here.
  writeFileSync(join(folder, 'shorewall.conf'), stock);
}

/** New connections from five addresses to the ports of the rules, and to one of none. */
function sequence(): readonly Packet[] {
  const next = random(seed);
  const firewall = parseAddress('192.0.2.1')?.value ?? 0n;
  return Array.from({ length }, (_, index): Packet => {
    const host = 20n + BigInt(Math.floor(next() * 5));
    return {
      version: 4,
      iif: 'eth0',
      saddr: firewall - 1n + host,
      daddr: firewall,
      protocol: 6,
      sport: 20_000 + index,
      dport: 1 + Math.floor(next() * 13),
      tcpFlags: ['syn'],
      hopLimit: 64,
      length: 60,
      connection: { state: 'new' },
    };
  });
}
