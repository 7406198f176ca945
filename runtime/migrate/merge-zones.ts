/** Zones and interfaces of two folders as one: lines of both with what each of them says. */
import { meaningOf, mergeLines, type Unit } from './line-merge.ts';

/** The lines, or why they cannot be one, a sentence each. */
export interface MergedLines {
  /** The lines as the folders have them. */
  readonly before: readonly Unit[];
  readonly units: readonly Unit[];
  readonly differing: readonly string[];
}

/** The type of a zone of both, and of one alone; a type of one IP version is that of its folder. */
const zoneTypesOf: Readonly<Record<string, Readonly<Record<'both' | 4 | 6, string>>>> = {
  ip: { both: 'ip', 4: 'ipv4', 6: 'ipv6' },
  ipsec: { both: 'ipsec', 4: 'ipsec4', 6: 'ipsec6' },
};

const kindOfType = (type: string): string => {
  const plain = type.toLowerCase().replace(/[46]$/, '');
  return plain === '-' || plain === 'ipv' || plain === '' ? 'ip' : plain;
};

/** `net:loc ipv4 OPTIONS` → `net:loc ip OPTIONS`. */
const zoneKey = (line: string): string => {
  const [zone = '', type = '-', ...options] = meaningOf(line).split(' ');
  return zone === '' || zone.startsWith('?')
    ? meaningOf(line)
    : [zone, kindOfType(type), ...options].join(' ').replace(/( -)+$/, '');
};

/** Zones that both have become zones of both IP versions, the others stay of one. */
export function mergeZones(four: string, six: string): MergedLines {
  const merged = mergeLines(four, six, zoneKey);
  const differing: string[] = [];
  const names = new Set<string>();
  const units = merged.map((unit): Unit => {
    const [zone = '', type = '-'] = meaningOf(unit.text).split(' ');
    if (zone === '' || zone.startsWith('?')) return unit;
    const name = zone.replace(/:.*/, '');
    if (names.has(name))
      differing.push(`zones: \`${name}\` is another zone in each folder, or stands at another place`);
    names.add(name);
    const wanted = zoneTypesOf[kindOfType(type)]?.[unit.of];
    if (wanted !== undefined) return { ...unit, text: withType(unit.text, wanted) };
    if (unit.of !== 'both' && type === 'firewall')
      differing.push(`zones: the firewall is called \`${name}\` in the folder for IPv${unit.of} only`);
    return unit;
  });
  return { before: merged, units, differing };
}

function withType(line: string, type: string): string {
  return line.replace(
    /^(\s*\S+)(\s*)([^\s#]*)/,
    (_all, zone: string, blanks: string) => `${zone}${blanks || '\t'}${type}`,
  );
}

/** Options that concern one IP version alone. */
const own = {
  4: ['routefilter', 'logmartians', 'arp_filter', 'arp_ignore', 'proxyarp', 'norfc1918'],
  6: ['accept_ra', 'proxyndp', 'forward'],
} as const;

const optionsIn = (line: string): readonly string[] => (meaningOf(line).split(' ').at(-1) ?? '').split(',');
const isOwn = (option: string, version: 4 | 6) =>
  (own[version] as readonly string[]).includes(option.replace(/=.*/, ''));

/** A line whose last column loses the options of one IP version. */
const interfaceKey = (line: string): string => {
  const words = meaningOf(line).split(' ');
  // The broadcast column of the first format says nothing any more.
  if (words[2] === 'detect') words[2] = '-';
  if (words.length < 3 || words[0]?.startsWith('?')) return words.join(' ');
  const shared = optionsIn(line)
    .filter((option) => !isOwn(option, 4) && !isOwn(option, 6))
    .sort();
  return [...words.slice(0, -1), shared.join(',') || '-'].join(' ').replace(/( -| detect)+$/, '');
};

/** Lines of both get the options of IPv6 beside those of IPv4. */
export function mergeInterfaces(four: string, six: string): Omit<MergedLines, 'differing'> {
  const sixth = new Map(six.split('\n').map((line) => [interfaceKey(line), line] as const));
  const before = mergeLines(four, six, interfaceKey);
  const units = before.map((unit): Unit => {
    const said = meaningOf(unit.text);
    if (said === '' || unit.of !== 'both') return unit;
    const more = optionsIn(sixth.get(interfaceKey(unit.text)) ?? '').filter((option) => isOwn(option, 6));
    if (more.length === 0 || said.startsWith('?')) return unit;
    const comment = /\s+#.*$/.exec(unit.text)?.[0] ?? '';
    const spaced = unit.text.slice(0, unit.text.length - comment.length).trimEnd();
    const text = said.endsWith(' -') ? spaced.replace(/-$/, more.join(',')) : `${spaced},${more.join(',')}`;
    return { ...unit, text: `${text}${comment}` };
  });
  return { before, units };
}
