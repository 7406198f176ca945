/** The lines between zones as `rules` and `policy` hold them. */
import type { ConnectionState } from '../../net/state.ts';
import { keyOf } from './conditions.ts';
import { type Line, sameLines } from './line.ts';
import { type PairLines, plainVerdict } from './pairs.ts';
import { firewallZone, type ListedZone } from './zones.ts';

/** Zones to zones between which the same lines hold. */
interface Block {
  readonly sources: readonly ListedZone[];
  readonly dests: readonly ListedZone[];
  readonly lines: readonly Line[];
}

/** What decides a state where no section does. */
export type Disposition = 'ACCEPT' | 'DROP' | 'CONTINUE';

/** States that a setting decides, and what it says. */
export type Dispositions = Readonly<Record<'related' | 'invalid' | 'untracked', Disposition>>;

/** The setting of each state: what all pairs do, or else on to the rules of new connections. */
export function dispositionsOf(pairs: readonly PairLines[]): Dispositions {
  const asked = pairs.filter((pair) => !isPlainLoopback(pair));
  const of = (state: ConnectionState): Disposition => {
    const all = asked.map(({ byState }) => plainVerdict(byState.get(state) ?? []));
    const [one] = all;
    const isSame = one !== undefined && all.every((each) => each === one);
    // A setting that accepts what no connection holds is refused: INVALID_DISPOSITION is DROP or CONTINUE.
    return isSame && !(state === 'invalid' && one === 'ACCEPT') ? one : 'CONTINUE';
  };
  return { related: of('related'), invalid: of('invalid'), untracked: of('untracked') };
}

/** Nothing has to be written of what the machine sends to itself where it is all accepted. */
function isPlainLoopback({ source, dest, all, byState }: PairLines): boolean {
  const isSelf = source === firewallZone && dest === firewallZone;
  return isSelf && all.length === 0 && [...byState.values()].every((lines) => plainVerdict(lines) === 'ACCEPT');
}

/** The sections with their lines; `translations` are those of the section of new connections, in front. */
export function rulesText(pairs: readonly PairLines[], translations: readonly string[], both: boolean): string {
  const asked = pairs.filter((pair) => !isPlainLoopback(pair));
  const dispositions = dispositionsOf(pairs);
  const section = (name: string, linesOf: (pair: PairLines) => readonly Line[]): readonly string[] => {
    const lines = blocksOf(asked, linesOf).flatMap((block) => ['', ...blockText(block, both)]);
    return lines.length === 0 ? [] : ['', `?SECTION ${name}`, ...lines];
  };
  const isUsual = (pair: PairLines, state: 'related' | 'invalid' | 'untracked'): boolean => {
    const lines = pair.byState.get(state) ?? [];
    return dispositions[state] === 'CONTINUE'
      ? sameLines(lines, pair.byState.get('new') ?? [])
      : plainVerdict(lines) === dispositions[state];
  };
  const ofState = (state: 'related' | 'invalid' | 'untracked') =>
    section(state.toUpperCase(), (pair) => (isUsual(pair, state) ? [] : (pair.byState.get(state) ?? [])));
  const established = section('ESTABLISHED', ({ byState }) => {
    const lines = byState.get('established') ?? [];
    return plainVerdict(lines) === 'ACCEPT' ? [] : lines;
  });
  const fresh = section('NEW', (pair) => rulesOfNew(pair));
  return `${[
    '# What is accepted, refused and translated. The first line that fits decides.',
    '#ACTION  SOURCE  DEST  PROTO  DPORT  SPORT  ORIGDEST',
    ...section('ALL', ({ all }) => all),
    ...established,
    ...ofState('related'),
    ...ofState('invalid'),
    ...ofState('untracked'),
    ...(translations.length === 0 ? fresh : ['', '?SECTION NEW', '', ...translations, ...fresh.slice(2)]),
  ].join('\n')}\n`;
}

/** All but the last line, which the policy says; one that a policy cannot say stays. */
function rulesOfNew({ byState }: PairLines): readonly Line[] {
  const lines = byState.get('new') ?? [];
  return plainVerdict(lines.slice(-1)) === undefined ? lines : lines.slice(0, -1);
}

/** `policy`: a line for each pair that is not as most are. */
export function policyText(pairs: readonly PairLines[]): string {
  const asked = pairs.filter((pair) => !isPlainLoopback(pair));
  const of = ({ byState }: PairLines) => plainVerdict((byState.get('new') ?? []).slice(-1)) ?? 'DROP';
  const accepted = asked.filter((pair) => of(pair) === 'ACCEPT');
  const usual = accepted.length * 2 > asked.length ? 'ACCEPT' : 'DROP';
  const rows = asked
    // `all all` means no traffic within a zone.
    .filter((pair) => of(pair) !== usual || pair.source === pair.dest)
    .map((pair) => `${pair.source.name}  ${pair.dest.name}  ${of(pair)}`);
  return `${['# What happens to a new connection that no rule decides.', '#SOURCE  DEST  POLICY', ...rows, `all  all  ${usual}`].join('\n')}\n`;
}

function blocksOf(pairs: readonly PairLines[], linesOf: (pair: PairLines) => readonly Line[]): readonly Block[] {
  const bySources = new Map<string, Block>();
  for (const dest of new Set(pairs.map((pair) => pair.dest))) {
    const byLines = new Map<string, { sources: ListedZone[]; lines: readonly Line[] }>();
    for (const pair of pairs) {
      const lines = pair.dest === dest ? linesOf(pair) : [];
      if (lines.length === 0) continue;
      const key = keyOf(lines);
      const known = byLines.get(key);
      if (known) known.sources.push(pair.source);
      else byLines.set(key, { sources: [pair.source], lines });
    }
    for (const [key, { sources, lines }] of byLines) {
      const whole = `${sources.map(({ name }) => name).join(',')} ${dest === firewallZone ? '$FW' : ''} ${key}`;
      const known = bySources.get(whole);
      bySources.set(whole, known ? { ...known, dests: [...known.dests, dest] } : { sources, dests: [dest], lines });
    }
  }
  return [...bySources.values()];
}

function blockText({ sources, dests, lines }: Block, both: boolean): readonly string[] {
  return lines.flatMap((line) => {
    const rows = sources.flatMap((source) => dests.map((dest) => rowText(line, source, dest)));
    const needsVersion = both && line.version !== undefined && !line.cells.ofOneVersion;
    return needsVersion ? [`?IF __IPV${line.version}`, ...rows, '?ENDIF'] : rows;
  });
}

function rowText({ action, cells }: Line, source: ListedZone, dest: ListedZone): string {
  const place = (zone: ListedZone, hosts: string) => (hosts === '' ? zone.name : `${zone.name}:${hosts}`);
  return rowOf(
    [action, place(source, cells.source), place(dest, cells.dest), cells.proto, cells.dport, cells.sport],
    cells.inline,
  );
}

/** Cells with two blanks between, empty ones as `-`, none at the end. */
export function rowOf(cells: readonly string[], inline = ''): string {
  const last = cells.findLastIndex((cell) => cell !== '');
  const text = cells
    .slice(0, last + 1)
    .map((cell) => (cell === '' ? '-' : cell))
    .join('  ');
  return inline === '' ? text : `${text}  ;; ${inline}`;
}
