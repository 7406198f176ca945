/** Lines that could be left out are told with what decides the same; without them new connections fare the same. */
import { expect, test } from 'vitest';
import { compare } from '../../compiler/answers/diff.ts';
import { compile } from '../../compiler/compile.ts';
import { placeOf } from '../../compiler/source.ts';
import { memoryEnvironment } from '../support/memory-environment.ts';

const base = {
  zones: 'fw firewall\nnet ip\nloc ip\ndmz ip\n',
  interfaces: '?FORMAT 2\nnet eth0\nloc eth1\ndmz eth2\n',
  policy: '$FW all ACCEPT\nloc net ACCEPT\nnet all DROP\nall all REJECT\n',
};

function compiled(files: Readonly<Record<string, string>>) {
  return compile(memoryEnvironment({ ...base, ...files }), { version: '0', notes: true });
}

/** `rules:2 as policy:3` for each line that could be left out. */
function redundant(files: Readonly<Record<string, string>>): readonly string[] {
  return compiled(files).report.diagnostics.flatMap(({ code, label, related }) =>
    code === 'rule-redundant'
      ? [`${placeOf(label.span)} as ${related.map(({ span }) => placeOf(span)).join(' ')}`]
      : [],
  );
}

const cases: readonly (readonly [string, string, readonly string[]])[] = [
  ['a policy decides the same', 'ACCEPT loc net tcp 80', ['rules:1 as policy:2']],
  ['a later line decides the same', 'ACCEPT net $FW tcp 22\nACCEPT net $FW tcp 20:25', ['rules:1 as rules:2']],
  ['another verdict follows', 'DROP net $FW tcp 22\nACCEPT net $FW tcp 20:25', []],
  ['the line logs', 'ACCEPT:info loc net tcp 80', []],
  ['a rate follows', 'ACCEPT net $FW tcp 22\nACCEPT net $FW tcp 22 - - 3/min', []],
  ['the line translates', 'DNAT net dmz:10.0.2.5 tcp 80\nACCEPT net dmz tcp 80', []],
  ['of several zones one needs it', 'ACCEPT all net tcp 80', []],
  ['DROP and REJECT differ', 'DROP loc dmz tcp 80', []],
];

test.each(cases)('%s', (_name, rules, found) => {
  expect(redundant({ rules })).toEqual(found);
});

test.each(cases.filter(([, , found]) => found.length > 0))('without the line: %s', (_name, rules, found) => {
  const [place = ''] = found[0]?.split(' as ') ?? [];
  const without = rules.split('\n').filter((_line, index) => `rules:${index + 1}` !== place);
  const [before, after] = [rules, without.join('\n')].map((text) => {
    const { model, lowered } = compiled({ rules: text });
    if (!model || !lowered) throw new Error('it does not compile');
    return { model, ruleset: lowered };
  });
  if (!before || !after) throw new Error('nothing to compare');
  expect(compare(before, after)).toMatchObject({ kind: 'compared', changes: [] });
});

test('a CONTINUE policy that no later line stands for is needed: without it another policy would hold', () => {
  const nested = {
    zones: `${base.zones}lab:loc ip\n`,
    hosts: 'lab eth1:10.0.1.128/25\n',
    policy: '$FW all ACCEPT\nlab all CONTINUE\nloc net ACCEPT\nnet all DROP\nall all REJECT\n',
    rules: 'DROP net $FW tcp 23\n',
  };
  expect(redundant(nested)).toEqual(['rules:1 as policy:4']);
});
