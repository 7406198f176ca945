/** Listings of rules that a configuration is made from: files, or what this machine has loaded. */
import { readFileSync } from 'node:fs';
import type { Dump } from '../../../compiler/dumps/dump.ts';
import { readDump } from '../../../compiler/dumps/read.ts';
import type { Version } from '../../../compiler/net/version.ts';
import { childProcess } from '../../environment/child-process.ts';
import { reasonOf } from '../../environment/system-errors.ts';

/** A listing under the name by which people know it. */
export interface Listing {
  readonly name: string;
  readonly dump: Dump;
}

/** The listings; a sentence says why there are none. No IP version may come twice. */
export function listingsOf(
  files: readonly string[],
  fromSystem: boolean,
  version: Version | undefined,
): readonly Listing[] | string {
  const texts = fromSystem ? textsOfSystem() : textsOfFiles(files);
  if (typeof texts === 'string') return texts;
  const listings: Listing[] = [];
  for (const { name, text } of texts) {
    const read = readDump({ path: name, text }, version);
    if (read.kind === 'none') return `${name}: ${read.reason}`;
    const twice = listings.find(({ dump }) => dump.versions.some((each) => read.dump.versions.includes(each)));
    if (twice) return `${twice.name} and ${name} tell of the same IP version: name one listing for each`;
    listings.push({ name, dump: read.dump });
  }
  return listings;
}

interface Text {
  readonly name: string;
  readonly text: string;
}

function textsOfFiles(files: readonly string[]): readonly Text[] | string {
  const texts: Text[] = [];
  for (const path of files) {
    const name = path === '-' ? 'standard input' : path;
    try {
      texts.push({ name, text: readFileSync(path === '-' ? 0 : path, 'utf8') });
    } catch (error) {
      return `cannot read ${name}: ${reasonOf(error)}`;
    }
  }
  return texts;
}

/** What iptables keeps, where it keeps rules; else what nft has. Rules of both would be half a firewall each. */
function textsOfSystem(): readonly Text[] | string {
  const ofIptables = ['iptables-save', 'ip6tables-save'].flatMap((program): readonly Text[] => {
    const text = outputOf([program]).stdout;
    return /^(-A |:\S+ DROP )/m.test(text) ? [{ name: program, text }] : [];
  });
  const own = ownTablesOf(outputOf(['nft', 'list', 'ruleset']));
  const ofNft = /^\s*table (inet|ip|ip6) \S+ \{[^}]*\S/m.test(own) ? [{ name: 'nft list ruleset', text: own }] : [];
  if (ofIptables.length > 0 && ofNft.length > 0)
    return 'both iptables and nft have rules here, and packets pass through both: save each listing, and begin with the one that decides (--from FILE)';
  const found = [...ofIptables, ...ofNft];
  return found.length > 0 ? found : 'no rules are loaded here, or they cannot be read: root can read them';
}

interface Output {
  readonly stdout: string;
  readonly stderr: string;
}

function outputOf([program = '', ...words]: readonly string[]): Output {
  const { status, stdout, stderr } = childProcess().spawnSync(program, words, { encoding: 'utf8', maxBuffer: 2 ** 28 });
  return status === 0 ? { stdout, stderr } : { stdout: '', stderr: '' };
}

/** iptables over nf_tables keeps its rules in tables that nft lists, too, with a warning for each (nft(8) says it on standard error). */
function ownTablesOf({ stdout, stderr }: Output): string {
  const warned = [...`${stdout}${stderr}`.matchAll(/^# Warning: table (\S+ \S+) is managed by iptables/gm)];
  const foreign = new Set(warned.map(([, name]) => name));
  return stdout
    .split(/^(?=table )/m)
    .filter((part) => !foreign.has(/^table (\S+ \S+) \{/.exec(part)?.[1] ?? '') && !part.startsWith('# Warning:'))
    .join('');
}
