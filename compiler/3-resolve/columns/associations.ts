/** Which security associations of IPsec a line asks for: options of zones and of the column IPSEC. */
import { placeIn } from '../../2-parse/value.ts';
import { unsupportedMatch } from '../../diagnostics/catalogue/matches.ts';
import { badOptionValue, tunnelMode, unknownOption } from '../../diagnostics/catalogue/options.ts';
import type { Report } from '../../diagnostics/report.ts';
import { nearest } from '../../diagnostics/suggest.ts';
import {
  type AssociationOptionDescription,
  type AssociationOptionName,
  associationOptions,
  isAssociationOption,
  withoutNegation,
} from '../../language/options/association-options.ts';
import type { Cell } from '../../language/schema.ts';
import type { Option } from '../../language/values.ts';
import type { IpsecWish } from '../../model/nat.ts';
import type { AssociationWish } from '../../model/zone.ts';
import { bitsOf, parseAddress, prefixRange } from '../../net/address.ts';
import type { AddressRange } from '../../net/ranges.ts';
import type { Span } from '../../source.ts';

/** The column IPSEC; undefined after a message. */
export function resolveIpsec(cell: Cell<readonly Option[]>, report: Report): IpsecWish | undefined {
  const alone = /^(yes|no)$/i.exec(cell.text.text)?.[1]?.toLowerCase();
  if (alone) return alone as 'yes' | 'no';
  let wish: AssociationWish = {};
  for (const { name, value = '', at } of cell.value) {
    const place = placeIn(cell, at);
    if (!isAssociationOption(withoutNegation(name).name)) {
      const names = Object.keys(associationOptions);
      report.add(unknownOption(place, name, nearest(name, cell.value.length > 1 ? names : ['yes', 'no', ...names])));
      return undefined;
    }
    const found = associationOf({ name, value }, place, report);
    if (!found) return undefined;
    wish = { ...wish, ...found };
  }
  return wish;
}

/** What one option asks for; undefined after a message. */
export function associationOf(
  { name: written, value = '' }: Pick<Option, 'name' | 'value'>,
  place: Span,
  report: Report,
): AssociationWish | undefined {
  const { name, negated } = withoutNegation(written);
  if (negated && name !== 'reqid' && name !== 'spi') {
    const why = 'only `reqid` and `spi` can be those that are not meant: name what is meant';
    report.add(unsupportedMatch(place, `the IPsec option \`${name}!=\``, why));
    return undefined;
  }
  switch (name) {
    case 'mode':
      return modeOf(value, place, report);
    case 'tunnel-src':
    case 'tunnel-dst': {
      const range = networkOf(value);
      if (!range) report.add(badOptionValue(place, name, 'an address or a network'));
      return range && (name === 'tunnel-src' ? { saddr: range } : { daddr: range });
    }
    case 'reqid':
    case 'spi': {
      const number = /^(0x[0-9a-f]+|\d+)$/i.test(value) && Number(value) <= 0xffffffff ? Number(value) : undefined;
      if (number === undefined) report.add(badOptionValue(place, name, 'a number'));
      return number === undefined ? undefined : { [name]: { value: number, negated } };
    }
    default:
      if (isAssociationOption(name))
        report.add(unsupportedMatch(place, `the IPsec option \`${name}\``, ...whyRefused(name)));
      return undefined;
  }
}

function whyRefused(name: AssociationOptionName): readonly [why: string, instead?: string] {
  const option: AssociationOptionDescription = associationOptions[name];
  const { why = '', instead } = option;
  return instead === undefined ? [why] : [why, instead];
}

function modeOf(value: string, place: Span, report: Report): AssociationWish | undefined {
  if (value === 'tunnel') {
    report.add(tunnelMode(place));
    return { tunnel: true };
  }
  const why =
    'nftables tells tunnels by their ends, and cannot ask for an association without: leave it out, or name it by `reqid=`';
  if (value === 'transport') report.add(unsupportedMatch(place, 'the IPsec option `mode=transport`', why));
  else report.add(badOptionValue(place, 'mode', '`tunnel`'));
  return undefined;
}

function networkOf(text: string): AddressRange | undefined {
  const [, written = '', length] = /^([^/]*)(?:\/(\d{1,3}))?$/.exec(text) ?? [];
  const address = parseAddress(written);
  if (!address) return undefined;
  const bits = length === undefined ? bitsOf(address.version) : Number(length);
  return bits <= bitsOf(address.version) ? prefixRange(address.version, address.value, bits) : undefined;
}
