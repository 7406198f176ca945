/** Zones of ports of a bridge in answers: packets come marked by their port, and only so. */
import { expect, test } from 'vitest';
import { matrixOf } from '../../compiler/answers/matrix.ts';
import { understand } from '../../compiler/answers/question.ts';
import { why } from '../../compiler/answers/why.ts';
import { compile } from '../../compiler/compile.ts';
import { memoryEnvironment } from '../support/memory-environment.ts';

const files = {
  zones: 'fw firewall\nnet ip\nworld ip\nloc:world bport\ndmz:world bport\n',
  interfaces: '?FORMAT 2\nnet eth0\nworld br0 bridge\nloc br0:p1\ndmz br0:p2\n',
  policy: 'loc dmz ACCEPT\nloc net ACCEPT\nfw all ACCEPT\nall all DROP\n',
  rules: 'ACCEPT dmz loc tcp 25\nACCEPT loc fw tcp 22\n',
};

test('each pair of ports is decided by its own lines', () => {
  const { model, lowered } = compile(memoryEnvironment(files), { version: '0' });
  if (!model || !lowered) throw new Error('it does not compile');
  const matrix = matrixOf({ model, ruleset: lowered });
  if (matrix.kind !== 'matrix') throw new Error(matrix.reason);
  const cells = matrix.cells.map(
    ({ from, to, service, verdict, lines }) => [`${from} ${to} ${service}`, `${verdict} ${lines.join()}`] as const,
  );
  const said = new Map(cells);
  expect(said.get('loc dmz tcp 80') ?? said.get('loc dmz everything else')).toBe('accept policy:1');
  expect(said.get('dmz loc tcp 25')).toBe('accept rules:1');
  expect(said.get('dmz loc everything else')).toBe('drop policy:4');
  expect(said.get('loc fw tcp 22')).toBe('accept rules:2');
  expect(said.get('loc world everything else')).toBe('drop policy:4');
  // Nothing from elsewhere is known to go to a port.
  expect(said.has('net loc everything else')).toBe(false);
});

test('why speaks of ports by their names', () => {
  const { model, lowered } = compile(memoryEnvironment(files), { version: '0' });
  if (!model || !lowered) throw new Error('it does not compile');
  const firewall = { model, ruleset: lowered };
  const told = (from: string, to: string) => {
    const question = understand({ from, to, protocol: 'tcp', port: '25' }, model, memoryEnvironment(files));
    if (question.kind !== 'question') throw new Error(question.kind);
    const answers = why(question.question, firewall);
    if (answers.kind !== 'answers') throw new Error(answers.reason);
    return answers.answers.map(({ packets, steps }) => [packets[0]?.other, steps.map(({ result }) => result)]);
  };
  expect(told('dmz', 'loc')).toEqual([[{ 'bridge port in': 'p2', 'bridge port out': 'p1' }, ['accept']]]);
  expect(told('loc', 'net')).toEqual([[{ 'bridge port in': 'p1' }, ['accept']]]);
});
