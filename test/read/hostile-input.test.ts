/** Input that doubles at each step, or has no end: a message at its place instead of all memory. */

import { describe, expect, test } from 'vitest';
import { compile } from '../../compiler/compile.ts';
import { areDisjoint, overlap } from '../../compiler/ir/interfaces.ts';
import { placeOf } from '../../compiler/source.ts';
import { plainAssignments } from '../../runtime/environment/plain-params.ts';
import fc from '../support/fast-check.ts';
import { memoryEnvironment } from '../support/memory-environment.ts';

const base = {
  'ftpwall.conf': '',
  zones: 'fw firewall\nnet ip\n',
  interfaces: '?FORMAT 2\nnet eth0\n',
  policy: 'all all DROP\n',
};

type Files = Readonly<Record<string, string>>;

/** 25 files, each of which names the next one twice. */
function steps(stem: string, line: (next: string) => string, last: string): Files {
  return Object.fromEntries(
    Array.from({ length: 25 }, (_each, index) => [
      `${stem}${index}`,
      index < 24 ? line(String(index + 1)).repeat(2) : last,
    ]),
  );
}

function declared(words: string): Files {
  return { actions: Array.from({ length: 25 }, (_each, index) => `A${index} ${words}\n`).join('') };
}

const last = 'ACCEPT - - tcp 22\n';
const bombs: Readonly<Record<string, readonly [code: string, place: string, files: Files]>> = {
  macros: [
    'expansion-too-long',
    'rules:1',
    { rules: 'M0(ACCEPT) net fw\n', ...steps('macro.M', (next) => `M${next}(PARAM)\n`, 'PARAM - - tcp 22\n') },
  ],
  'inline actions': [
    'expansion-too-long',
    'rules:1',
    { rules: 'A0 net fw\n', ...declared('inline'), ...steps('action.A', (next) => `A${next}\n`, last) },
  ],
  'actions with other parameters': [
    'too-many-action-chains',
    'action.A23:1',
    {
      rules: 'A0(x) net fw\n',
      ...declared(''),
      ...steps('action.A', () => '', last),
      ...Object.fromEntries(
        Array.from({ length: 24 }, (_each, index) => [`action.A${index}`, `A${index + 1}(a$1)\nA${index + 1}(b$1)\n`]),
      ),
    },
  ],
  'parameters made of themselves': [
    'value-too-long',
    'action.A14:1',
    {
      rules: 'A0(x) net fw\n',
      ...declared(''),
      ...Object.fromEntries(
        Array.from({ length: 25 }, (_each, index) => [`action.A${index}`, index < 24 ? `A${index + 1}($1$1)\n` : last]),
      ),
    },
  ],
  includes: [
    'include-too-many',
    'i2:89',
    {
      rules: 'INCLUDE i0\n'.repeat(10),
      ...Object.fromEntries([0, 1, 2].map((index) => [`i${index}`, `INCLUDE i${index + 1}\n`.repeat(100)])),
      i3: 'ACCEPT net fw tcp 22\n',
    },
  ],
  zones: [
    'too-many-zones',
    'zones:301',
    { zones: `fw firewall\nnet ip\n${Array.from({ length: 5000 }, (_each, index) => `z${index} ip\n`).join('')}` },
  ],
};

describe('input without limit', () => {
  test.each(Object.entries(bombs))(
    '%s',
    (_name, [code, place, files]) => {
      const { report } = compile(memoryEnvironment({ ...base, ...files }), { version: '0' });
      const errors = report.diagnostics.filter(({ severity }) => severity === 'error');
      expect(errors.map((each) => `${each.code} ${placeOf(each.label.span)}`).at(0)).toBe(`${code} ${place}`);
      expect(errors.every((each) => each.code === code)).toBe(true);
    },
    60_000,
  );

  test('calls that are equal share a chain, however often they are named', () => {
    const files = { rules: 'A0 net fw\n', ...declared(''), ...steps('action.A', (next) => `A${next}\n`, last) };
    const { report } = compile(memoryEnvironment({ ...base, ...files }), { version: '0' });
    const errors = report.diagnostics.filter(({ severity }) => severity === 'error');
    // The whole is read; the kernel takes fewer chains inside one another than an action may call.
    expect([...new Set(errors.map(({ code }) => code))]).toEqual(['chains-too-deep']);
  });

  test('a variable that is made of itself', () => {
    const lines = Array.from(
      { length: 13 },
      (_each, index) => `V${index + 1}="$V${index}$V${index}$V${index}$V${index}"`,
    );
    expect(plainAssignments(`V0=xxxxxxxxxx\n${lines.join('\n')}\n`, new Map())).toEqual({
      name: 'V7',
      line: 8,
      most: 131_072,
    });
    const many = Array.from({ length: 40 }, (_each, index) => `W${index}=${'x'.repeat(60_000)}`);
    expect(plainAssignments(many.join('\n'), new Map())).toMatchObject({ line: 35, most: 2_097_152 });
  });
});

test('interfaces are apart when no two of them overlap', () => {
  const pattern = fc.record({ name: fc.stringMatching(/^[ab]{0,3}$/), wildcard: fc.boolean() });
  fc.assert(
    fc.property(fc.array(pattern, { maxLength: 5 }), (patterns) => {
      const apart = patterns.every((one, index) => patterns.slice(index + 1).every((other) => !overlap(one, other)));
      expect(areDisjoint(patterns)).toBe(apart);
    }),
    { numRuns: 2000 },
  );
});
