/** Values of matches in a listing. */
import { invariant } from '../../invariant.ts';
import { parseAddress, prefixRange } from '../../net/address.ts';
import type { InterfacePattern } from '../../net/interface.ts';
import type { TcpFlag } from '../../net/packet-kinds.ts';
import type { AddressRange, NumberRange } from '../../net/ranges.ts';
import { asObject, isArray, type Json, numberIn, textIn } from './json.ts';

/** First and last of a range; a single value is both. */
function endsOf(value: Json): readonly [Json, Json] {
  const range = asObject(value)?.range;
  if (!isArray(range)) return [value, value];
  return [range[0] ?? null, range[1] ?? null];
}

export function numbersIn(value: Json): NumberRange {
  const [first, last] = endsOf(value);
  return { first: numberIn(first), last: numberIn(last) };
}

export function addressesIn(value: Json): AddressRange {
  const prefix = asObject(asObject(value)?.prefix);
  if (prefix) {
    const { version, value: network } = addressIn(prefix.addr);
    return prefixRange(version, network, numberIn(prefix.len));
  }
  const [first, last] = endsOf(value);
  const from = addressIn(first);
  return { version: from.version, first: from.value, last: addressIn(last).value };
}

function addressIn(value: Json | undefined) {
  const address = parseAddress(textIn(value));
  invariant(address, `no address in the listing: ${JSON.stringify(value)}`);
  return address;
}

export function patternIn(value: Json): InterfacePattern {
  const text = textIn(value);
  const wildcard = text.endsWith('*');
  return { name: wildcard ? text.slice(0, -1) : text, wildcard };
}

const flagBits: readonly TcpFlag[] = ['fin', 'syn', 'rst', 'psh', 'ack', 'urg', 'ecn', 'cwr'];

/** The flags of a list of bits, or of their sum. */
export function flagsIn(values: readonly Json[]): readonly TcpFlag[] {
  const bits = values.reduce((sum: number, value) => sum | numberIn(value), 0);
  return flagBits.filter((_flag, bit) => bits & (1 << bit));
}

/** The bits of a prefix of a 32-bit number, as nft 1.0.6 lists some masks. */
export function prefixMask(length: number): number {
  return length === 0 ? 0 : (0xffffffff << (32 - length)) >>> 0;
}

/** Seconds of the day of `08:00` or `08:00:30`. */
export function secondIn(value: Json): number {
  const [hours = 0, minutes = 0, seconds = 0] = textIn(value).split(':').map(Number);
  return hours * 3600 + minutes * 60 + seconds;
}
