/** The lines of a folder of ours that are about one IP version, as Shorewall of that version reads them. */
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseAddress } from '../../compiler/net/address.ts';
import type { Version } from '../../compiler/net/version.ts';

/** Files of lines with columns that are no rules: settings, shell, sets. */
const otherFiles = /\.conf$|^(params|ipsets|modules|helpers|init|start|started|stop|stopped|clear|lib\.private)$/;

/** What words of a line may be about. */
interface Known {
  readonly zones: ReadonlyMap<string, Version | 'both'>;
  /** Sets that hold addresses. */
  readonly sets: ReadonlyMap<string, Version>;
  /** The values that `params` gives. */
  readonly variables: ReadonlyMap<string, string>;
}

/** Whether some line, or some zone, is about IPv6 and another may be about IPv4. */
export function speaksOfBoth(folder: string): boolean {
  const known = knownIn(folder);
  const versions = new Set(known.zones.values());
  if (versions.has('both') && wordsIn(folder, known).some((word) => versionsOf(word, known).includes(6))) return true;
  return versions.has(6) && versions.size > 1;
}

function wordsIn(folder: string, known: Known): readonly string[] {
  return filesIn(folder).flatMap((name) => linesOf(join(folder, name), known).flatMap((line) => line.split(/[\s,!]+/)));
}

/** Rewrites the folder. */
export function takeOneVersion(folder: string, version: Version): void {
  const known = knownIn(folder);
  for (const name of filesIn(folder)) {
    const path = join(folder, name);
    const lines = linesOf(path, known).flatMap((line) => lineFor(version, name, line, known) ?? []);
    writeFileSync(path, lines.map((line) => `${line}\n`).join(''));
  }
}

function filesIn(folder: string): readonly string[] {
  return readdirSync(folder).filter((name) => !otherFiles.test(name));
}

function knownIn(folder: string): Known {
  const variables = new Map<string, string>();
  const params = join(folder, 'params');
  if (existsSync(params))
    for (const [, name = '', quoted, plain = ''] of readFileSync(params, 'utf8').matchAll(/^(\w+)=(?:"(.*)"|(\S*))/gm))
      variables.set(name, quoted ?? plain);
  const types: Readonly<Record<string, Version>> = { ipv4: 4, ipv6: 6, inet: 4, inet6: 6 };
  const ipsets = join(folder, 'ipsets');
  const created = existsSync(ipsets)
    ? readFileSync(ipsets, 'utf8').matchAll(/^create (\S+) .*family (inet6?)\b/gm)
    : [];
  const sets = [...created].map(([, name = '', family = '']) => [name, types[family] ?? 4] as const);
  const zones = linesOf(join(folder, 'zones'), { zones: new Map(), sets: new Map(), variables }).flatMap((line) => {
    const [name = '', type = ''] = line.split(/\s+/);
    return type === 'firewall' ? [] : [[name.replace(/:.*/, ''), types[type] ?? 'both'] as const];
  });
  return { zones: new Map(zones), sets: new Map(sets), variables };
}

/** Lines without comments and continuations, with the values of variables from `params`. */
function linesOf(path: string, { variables }: Known): readonly string[] {
  const text = readFileSync(path, 'utf8').replaceAll(/\\\n\s*/g, '');
  return text.split('\n').flatMap((line) => {
    if (line.trimStart().startsWith('?')) return [line];
    const said = line.replace(/\s*#.*/, '').replaceAll(/\$\{?(\w+)\}?/g, (all, name) => variables.get(name) ?? all);
    return said.trim() === '' ? [] : [said];
  });
}

/** The line for one version; undefined when it is about the other. */
function lineFor(version: Version, file: string, line: string, known: Known): string | undefined {
  const words = line.trim().split(/\s+/);
  const [first = '', second] = words;
  if (line.trimStart().startsWith('?')) return line;
  if (file === 'zones') {
    const type = known.zones.get(first.replace(/:.*/, ''));
    if (type !== undefined && type !== 'both' && type !== version) return undefined;
    return second === 'ip' ? [first, `ipv${version}`, ...words.slice(2)].join(' ') : line;
  }
  // An interface without a zone of this version is there all the same.
  if (file === 'interfaces' && isOther(first, version, known)) return ['-', ...words.slice(1)].join(' ');
  const kept = words.map((word) => wordFor(version, word, known));
  return kept.some((word) => word === undefined) ? undefined : kept.join(' ');
}

/** Of lists and exclusions what is about this version; undefined when the word is about the other alone. */
function wordFor(version: Version, word: string, known: Known): string | undefined {
  const zone = /^(\w+):/.exec(word)?.[1];
  const isZone = zone !== undefined && (known.zones.has(zone) || zone === 'all');
  if (isZone && isOther(zone, version, known)) return undefined;
  const rest = isZone ? word.slice(zone.length + 1) : word;
  const [among = '', except] = rest.split('!');
  const mine = (list: string): readonly string[] => list.split(',').filter((each) => !isOther(each, version, known));
  const kept = mine(among);
  const spared = except === undefined ? [] : mine(except);
  if (kept.length === 0) return undefined;
  const text = `${kept.join(',')}${spared.length > 0 ? `!${spared.join(',')}` : ''}`;
  if (!isZone) return text || '-';
  if (text === '') return zone;
  return `${zone}:${version === 6 && versionsOf(text, known).includes(6) && !/[[<]/.test(text) ? `<${text}>` : text}`;
}

function isOther(text: string, version: Version, known: Known): boolean {
  const ofZone = known.zones.get(text.replace(/:.*/, ''));
  if (ofZone !== undefined && ofZone !== 'both') return ofZone !== version;
  const versions = versionsOf(text, known);
  return versions.length > 0 && !versions.includes(version);
}

/** The IP versions of the addresses and sets in a word. */
function versionsOf(text: string, { sets }: Known): readonly Version[] {
  const addresses = text.match(/\d+(?:\.\d+){3}|[\da-f]*:[\da-f:]*:[\da-f]*/gi) ?? [];
  return [
    // Between a zone and an address stands a colon, too.
    ...addresses.flatMap((each) => parseAddress(each.replace(/^:(?!:)/, ''))?.version ?? []),
    ...[...text.matchAll(/\+([\w-]+)/g)].flatMap(([, name = '']) => sets.get(name) ?? []),
  ];
}
