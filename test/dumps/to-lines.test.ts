/** Folders made from listings: the same for all packets, or what is not the same is named, and never weaker. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { printRuleset } from '../../compiler/7-emit/nft.ts';
import { compareWithListing } from '../../compiler/answers/compare/verify.ts';
import { compile } from '../../compiler/compile.ts';
import type { Dump } from '../../compiler/dumps/dump.ts';
import { readDump } from '../../compiler/dumps/read.ts';
import { type FolderFromDumps, folderFromDumps } from '../../compiler/dumps/to-lines/folder.ts';
import { memoryEnvironment } from '../support/memory-environment.ts';

function textOf(name: string): string {
  return readFileSync(join(import.meta.dirname, 'listings', name), 'utf8');
}

function dumpOf(path: string, text: string): Dump {
  const read = readDump({ path, text }, 4);
  if (read.kind === 'none') throw new Error(`${path}: ${read.reason}`);
  return read.dump;
}

/** What differs between a folder and listings, and what of it nobody can tell. */
function compared({ files }: FolderFromDumps, dumps: readonly Dump[]) {
  const { model, lowered, report } = compile(memoryEnvironment(files), {
    version: '0',
    purpose: 'answers',
    lint: false,
  });
  if (!model || !lowered) throw new Error(report.diagnostics.map(({ message }) => message).join('\n'));
  const found = dumps.map(({ ruleset, versions, unknown }) => {
    // What `-m recent` counts is kept in sets of ours, by other names.
    const events = ruleset.chains.flatMap(({ rules }) =>
      rules.flatMap(({ matches }) =>
        matches.flatMap((match) => (match.kind === 'raw' && match.text.startsWith('-m recent') ? [match.text] : [])),
      ),
    );
    const conditions = [...unknown.flatMap(({ condition }) => condition ?? []), ...events];
    const answer = compareWithListing({ ruleset, versions, unknown: conditions }, { model, ruleset: lowered });
    if (answer.kind === 'undecided') throw new Error(answer.reason);
    return answer;
  });
  return {
    differences: found.flatMap(({ differences }) => differences),
    uncertain: found.flatMap(({ uncertain }) => uncertain),
  };
}

const equal = [
  ['server.save'],
  ['server6.save'],
  ['server.save', 'server6.save'],
  ['fail2ban.save'],
  ['gateway.save'],
  ['docker.save'],
  ['ufw-gateway.save', 'ufw-gateway6.save'],
  ['server.nft'],
  ['fail2ban.nft'],
  ['firewalld.nft'],
  ['firewalld-gateway.nft'],
  ['address-types.nft'],
];

test.each(equal.map((names) => [names.join(' and '), names] as const))('%s: equal for all packets', (_title, names) => {
  const dumps = names.map((name) => dumpOf(name, textOf(name)));
  const made = folderFromDumps(dumps);
  // What decides about no packet is named all the same.
  expect(made.unsaid.filter(({ why }) => !why.startsWith('not converted: '))).toEqual([]);
  expect(compared(made, dumps)).toEqual({ differences: [], uncertain: [] });
});

test('kinds of addresses that iptables and ip6tables read differently are named where no line has them', () => {
  const dump = dumpOf(
    'types.nft',
    `table inet f {
      chain input {
        type filter hook input priority filter; policy drop;
        ct state established accept
        iifname "eth0" tcp dport 22 fib saddr type unicast accept
        iifname "eth0" tcp dport 23 fib saddr type != unicast drop
        iifname "eth0" udp dport 53 fib daddr type { broadcast, multicast } limit rate 5/second accept
      }
    }`,
  );
  const made = folderFromDumps([dump]);
  expect(made.unsaid.map(({ place, why }) => `${place.line} ${why}`)).toEqual([
    '5 no line can ask for: fib saddr type { unicast }; the rule was left out',
    '6 no line can ask for: fib saddr type != { unicast }; refused without it',
    '7 no line can ask for: fib daddr type { broadcast, multicast }; the rule was left out',
  ]);
  expect(new Set(compared(made, [dump]).differences.map(({ after }) => after.verdict))).toEqual(new Set(['drop']));
});

