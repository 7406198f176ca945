/** What packets cost, beside connection tracking alone, Shorewall, and our own rules unfolded. */
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { asShorewall, writeBlocklist, writeForwarded, writeLines, writePairs } from './configurations.mjs';
import { median, run } from './measure.mjs';
import { ratio, table } from './report.mjs';

const kinds = {
  new: 'new connections, UDP, that meet the last line',
  established: 'packets of one established connection, UDP',
  tcp: 'whole connections, TCP, one after the other',
};

/** The tables for all cases. `tools`: the program, this folder, and a folder for what is made. */
export function packets({ program, bench, folder, short, rounds }) {
  for (const name of ['packets', 'connections']) run(['cc', '-O2', '-o', join(folder, name), join(bench, `${name}.c`)]);
  const cases = [...without(folder), ...ours(program, folder, short), ...shorewalls(folder, short)];
  const input = `${cases.map((words) => words.join(' ')).join('\n')}\n`;
  const output = run(['unshare', '-nm', 'sh', join(bench, 'data-plane.sh'), folder, String(rounds)], { input });
  const lines = output
    .trim()
    .split('\n')
    .map((line) => line.split(' '));
  const [, arrived, sent] = lines.at(-1) ?? [];
  if (arrived !== sent) throw new Error(`of ${sent} packets ${arrived} arrived`);
  return Object.entries(kinds)
    .map(([kind, title]) => tableOf(kind, title, cases, lines))
    .join('\n\n');
}

/**
 * A table of one kind; cases over IPv6 are compared with connection tracking over IPv6. Compared are measurements of the same
 * round, since a machine that others share is now faster and now slower.
 */
function tableOf(kind, title, cases, lines) {
  const times = new Map(
    cases
      .filter(([each]) => each === kind)
      .map(([, name]) => {
        const measured = lines.filter(([each, of]) => each === kind && of === name).map(([, , ns]) => Number(ns));
        if (measured.some(Number.isNaN)) throw new Error(`a measurement of ${name} failed`);
        return [name, measured];
      }),
  );
  const tracking = (name) => times.get(name.endsWith('-ipv6') ? 'tracking-ipv6' : 'tracking') ?? [];
  return table(
    [title, 'to connection tracking alone', 'nanoseconds'],
    [...times].map(([name, measured]) => {
      const ratios = measured.map((ns, round) => ns / (tracking(name)[round] ?? Number.NaN));
      return [name, ratio(median(ratios)), median(measured)];
    }),
  );
}

function without(folder) {
  const bare = join(folder, 'bare.nft');
  writeFileSync(
    bare,
    'table inet bare { chain forward { type filter hook forward priority 0; policy accept; ct state established accept; }; }\n',
  );
  const four = ['10.250.0.9', '192.168.1.1', '53'];
  const six = ['2001:db8:a::9', '2001:db8:b::9', '53'];
  return [
    ['new', 'nothing', 'none', ...four],
    ['new', 'tracking', bare, ...four],
    ['established', 'tracking', bare, ...four],
    ['tcp', 'tracking', bare, '-', '192.168.1.1', '5000'],
    ['new', 'tracking-ipv6', bare, ...six],
    ['established', 'tracking-ipv6', bare, ...six],
  ];
}

function ours(program, folder, short) {
  const many = short ? 1000 : 5000;
  const lines = (options) => (path) => writeLines(path, options);
  const wanted = [
    ['10-exact-lines', lines({ kind: 'exact', count: 10 }), ['new', 'established', 'tcp']],
    [`${many}-exact-lines`, lines({ kind: 'exact', count: many }), ['new', 'established', 'tcp']],
    [`${many}-mixed-lines`, lines({ kind: 'mixed', count: many }), ['new']],
    [`${many}-exact-lines-unfolded`, lines({ kind: 'exact', count: many, settings: 'FOLD=No\n' }), ['new']],
    [`${many}-exact-lines-ipv6`, lines({ kind: 'exact', count: many, version: 6 }), ['new', 'established']],
    ['1000-dnat-lines', (path) => writeForwarded(path, 1000), ['new']],
    ...(short
      ? []
      : [
          ['20000-exact-lines', lines({ kind: 'exact', count: 20_000 }), ['new']],
          ['132-pairs-of-76-mixed-lines', (path) => writePairs(path, 76), ['new']],
          ['blocklist-of-100000-networks', (path) => writeBlocklist(path, 100_000), ['new']],
        ]),
  ];
  return wanted.flatMap(([name, write, measured]) => {
    const path = join(folder, name);
    mkdirSync(path);
    const { source, destination, port, tcpPort } = write(path);
    run([process.execPath, program, 'compile', path, '--output', `${path}.nft`]);
    return measured.map((kind) =>
      kind === 'tcp'
        ? [kind, name, `${path}.nft`, '-', '192.168.1.1', tcpPort]
        : [kind, name, `${path}.nft`, source, destination, port],
    );
  });
}

/** Shorewall 5.2.8 where it is installed, by both kinds of iptables. */
function shorewalls(folder, short) {
  if (!existsSync('/usr/sbin/shorewall')) return [];
  return (short ? [10, 1000] : [10, 5000]).flatMap((count) => {
    const name = `shorewall-${count}-exact-lines`;
    const path = join(folder, name);
    const { source, destination, port, tcpPort } = writeLines(path, { kind: 'exact', count });
    asShorewall(path, filesIn(path));
    const rules = rulesOf(run(['unshare', '-n', 'shorewall', 'check', '-r', path]));
    return ['legacy', 'nft'].flatMap((kind) => {
      const file = `${path}.iptables-${kind}`;
      writeFileSync(file, rules);
      return [
        ['new', `${name}-iptables-${kind}`, file, source, destination, port],
        ['established', `${name}-iptables-${kind}`, file, source, destination, port],
        ['tcp', `${name}-iptables-${kind}`, file, '-', '192.168.1.1', tcpPort],
      ];
    });
  });
}

function filesIn(path) {
  return Object.fromEntries(readdirSync(path).map((name) => [name, readFileSync(join(path, name), 'utf8')]));
}

/** The rules that `check -r` prints: what stands in its here-documents, and what these lead to. */
function rulesOf(output) {
  const parts = [...output.matchAll(/<< __EOF__(?: [^\n]*)?\n([\s\S]*?)^__EOF__$/gm)].map(([, text]) => text);
  const text = parts.length > 0 ? parts.join('') : output.slice(output.search(/^\*/m));
  const rules = text.split('\n').filter((line) => /^(\*|:|-A|COMMIT)/.test(line));
  if (!rules.includes('COMMIT')) throw new Error('Shorewall printed no rules');
  return `${rules.join('\n')}\n`;
}
