/** The rules of a machine from whatever tool has listed them. */
import type { Version } from '../net/version.ts';
import type { Source } from '../source.ts';
import type { ReadDump } from './dump.ts';
import { isIptablesSave, readIptables, versionOfListing } from './iptables.ts';
import { isNftListing, readNft } from './nft.ts';

/**
 * Reads a listing. `version`: the IP version that is meant where a listing of iptables does not say which it is.
 */
export function readDump(source: Source, version: Version | undefined): ReadDump {
  if (isNftListing(source.text)) return readNft(source);
  if (!isIptablesSave(source.text))
    return { kind: 'none', reason: 'it is no listing of iptables-save, ip6tables-save or `nft list ruleset`' };
  const told = versionOfListing(source.text) ?? version;
  if (told === undefined)
    return { kind: 'none', reason: 'nothing in it tells whether it is of IPv4 or of IPv6: say so by --family' };
  return readIptables(source, told);
}
