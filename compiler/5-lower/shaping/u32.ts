/** Matches as words of u32 (tc-u32(8)), for packets that come in, before nft sees them. */
import { invariant } from '../../invariant.ts';
import type { Match } from '../../ir/ruleset.ts';
import { prefixesOf, printAddress } from '../../net/address.ts';
import type { NumberRange } from '../../net/ranges.ts';
import type { Version } from '../../net/version.ts';

export interface U32 {
  readonly protocol: 'ip' | 'ipv6';
  readonly words: string;
}

/** Each filter that it takes; together they hold for the packets of the matches, whose kinds stage 3 has looked at. */
export function u32Words(matches: readonly Match[]): readonly U32[] {
  const versions: readonly Version[] = ([4, 6] as const).filter((version) =>
    matches.every((match) => ofVersion(match) === undefined || ofVersion(match) === version),
  );
  return versions.flatMap((version) =>
    product(matches.map((match) => wordsOf(match, version))).map((words) => ({
      protocol: version === 4 ? ('ip' as const) : ('ipv6' as const),
      words: words.length === 0 ? 'match u32 0 0' : words.join(' '),
    })),
  );
}

function ofVersion(match: Match): Version | undefined {
  if (match.kind === 'version' || match.kind === 'icmp') return match.version;
  return match.kind === 'address' ? match.ranges[0]?.version : undefined;
}

function product(lists: readonly (readonly string[])[]): readonly (readonly string[])[] {
  return lists.reduce<readonly (readonly string[])[]>(
    (all, list) => all.flatMap((start) => list.map((word) => (word === '' ? start : [...start, word]))),
    [[]],
  );
}

/** The alternatives of one match. Ports stand behind a header without options, which is asked for. */
function wordsOf(match: Match, version: Version): readonly string[] {
  const header = version === 4 ? 'ip' : 'ip6';
  switch (match.kind) {
    case 'version':
      return [''];
    case 'address':
      return match.ranges
        .filter((range) => range.version === version)
        .flatMap((range) =>
          prefixesOf(range).map(
            ({ value, length }) =>
              `match ${header} ${match.field === 'saddr' ? 'src' : 'dst'} ${printAddress(version, value)}/${length}`,
          ),
        );
    case 'protocol':
      return match.protocols.map((number) => `match ${header} protocol ${number} 0xff`);
    case 'port': {
      const protocol = match.protocol === 'any' ? '' : `match ${header} protocol ${match.protocol} 0xff `;
      const plain = version === 4 ? 'match u8 0x05 0x0f at 0 ' : '';
      return match.ranges.flatMap((range) =>
        maskedPorts(range).map(
          ({ value, mask }) => `${protocol}${plain}match ${header} ${match.field} ${value} 0x${mask.toString(16)}`,
        ),
      );
    }
    case 'icmp':
      return match.types.map(
        ({ type, code }) =>
          `match ${header} protocol ${version === 4 ? 1 : 58} 0xff match u8 ${type} 0xff at nexthdr+0${code === undefined ? '' : ` match u8 ${code} 0xff at nexthdr+1`}`,
      );
    case 'trafficClass':
      return [`match ${header} ${version === 4 ? 'tos' : 'priority'} ${match.value} 0x${match.mask.toString(16)}`];
    case 'length': {
      const most = match.ranges[0]?.last ?? 0xffff;
      const mask = (~most & 0xffff).toString(16).padStart(4, '0');
      return [`match u16 0x0000 0x${mask} at ${version === 4 ? 2 : 4}`];
    }
    default:
      invariant(false, `u32 cannot ask for ${match.kind}`);
  }
}

/** A range of ports as values under masks. */
function maskedPorts({ first, last }: NumberRange): readonly { readonly value: number; readonly mask: number }[] {
  const found: { value: number; mask: number }[] = [];
  for (let value = first; value <= last; ) {
    let size = value === 0 ? 65536 : value & -value;
    while (value + size - 1 > last) size /= 2;
    found.push({ value, mask: 0x10000 - size });
    value += size;
  }
  return found;
}
