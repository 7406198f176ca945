import type { ListedChain, ListedRule } from '../status/nft-listing.ts';
import type { Examination, Finding } from './examination.ts';
import type { Machine } from './machine.ts';

const hooks = new Set(['prerouting', 'input', 'forward', 'output', 'postrouting', 'ingress']);
const own = new Set(['ftpwall', 'ftpwall-offload']);

/** Tables of others at our hooks that drop packets: what they drop stays dropped, whatever we accept. */
export const foreign: Examination = {
  name: 'chains of others',
  topic: 'all',
  examine({ machine }) {
    const { chains, rules } = machine.nftables;
    const bases = chains.filter(({ table, hook }) => !own.has(table) && hook !== undefined && hooks.has(hook));
    const dropping = bases.filter((chain) => chain.policy === 'drop' || reachesDrop(chain, rules));
    const findings = dropping.map(
      ({ family, table, name, hook, policy }): Finding => ({
        code: 'others-drop',
        severity: 'warning',
        message: `the chain \`${name}\` of the table \`${family} ${table}\` drops packets at ${hook}`,
        reason: `${policy === 'drop' ? 'its policy is drop' : 'one of its rules drops or rejects'}; what it drops stays dropped, even if ftpwall accepts it`,
        next: `nft list table ${family} ${table}; if another firewall made it (firewalld, ufw, iptables services), stop that firewall`,
      }),
    );
    const old = legacyTables(machine);
    if (old.length > 0) {
      findings.push({
        code: 'old-iptables',
        severity: 'warning',
        message: `rules of iptables-legacy are loaded, too: ${old.join(', ')}`,
        reason: 'packets pass both rulesets, nft does not list these, and what they drop stays dropped',
        next: 'iptables-legacy-save and ip6tables-legacy-save show them',
      });
    }
    return { seen: [`${bases.length} base chains of others`], findings };
  },
};

/** Whether the chain, or one that it jumps to, drops or rejects. */
function reachesDrop(start: ListedChain, rules: readonly ListedRule[]): boolean {
  const seen = new Set<string>();
  const open = [start.name];
  for (let name = open.pop(); name !== undefined; name = open.pop()) {
    if (seen.has(name)) continue;
    seen.add(name);
    const mine = rules.filter(
      ({ family, table, chain }) => family === start.family && table === start.table && chain === name,
    );
    const text = JSON.stringify(mine.map(({ expr }) => expr));
    if (/"(?:drop|reject)":/.test(text)) return true;
    for (const [, target] of text.matchAll(/"(?:jump|goto)":\{"target":"([^"]+)"/g)) if (target) open.push(target);
  }
  return false;
}

/** Tables that were only looked at stay behind without rules. Where the tool is missing nobody knows. */
function isEmpty(saved: string | undefined): boolean {
  return saved !== undefined && !/^(?:-A|:\S+ DROP)/m.test(saved);
}

/** Tables that iptables-legacy has made in this network namespace; the kernel lists their names. */
function legacyTables(machine: Machine): readonly string[] {
  return ['ip', 'ip6'].flatMap((family) => {
    const names = machine.file(`/proc/net/${family}_tables_names`) ?? '';
    if (names === '' || isEmpty(machine.ask(`${family}tables-legacy-save`, []))) return [];
    return names.split('\n').map((name) => `${family} ${name}`);
  });
}