test('what we have made ourselves becomes a folder that compiles', () => {
  const sample = join(import.meta.dirname, '..', '..', 'etc-samples', 'three-interfaces');
  const files = Object.fromEntries(readdirSync(sample).map((name) => [name, readFileSync(join(sample, name), 'utf8')]));
  const { rulesets } = compile(memoryEnvironment(files), { version: '0', lint: false });
  if (!rulesets) throw new Error('the sample does not compile');
  const made = folderFromDumps([dumpOf('ours.nft', printRuleset(rulesets.running))]);
  const { report } = compile(memoryEnvironment(made.files), { version: '0', lint: false });
  expect(report.diagnostics.filter(({ severity }) => severity === 'error')).toEqual([]);
});

test('a limit of ufw is kept as an event, and nothing else is uncertain', () => {
  const dumps = ['ufw.save', 'ufw6.save'].map((name) => dumpOf(name, textOf(name)));
  const made = folderFromDumps(dumps);
  expect(made.unsaid).toEqual([]);
  expect(made.files.rules).toContain(
    'REJECT(icmp-port-unreachable)  net  $FW  tcp  22  ;; -m recent --update --seconds 30 --hitcount 6 --name DEFAULT --rsource',
  );
  const { differences, uncertain } = compared(made, dumps);
  expect(differences).toEqual([]);
  expect(uncertain.map(({ before, packets }) => [before.verdict, packets[0]?.port])).toEqual([
    ['reject', '22'],
    ['reject', '22'],
  ]);
});

const unsaid = textOf('unsaid.save');

test('what no line says is named with its place, and nothing is weaker for it', () => {
  const dump = dumpOf('unsaid.save', unsaid);
  const made = folderFromDumps([dump]);
  expect(made.unsaid.map(({ place, why }) => [place.line, why])).toEqual([
    [3, 'no line does this: setMark; left out'],
    [11, 'no line can ask for: -m flavour --sweet; the rule was left out'],
    [12, 'no line can ask for: -m string --string x --algo bm; refused without it'],
    [13, 'no line does this: -j VANISH --slowly; such packets are dropped'],
  ]);
  const { differences, uncertain } = compared(made, [dump]);
  const all = [...differences, ...uncertain];
  expect(all.length).toBeGreaterThan(0);
  expect(all.map(({ after }) => after.verdict)).toEqual(all.map(() => 'drop'));
});

/** Rules of the gateway, one removed each: the folder of the whole listing must not pass for that of the rest. */
const gateway = textOf('gateway.save').split('\n');
const removed = gateway.filter((line) => line.startsWith('-A ') && !/-j (LOG|TCPMSS)/.test(line));

test.each(removed)('the folder is not that of the listing without %s', (line) => {
  const made = folderFromDumps([dumpOf('whole', gateway.join('\n'))]);
  const without = dumpOf('part', gateway.filter((each) => each !== line).join('\n'));
  expect(compared(made, [without]).differences).not.toEqual([]);
});

test('rules that hand packets back over others keep them from these', () => {
  const made = folderFromDumps([dumpOf('fail2ban.nft', textOf('fail2ban.nft'))]);
  expect(made.files.rules).toMatch(/^ACCEPT {2}net:192\.0\.2\.0\/24 {2}\$FW {2}udp {2}161$/m);
});

test('what changes packets and decides nothing is named with its place', () => {
  const text = `*mangle
:PREROUTING ACCEPT [0:0]
:FORWARD ACCEPT [0:0]
-A FORWARD -p tcp -m tcp --tcp-flags SYN,RST SYN -j TCPMSS --clamp-mss-to-pmtu
COMMIT
*raw
:PREROUTING ACCEPT [0:0]
-A PREROUTING -p tcp -m tcp --dport 2121 -j CT --helper ftp
COMMIT
*filter
:INPUT DROP [0:0]
:FORWARD ACCEPT [0:0]
:OUTPUT ACCEPT [0:0]
-A INPUT -i lo -j ACCEPT
-A INPUT -p tcp -m tcp --dport 22 -j ACCEPT
COMMIT
`;
  const { unsaid } = folderFromDumps([dumpOf('listing', text)]);
  expect(unsaid.map(({ place, why }) => `${place.line}: ${why}`)).toEqual([
    '4: not converted: TCPMSS; write CLAMPMSS=Yes in ftpwall.conf, or TCPMSS in mangle',
    '8: not converted: CT --helper; rules on the ports of modules attach helpers; name others in HELPER',
  ]);
  const nft = `table inet filter {
	chain forward {
		type filter hook forward priority filter; policy accept;
		tcp flags syn tcp option maxseg size set rt mtu
		ip dscp set ef
	}
}
`;
  const named = folderFromDumps([dumpOf('rules.nft', nft)]).unsaid;
  expect(named.map(({ place }) => place.line)).toEqual([4, 5]);
});
