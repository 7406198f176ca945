/** Marks that go from packets to connections and back, under a mask. nft copies whole marks alone, so it is done value by value or bit by bit. */
import type { NftRule, Statement } from '../../ir/ruleset.ts';
import { type Program, rule } from '../ruleset-builder.ts';

const kinds = { connection: 'connectionMark', packet: 'packetMark' } as const;

/** The name of a chain that gives one mark the bits that the other one has; what lies outside the mask stays. */
export function copyChain(to: 'connection' | 'packet', mask: number, program: Program): string {
  const name = `${to === 'connection' ? 'save' : 'restore'}-marks-${mask.toString(16)}`;
  return program.once(name, () => ({
    comment: `the bits 0x${mask.toString(16)} ${to === 'connection' ? 'of the packet go to its connection' : 'of the connection go to the packet'}`,
    rules: [rule([], [changed(to, mask, 0)]), ...bitsOf(mask).map((bit) => copied(to, bit, bit))],
  }));
}

/** Rules that give the packet the value of its connection, where only these can be; each is a rule for one value. */
export function restoreValues(mask: number, values: readonly number[]): readonly NftRule[] {
  return values.map((value) => copied('packet', mask, value));
}

function copied(to: 'connection' | 'packet', mask: number, value: number): NftRule {
  const from = to === 'connection' ? 'packet' : 'connection';
  return rule([{ kind: kinds[from], negated: false, mask, value }], [changed(to, mask, value)]);
}

function changed(target: 'connection' | 'packet', mask: number, value: number): Statement {
  return { kind: 'setMark', target, mask, value };
}

function bitsOf(mask: number): readonly number[] {
  return Array.from({ length: 32 }, (_each, bit) => 2 ** bit).filter((bit) => (mask & bit) !== 0);
}
