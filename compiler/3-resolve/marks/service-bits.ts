/** TOS and DSCP of `mangle`: what they write into the byte of the header that holds code point and ECN (RFC 2474, RFC 3168). */
import type { Match, Statement } from '../../ir/ruleset.ts';
import type { Cell } from '../../language/schema.ts';
import type { MangleText } from '../../language/values.ts';
import type { MangleAction, MangleChange } from '../../model/marks.ts';
import type { Version } from '../../net/version.ts';
import type { Scope } from '../scope.ts';
import { codepointOf, serviceOf } from './mangle-columns.ts';
import { parameterText, wrong } from './mark-values.ts';

/** A change for each IP version that is compiled. */
function forVersions(scope: Scope, make: (version: Version) => Omit<MangleChange, 'version'>): MangleAction {
  return { kind: 'changes', changes: scope.families.versions.map((version) => ({ version, ...make(version) })) };
}

/**
 * TOS: the bits of the mask in the byte that is DSCP and ECN. nft sets the whole of either, so where the mask leaves bits
 * of one alone, there is a change for each value that these may have.
 */
export function typeOfService(cell: Cell<MangleText>, scope: Scope): MangleAction | undefined {
  const text = parameterText(cell);
  const bits = text.includes('/') ? serviceOf(text) : serviceOf(text) && { ...serviceOf(text), mask: 0xff };
  const value = bits?.value;
  if (!bits || value === undefined)
    return wrong(cell, '`value[/mask]` with no bits outside the mask, or a name such as `minimize-delay`', scope);
  const parts = [
    { field: 'dscp', whole: 0xfc, shift: 2 },
    { field: 'ecn', whole: 0x03, shift: 0 },
  ] as const;
  const touched = parts.filter(({ whole }) => (bits.mask & whole) !== 0);
  if (touched.every(({ whole }) => (bits.mask & whole) === whole))
    return forVersions(scope, (version) => ({
      conditions: [],
      statements: touched.map(({ field, whole, shift }) => setTo(field, version, (value & whole) >> shift)),
    }));
  const changes = scope.families.versions.flatMap((version) =>
    touched.flatMap(({ field, whole, shift }) =>
      valuesUnder(whole & ~bits.mask).map((kept): MangleChange => {
        const as: Match = { kind: 'trafficClass', negated: false, mask: whole & ~bits.mask, value: kept };
        const conditions = (bits.mask & whole) === whole ? [] : [as];
        return { version, conditions, statements: [setTo(field, version, (kept | (value & whole)) >> shift)] };
      }),
    ),
  );
  return { kind: 'changes', changes };
}

function setTo(field: 'dscp' | 'ecn', version: Version, value: number): Statement {
  return { kind: 'setField', field, version, value };
}

/** Every number that has no bits but those of the mask. */
function valuesUnder(mask: number): readonly number[] {
  return Array.from({ length: mask + 1 }, (_none, each) => each).filter((each) => (each & ~mask) === 0);
}

/** DSCP: the whole code point. */
export function codePoint(cell: Cell<MangleText>, scope: Scope): MangleAction | undefined {
  const bits = codepointOf(parameterText(cell));
  if (!bits) return wrong(cell, '`BE`, `EF`, `CS0` to `CS7`, `AF11` to `AF43`, or a number up to 63', scope);
  return forVersions(scope, (version) => ({
    conditions: [],
    statements: [setTo('dscp', version, bits.value >> 2)],
  }));
}
