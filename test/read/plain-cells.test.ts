/** Cells that are read without the grammar: the value is the grammar's, or the grammar reads them. */

import { expect, test } from 'vitest';
import { plainEndpoint, plainPorts } from '../../compiler/2-parse/plain-cells.ts';
import { parse } from '../../compiler/generated/values.js';
import fc from '../support/fast-check.ts';

const octet = fc.oneof(
  { weight: 8, arbitrary: fc.integer({ min: 0, max: 300 }).map(String) },
  { weight: 1, arbitrary: fc.constantFrom('', '01', '1a') },
);
const cell = fc
  .tuple(
    fc.constantFrom('net', 'loc', 'a1', 'fe80', 'all', 'any', 'none', 'allies', 'SOURCE', 'DEST', '1a', 'n-t', ''),
    fc.constantFrom(':', ':', ':', ':', '', '::', ':!', ':eth0:'),
    fc.array(octet, { minLength: 3, maxLength: 5 }).map((parts) => parts.join('.')),
    fc.constantFrom('', '', '/24', '/255.255.255.0', '/', '/24.', ':80', ',10.0.0.1', '-10.0.0.9'),
  )
  .map((parts) => parts.join(''));

/** Holds what is read against the grammar; so many of the texts must need none. */
function isOfGrammar(
  texts: fc.Arbitrary<string>,
  readPlain: (text: string) => unknown,
  { rule, least }: { readonly rule: string; readonly least: number },
): void {
  let read = 0;
  const property = fc.property(texts, (text) => {
    const value = readPlain(text);
    if (value === undefined) return;
    read += 1;
    expect(value).toEqual(parse(text, { startRule: rule }));
  });
  fc.assert(property, { numRuns: 5000 });
  expect(read).toBeGreaterThan(least);
}

test('the value is that of the grammar', () => {
  isOfGrammar(cell, plainEndpoint, { rule: 'EndpointColumn', least: 50 });
});

const ports = fc
  .tuple(
    fc.constantFrom('', '', '!', '0'),
    fc.nat(70_000),
    fc.constantFrom('', ':', '-', ',', '/', '=', 'a'),
    fc.nat(70_000),
  )
  .map((parts) => parts.join(''));

test('ports by number are those of the grammar', () => {
  isOfGrammar(ports, plainPorts, { rule: 'Ports', least: 500 });
  for (const text of ['80', '80:90', '1024-2048']) expect(plainPorts(text), text).toBeDefined();
  for (const text of ['', '80:', ':80', '80,90', '!80', 'ssh', '3/1']) expect(plainPorts(text), text).toBeUndefined();
});

test('a zone with an address or a network needs no grammar', () => {
  for (const text of ['net:10.0.0.1', 'net:10.0.0.0/24', 'net:10.0.0.0/255.255.255.0'])
    expect(plainEndpoint(text), text).toBeDefined();
  for (const text of ['net', 'all:10.0.0.1', 'net:!10.0.0.1', 'net:[2001:db8::1]', 'net:10.0.0.1,10.0.0.2'])
    expect(plainEndpoint(text), text).toBeUndefined();
});
