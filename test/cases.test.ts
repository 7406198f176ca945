import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { render } from '../compiler/diagnostics/render.ts';
import type { Judgement } from '../compiler/ir/packet.ts';
import { printAddress } from '../compiler/net/address.ts';
import { type Case, cases, compileCase, interfacesOf, linesMet, linesOf } from './support/case.ts';
import { judge, networkOf, readPackets } from './support/packets.ts';
import { shownRuleset } from './support/shown-ruleset.ts';

const update = process.env.UPDATE === '1';

/** Compares with a file of the case; UPDATE=1 writes it anew, and what changed is for a person to read. */
function expectFile({ folder }: Case, name: string, text: string): void {
  const path = join(folder, name);
  if (update && (text !== '' || existsSync(path))) writeFileSync(path, text);
  expect(existsSync(path) ? readFileSync(path, 'utf8') : '').toBe(text);
}

/** The cases that show all, by the family of their table; the others show what is different in them. */
const wholes = new Map(
  ['three-interfaces', 'complete'].map((name) => {
    const whole = cases().find((each) => each.name === name);
    const { artifact } = compileCase(whole ?? { name, folder: '' });
    const text = artifact?.ruleset ?? '';
    return [familyOf(text), { name, text }];
  }),
);

function familyOf(text: string): string {
  return /^table (\S+)/m.exec(text)?.[1] ?? '';
}

function shown({ name }: Case, text: string): string {
  const whole = wholes.get(familyOf(text));
  return whole === undefined || whole.name === name ? text : shownRuleset(text, whole);
}

describe.each(cases().map((each) => [each.name, each] as const))('case %s', (_name, each) => {
  const { report, artifact, rulesets } = compileCase(each);

  test('says and makes what is expected', () => {
    expectFile(each, 'expected.diagnostics', render(report.diagnostics));
    expectFile(each, 'expected.nft', shown(each, artifact?.ruleset ?? ''));
  });

  // The case of log lines has none: another judge reads its lines (test/oracle/log-lines.test.ts).
  if (each.packets === undefined) return;
  test('decides its packets', () => {
    const lines = readPackets(each.packets ?? '');
    const interfaceOf = interfacesOf(each);
    const network = networkOf(lines, interfaceOf);
    let running = rulesets?.running;
    if (!running) throw new Error('the configuration does not compile');
    const decided = new Set<number>();
    const wrong: string[] = [];
    for (const line of lines) {
      const judged: Judgement = judge(line, running, network, interfaceOf);
      running = { ...running, sets: judged.sets };
      const met = linesMet(running, judged, 'rules');
      const unknown = linesMet(running, { ...judged, trace: judged.unknown }, 'rules');
      for (const number of [...met, ...unknown]) decided.add(number);
      const said = [judged.unknown.length > 0 ? 'UNKNOWN' : judged.verdict.toUpperCase()];
      if (line.leaves)
        said.push(
          `to ${line.leaves.zone}:${bracketed(line.leaves.version, judged.leaves.daddr)}${line.leaves.port === undefined ? '' : `:${judged.leaves.dport}`}`,
        );
      if (line.leavesFrom) said.push(`from ${printAddress(line.from.version, judged.leaves.saddr)}`);
      if (line.helper) said.push(`helper ${judged.helper}`);
      if (line.by)
        said.push(
          `by ${line.by.startsWith('rules:') ? (met.length > 0 ? `rules:${met.at(-1)}` : 'no rule') : placesMet(running, judged)}`,
        );
      const wanted = line.text.slice(line.text.search(/ (ACCEPT|DROP|REJECT|UNKNOWN)/) + 1);
      if (said.join(' ') !== wanted) wrong.push(`packets:${line.line}: ${line.text}\n    is ${said.join(' ')}`);
    }
    expect(wrong.join('\n')).toBe('');
    const undecided = [...linesOf(running, 'rules')].filter((number) => !decided.has(number));
    expect(undecided, 'lines of rules that no packet met').toEqual([]);
  });
});

function bracketed(version: 4 | 6, address: bigint): string {
  return version === 4 ? printAddress(version, address) : `[${printAddress(version, address)}]`;
}

function placesMet(running: Parameters<typeof linesMet>[0], judged: Parameters<typeof linesMet>[1]): string {
  const last = linesMet(running, judged, 'policy').at(-1);
  return last === undefined ? 'no policy' : `policy:${last}`;
}
