/** Elements of sets in a listing. */
import { invariant } from '../../invariant.ts';
import { protocolNames } from '../../net/icmp-names.ts';
import { partOfNumbers, partOfVersion, singlePart } from '../elements.ts';
import { macNumber } from '../fields.ts';
import type { ElementPart, SetElement } from '../ruleset.ts';
import { arrayIn, asObject, isArray, type Json, numberIn, textIn } from './json.ts';
import { addressesIn, numbersIn, patternIn } from './values.ts';

/** `10.0.0.0/8 . 22 . 6`, with the time after which it leaves. */
export function elementIn(value: Json): SetElement {
  const inner = asObject(asObject(value)?.elem);
  if (inner) {
    const timeout = inner.timeout === undefined ? {} : { timeout: numberIn(inner.timeout) };
    return { ...elementIn(inner.val ?? null), ...timeout };
  }
  const concat = asObject(value)?.concat;
  return { key: (isArray(concat) ? concat : [value]).map(partIn) };
}

/** `ip : 192.0.2.1`, of a map by IP version. As a number nft 1.0.6 tells the version in the order of bytes of the wire. */
export function pairIn(value: Json): SetElement {
  const [key = null, to = null] = arrayIn(value);
  const isFour = typeof key === 'number' ? key === 0x0800 || key === 0x0008 : textIn(key) === 'ip';
  return { key: [partOfVersion(isFour ? 4 : 6)], to: elementIn(to).key };
}

function partIn(value: Json): ElementPart {
  if (typeof value === 'number') return singlePart(value);
  if (typeof value === 'string') return plain(value);
  const range = asObject(value)?.range;
  if (isArray(range) && typeof range[0] === 'number') return partOfNumbers(numbersIn(value));
  invariant(asObject(value), `no element: ${JSON.stringify(value)}`);
  return endsOf(value);
}

/** An address, a MAC address, a number or protocol by its name; any other text is the name of an interface. */
function plain(text: string): ElementPart {
  if (/^([0-9a-f]{2}:){5}[0-9a-f]{2}$/i.test(text)) return singlePart(macNumber(text));
  if (/^[0-9a-f:]*:[0-9a-f:.]*$|^\d+(\.\d+){3}$/i.test(text)) return endsOf(text);
  if (/^(0x[0-9a-f]+|\d+)$/.test(text)) return singlePart(BigInt(text));
  const protocol = Object.entries(protocolNames).find(([, name]) => name === text);
  return protocol ? singlePart(Number(protocol[0])) : patternIn(text);
}

function endsOf(value: Json): ElementPart {
  const { first, last } = addressesIn(value);
  return { first, last };
}
