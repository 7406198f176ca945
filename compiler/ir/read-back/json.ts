/** JSON as `nft -j` writes it (libnftables-json(5)), and how it is taken apart. What is not as expected is a bug of ours. */
import { invariant } from '../../invariant.ts';

export type Json = null | boolean | number | string | readonly Json[] | JsonObject;
export interface JsonObject {
  readonly [name: string]: Json;
}

/** The object, or nothing when it is none. */
export function asObject(value: Json | undefined): JsonObject | undefined {
  return typeof value === 'object' && value !== null && !isArray(value) ? value : undefined;
}

export function isArray(value: Json | undefined): value is readonly Json[] {
  return Array.isArray(value);
}

export function objectIn(value: Json | undefined): JsonObject {
  const object = asObject(value);
  invariant(object, `no object in the listing: ${JSON.stringify(value)}`);
  return object;
}

export function arrayIn(value: Json | undefined): readonly Json[] {
  invariant(isArray(value), `no list in the listing: ${JSON.stringify(value)}`);
  return value;
}

export function textIn(value: Json | undefined): string {
  invariant(typeof value === 'string', `no text in the listing: ${JSON.stringify(value)}`);
  return value;
}

/** A number; nft 1.0.6 lists some ports as `0x16 [invalid type]`. */
export function numberIn(value: Json | undefined): number {
  const number = typeof value === 'string' ? Number.parseInt(value, value.startsWith('0x') ? 16 : 10) : value;
  invariant(typeof number === 'number' && !Number.isNaN(number), `no number in the listing: ${JSON.stringify(value)}`);
  return number;
}

/** The one name of an object and what stands under it: `{ "match": … }`. */
export function tagged(value: Json | undefined): readonly [string, Json] {
  const [entry, ...rest] = Object.entries(objectIn(value));
  invariant(entry && rest.length === 0, `not one thing in the listing: ${JSON.stringify(value)}`);
  return entry;
}

/** A list however it is written: a set, an array, joined by `|`, or one value alone. */
export function listIn(value: Json): readonly Json[] {
  if (isArray(value)) return value;
  const object = asObject(value);
  const list = object?.set ?? object?.['|'];
  return isArray(list) ? list : [value];
}
