/** The translations of a listing as lines of `rules` and `snat`. */
import type { Version } from '../../net/version.ts';
import { forBothVersions } from './address-types.ts';
import { type Cells, cellsOf, never, rangeText } from './cells.ts';
import { type Leaf, leavesOf, type Met } from './leaves.ts';
import { type Line, merged, translationText, type Unsaids } from './line.ts';
import type { ByVersion } from './pairs.ts';
import { rowOf } from './rules-text.ts';
import { chainsAt, covers, type Rules, type Situation } from './situation.ts';
import { firewallZone, type ListedZone, textOf } from './zones.ts';

/** What a translation of a listing becomes: the words of ACTION, and where it leads. */
interface Translating extends Line {
  readonly to: string;
}

type Writer = (leaf: Leaf) => { readonly action: string; readonly to: string } | undefined;

/** Lines of the section of new connections: destinations are changed before anybody decides, and nothing is accepted by it. */
export function destinationLines(zones: readonly ListedZone[], rules: ByVersion, unsaids: Unsaids): readonly string[] {
  const blocks = [firewallZone, ...zones].map((zone): Block => {
    const hook = zone === firewallZone ? 'output' : 'prerouting';
    const met = (of: Rules, version: Version): readonly Met[] => {
      const situation: Situation = {
        version,
        state: 'new',
        iifname: zone.pattern ?? null,
        ...(zone.pattern && { oifname: null }),
      };
      return chainsAt(of, hook, true).map((chain) => ({ chain, situation }));
    };
    const lines = linesOf(rules, met, destinationOf, unsaids);
    const rows = lines.flatMap((line) => inVersion(line, rules.size, [destinationRow(line, zone)]));
    return { zone, rows, end: rowOf(['NONAT', zone.name, 'all']) };
  });
  return apart(blocks);
}

/** Lines of `snat`, by the interface that packets leave by. */
export function sourceLines(zones: readonly ListedZone[], rules: ByVersion, unsaids: Unsaids): readonly string[] {
  // What the machine sends to itself leaves by an interface, too.
  const blocks = [loopbackZone, ...zones].map((zone): Block => {
    const met = (of: Rules, version: Version): readonly Met[] => {
      const situation: Situation = { version, state: 'new', ...(zone.pattern && { oifname: zone.pattern }) };
      return chainsAt(of, 'postrouting', true).map((chain) => ({ chain, situation }));
    };
    const by = zone.pattern ? textOf(zone.pattern) : '+';
    const lines = linesOf(rules, met, sourceOf, unsaids);
    const rows = lines.flatMap((line) => inVersion(line, rules.size, [sourceRow(line, by)]));
    return { zone, rows, end: rowOf(['CONTINUE', '', by]) };
  });
  return apart(blocks);
}

const loopbackZone: ListedZone = { name: 'lo', pattern: { name: 'lo', wildcard: false } };

/** The lines of one zone, and the line by which its packets meet no later one. */
interface Block {
  readonly zone: ListedZone;
  readonly rows: readonly string[];
  readonly end: string;
}

/** Lines for all other interfaces would hold for those of zones before, too. */
function apart(blocks: readonly Block[]): readonly string[] {
  return blocks.flatMap(({ zone: { pattern }, rows, end }, index) => {
    const isMeant = blocks
      .slice(index + 1)
      .some((later) => later.rows.length > 0 && pattern && later.zone.pattern && covers(later.zone.pattern, pattern));
    return isMeant ? [...rows, end] : rows;
  });
}

function linesOf(
  rules: ByVersion,
  met: (rules: Rules, version: Version) => readonly Met[],
  write: Writer,
  unsaids: Unsaids,
): readonly Translating[] {
  const [one = [], other] = [...rules].map(([version, of]) =>
    trimmed(leavesOf(met(of, version), of))
      .flatMap((leaf) => (rules.size > 1 ? forBothVersions(leaf) : [leaf]))
      .flatMap((leaf) => lineOf(leaf, version, write, unsaids)),
  );
  return (other ? merged(one, other) : one) as readonly Translating[];
}

/** What is accepted at the end without a translation needs no line. */
function trimmed(leaves: readonly Leaf[]): readonly Leaf[] {
  const last = leaves.findLastIndex(({ deed }) => deed.kind !== 'accept');
  return leaves.slice(0, last + 1);
}

function lineOf(
  { matches, deed, place, ...leaf }: Leaf,
  version: Version,
  write: Writer,
  unsaids: Unsaids,
): readonly Translating[] {
  const { cells, unsaid } = cellsOf(matches, version);
  if (cells === never || deed.kind === 'log') return [];
  const said = write({ ...leaf, matches, deed });
  if (said && unsaid.length === 0) return [{ ...said, cells }];
  const what = unsaid.map((match) => (match.kind === 'raw' ? match.text : match.kind)).join('; ');
  unsaids.add(place, what === '' ? 'no line translates so; left out' : `no translation can ask for: ${what}; left out`);
  return [];
}

const destinationOf: Writer = ({ deed }) => {
  if (deed.kind === 'accept') return { action: 'NONAT', to: '' };
  if (deed.kind !== 'nat') return undefined;
  const { statement } = deed;
  if (statement.kind === 'redirect' && !statement.random)
    return { action: 'REDIRECT-', to: statement.ports ? rangeText(statement.ports).replace(':', '-') : '' };
  const to = translationText(statement);
  return statement.kind === 'dnat' && to !== undefined ? { action: 'DNAT-', to } : undefined;
};

const sourceOf: Writer = ({ deed }) => {
  if (deed.kind === 'accept') return { action: 'CONTINUE', to: '' };
  if (deed.kind !== 'nat') return undefined;
  const { statement } = deed;
  if (statement.kind === 'masquerade' && !statement.random)
    return {
      action: statement.ports ? `MASQUERADE(${rangeText(statement.ports).replace(':', '-')})` : 'MASQUERADE',
      to: '',
    };
  const to = translationText(statement);
  return statement.kind === 'snat' && to !== undefined ? { action: `SNAT(${to})`, to: '' } : undefined;
};

function destinationRow({ action, to, cells }: Translating, zone: ListedZone): string {
  const source = withHosts(zone.name, cells.source);
  return rowOf([action, source, to, cells.proto, cells.dport, cells.sport, cells.dest], cells.inline);
}

function sourceRow({ action, cells }: Translating, by: string): string {
  return rowOf([action, cells.source, withHosts(by, cells.dest), cells.proto, cells.dport, cells.sport], cells.inline);
}

function withHosts(place: string, hosts: Cells['source']): string {
  return hosts === '' ? place : `${place}:${hosts}`;
}

function inVersion({ version, cells }: Line, versions: number, rows: readonly string[]): readonly string[] {
  const needsVersion = versions > 1 && version !== undefined && !cells.ofOneVersion;
  return needsVersion ? [`?IF __IPV${version}`, ...rows, '?ENDIF'] : rows;
}
