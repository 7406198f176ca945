/** The addresses of a call that changes lists: those among its words, and those of a file. */
import { readFileSync } from 'node:fs';
import type { AddressRange } from '../../compiler/net/ranges.ts';
import { reasonOf } from '../environment/system-errors.ts';
import { say } from '../output/output.ts';
import { type Call, type Status, status } from '../verb.ts';
import { noAddress, readAddressesAndTime, readHosts, readTimeout } from './words.ts';

/** Addresses that a call names, and for how long; 0 is for ever. */
export interface NamedAddresses {
  readonly range: AddressRange;
  readonly seconds: number;
}

/** How many bad lines of a file are told. */
const mostTold = 10;

/**
 * All that the call names, in its order. Where a word or a line is none, that is said, with the number of the line, and
 * the status to end with is returned. `timed`: a time may stand behind addresses.
 */
export function addressesOf(call: Call, timed: boolean): readonly NamedAddresses[] | Status {
  const { addressFile } = call.options;
  const { addresses, seconds } = timed
    ? readAddressesAndTime(call.arguments, addressFile !== undefined)
    : { addresses: call.arguments, seconds: 0 };
  const named: NamedAddresses[] = [];
  for (const word of addresses) {
    const range = readHosts(word);
    if (range === undefined) return noAddress(word);
    named.push({ range, seconds });
  }
  if (addressFile !== undefined) {
    const lines = linesOf(addressFile, timed ? seconds : undefined);
    return typeof lines === 'number' ? lines : [...named, ...lines];
  }
  if (named.length > 0) return named;
  say(`name the addresses: ftpwall ${call.verb} ADDRESS …, or --file FILE`);
  return status.usage;
}

/** The lines of a file; without `seconds` none may have a time. */
function linesOf(path: string, seconds: number | undefined): readonly NamedAddresses[] | Status {
  const name = path === '-' ? 'standard input' : path;
  let text: string;
  try {
    text = readFileSync(path === '-' ? 0 : path, 'utf8');
  } catch (error) {
    say(`cannot read ${name}: ${reasonOf(error)}; nothing was changed`);
    return status.usage;
  }
  const lines = text.split('\n').map((line) => line.replace(/#.*/, '').trim());
  const read = lines.map((line) => (line === '' ? undefined : lineOf(line, seconds)));
  const bad = lines.flatMap((line, index) => (line !== '' && read[index] === undefined ? [{ line, index }] : []));
  if (bad.length === 0) return read.filter((each) => each !== undefined);
  const wanted = seconds === undefined ? '' : ', with a time behind it or none';
  for (const { line, index } of bad.slice(0, mostTold))
    say(`${name}:${index + 1}: ${JSON.stringify(line.slice(0, 80))} is not an address, a network or a range${wanted}`);
  const more = bad.length > mostTold ? `${bad.length - mostTold} more lines are wrong; ` : '';
  say(`${more}nothing was changed`);
  return status.usage;
}

function lineOf(line: string, otherwise: number | undefined): NamedAddresses | undefined {
  const [address = '', time, ...more] = line.split(/\s+/);
  const range = readHosts(address);
  const seconds = time === undefined ? (otherwise ?? 0) : otherwise === undefined ? undefined : readTimeout(time);
  return range === undefined || seconds === undefined || more.length > 0 ? undefined : { range, seconds };
}
