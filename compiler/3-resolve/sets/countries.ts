/**
 * The addresses of countries, from the files that xt_geoip_build(1) makes: `US.iv4` and `US.iv6`, pairs of the first and
 * the last address of a range. Up to version 2 of xtables-addons there is a folder LE whose IPv4 addresses begin with
 * the lowest byte; all others begin with the highest.
 */
import type { Environment } from '../../environment.ts';
import type { AddressRange } from '../../net/ranges.ts';
import type { Version } from '../../net/version.ts';

type Known =
  | { readonly ranges: readonly AddressRange[] }
  /** What is wrong with a file, as a sentence, and the country it is of. */
  | { readonly fault: string; readonly code: string };

/** The ranges of all countries together, in every IP version that is compiled. */
export function rangesOfCountries(
  codes: readonly string[],
  folder: string,
  environment: Environment,
  versions: readonly Version[],
): Known {
  const ranges: AddressRange[] = [];
  for (const code of codes) {
    for (const version of versions) {
      const path = `${folder}/${code.toUpperCase()}.iv${version}`;
      const file = environment.readBytes(path);
      const size = version === 4 ? 4 : 16;
      if (file.kind === 'absent') return { fault: `there is no \`${path}\``, code };
      if (file.kind === 'unreadable') return { fault: `\`${path}\`: ${file.reason}`, code };
      const { bytes } = file;
      if (bytes.length % (2 * size) !== 0) return { fault: `\`${path}\` is not made of pairs of addresses`, code };
      const lowFirst = version === 4 && /\/LE\/?$/.test(folder);
      for (let at = 0; at < bytes.length; at += 2 * size) {
        const [first, last] = [at, at + size].map((start) => numberOf(bytes.subarray(start, start + size), lowFirst));
        if (first !== undefined && last !== undefined && first <= last) ranges.push({ version, first, last });
      }
    }
  }
  return { ranges };
}

function numberOf(bytes: Uint8Array, lowFirst: boolean): bigint {
  const ordered = lowFirst ? [...bytes].reverse() : [...bytes];
  return ordered.reduce((number, byte) => number * 256n + BigInt(byte), 0n);
}
