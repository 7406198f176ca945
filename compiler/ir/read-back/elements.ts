/** Elements of sets in a listing, in the one spelling that `canonical` gives ours. */
import { invariant } from '../../invariant.ts';
import { printNumbers, printRange } from '../address.ts';
import { arrayIn, asObject, isArray, type Json, textIn } from './json.ts';
import { addressesIn, numbersIn } from './values.ts';

/** `10.0.0.0/8 . 22 . 6` */
export function elementIn(value: Json): string {
  const inner = asObject(value)?.elem;
  if (inner !== undefined) return elementIn(asObject(inner)?.val ?? null);
  const concat = asObject(value)?.concat;
  return (isArray(concat) ? concat : [value]).map(partIn).join(' . ');
}

/** `ip : 192.0.2.1`, of a map by IP version. As a number nft 1.0.6 tells the version in the order of bytes of the wire. */
export function pairIn(value: Json): string {
  const [key = null, to = null] = arrayIn(value);
  const version = typeof key === 'number' ? (key === 0x0800 || key === 0x0008 ? 'ip' : 'ip6') : textIn(key);
  return `${version} : ${elementIn(to)}`;
}

function partIn(value: Json): string {
  if (typeof value === 'number') return String(value);
  if (typeof value === 'string') return plain(value);
  const range = asObject(value)?.range;
  if (isArray(range) && typeof range[0] === 'number') return printNumbers(numbersIn(value));
  invariant(asObject(value), `no element: ${JSON.stringify(value)}`);
  return printRange(addressesIn(value));
}

/** An address in its usual notation; any other text is a MAC address or the name of an interface. */
function plain(text: string): string {
  if (/^[0-9a-f:]+$|^[0-9.]+$/i.test(text) && !/^([0-9a-f]{2}:){5}[0-9a-f]{2}$/i.test(text)) {
    return /[.:]/.test(text) ? printRange(addressesIn(text)) : text;
  }
  return textIn(text);
}
