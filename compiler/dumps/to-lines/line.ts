/** Lines of the configuration while they are made, and how lists of them for two IP versions become one. */
import type { RejectWith, Statement } from '../../ir/ruleset.ts';
import { printAddress } from '../../net/address.ts';
import type { Version } from '../../net/version.ts';
import { type Cells, cellsOf, never, rangeText } from './cells.ts';
import { keyOf } from './conditions.ts';
import type { Deed, Leaf, Place } from './leaves.ts';

/** What a leaf becomes, before its zones are written. */
export interface Line {
  readonly action: string;
  readonly cells: Cells;
  /** The version for which alone it holds; absent where it is that of both. */
  readonly version?: Version;
}

/** Something of a listing that the lines do not say. */
export interface Unsaid {
  readonly place: Place;
  /** What became of it, a sentence. */
  readonly why: string;
}

/** Gathers what cannot be said, each place once. */
export class Unsaids {
  readonly #all = new Map<string, Unsaid>();

  add(place: Place | undefined, why: string): void {
    if (!place) return;
    const key = `${place.path}:${place.line}`;
    if (!this.#all.has(key)) this.#all.set(key, { place, why });
  }

  get all(): readonly Unsaid[] {
    return [...this.#all.values()].sort(
      (a, b) => a.place.path.localeCompare(b.place.path) || a.place.line - b.place.line,
    );
  }
}

/** A leaf of the filter as a line; none where it is left out, which `unsaids` then knows. Never weaker than the leaf. */
export function filterLine(leaf: Leaf, version: Version, unsaids: Unsaids): Line | undefined {
  const { deed, place } = leaf;
  const { cells, unsaid } = cellsOf(leaf.matches, version);
  if (cells === never) return undefined;
  const refuses = deed.kind === 'drop' || deed.kind === 'reject';
  if (unsaid.length > 0) {
    const what = unsaid.map((match) => (match.kind === 'raw' ? match.text : match.kind)).join('; ');
    unsaids.add(place, `no line can ask for: ${what}; ${refuses ? 'refused without it' : 'the rule was left out'}`);
    if (!refuses) return undefined;
  }
  if (deed.kind === 'nat' || (deed.kind === 'unsaid' && !deed.decides)) {
    unsaids.add(place, `no line does this: ${deed.kind === 'nat' ? deed.statement.kind : deed.text}; left out`);
    return undefined;
  }
  if (deed.kind === 'unsaid') unsaids.add(place, `no line does this: ${deed.text}; such packets are dropped`);
  const noted =
    deed.kind === 'record' ? `-m recent --name ${deed.event} --set${deed.side === 'src' ? '' : ' --rdest'}` : '';
  return {
    action: actionOf(deed),
    cells: noted === '' ? cells : { ...cells, inline: `${cells.inline} ${noted}`.trim() },
  };
}

function actionOf(deed: Deed): string {
  switch (deed.kind) {
    case 'accept':
      return 'ACCEPT';
    case 'reject':
      return rejection(deed.with);
    case 'record':
      return 'COUNT';
    case 'log':
      return 'LOG:info';
    default:
      return 'DROP';
  }
}

/** As iptables calls the answer; those that nft chooses by the version are what REJECT does for it. */
function rejection(how: RejectWith): string {
  switch (how.kind) {
    case 'tcp-reset':
      return 'REJECT(tcp-reset)';
    case 'icmp':
      return `REJECT(icmp-${how.type.replace('prot-', 'proto-')})`;
    case 'icmpv6':
      return `REJECT(icmp6-${how.type.replace('admin-prohibited', 'adm-prohibited').replace('addr-unreachable', 'addr-unreachable')})`;
    case 'icmpx':
      return `REJECT(icmp-${how.type === 'no-route' ? 'net-unreachable' : how.type})`;
  }
}

/** Where a translation leads: `10.0.0.1:80`, `[2001:db8::1]:80`, `:80`; undefined where a line cannot say it. */
export function translationText(statement: Statement): string | undefined {
  if (statement.kind !== 'dnat' && statement.kind !== 'snat') return undefined;
  const { addresses, ports, addressIn, version } = statement.to;
  if (addressIn !== undefined || statement.to.random || statement.to.persistent) return undefined;
  const ends = addresses ? [addresses.first, ...(addresses.last === addresses.first ? [] : [addresses.last])] : [];
  const printed = ends.map((each) => printAddress(version, each)).join('-');
  const host = version === 6 && printed !== '' && ports ? `[${printed}]` : printed;
  return ports ? `${host}:${rangeText(ports).replace(':', '-')}` : host;
}

/** Whether two lists are the same lines. */
export function sameLines(a: readonly Line[], b: readonly Line[]): boolean {
  return keyOf(a) === keyOf(b);
}

/** One list for both versions. Lines of one version alone pass each other freely, so common ones keep their order and the rest stands between. */
export function merged(ofIpv4: readonly Line[], ofIpv6: readonly Line[]): readonly Line[] {
  const [left, right] = [ofIpv4.map(keyOf), ofIpv6.map(keyOf)];
  const common: number[][] = Array.from({ length: left.length + 1 }, () => new Array<number>(right.length + 1).fill(0));
  const at = (i: number, j: number): number => common[i]?.[j] ?? 0;
  for (let i = left.length - 1; i >= 0; i -= 1)
    for (let j = right.length - 1; j >= 0; j -= 1)
      (common[i] as number[])[j] = left[i] === right[j] ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1));
  const lines: Line[] = [];
  let [i, j] = [0, 0];
  while (i < left.length || j < right.length) {
    const [a, b] = [ofIpv4[i], ofIpv6[j]];
    if (a && b && left[i] === right[j]) {
      lines.push(a);
      i += 1;
      j += 1;
    } else if (a && (!b || at(i + 1, j) >= at(i, j + 1))) {
      lines.push({ ...a, version: 4 });
      i += 1;
    } else if (b) {
      lines.push({ ...b, version: 6 });
      j += 1;
    }
  }
  return lines;
}
