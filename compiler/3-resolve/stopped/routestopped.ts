/** The `routestopped` file of older versions, read as the lines of `stoppedrules` that `shorewall update` makes of it. */
import type { Config } from '../../2-parse/parse.ts';
import { macInDest } from '../../diagnostics/catalogue/addresses.ts';
import { legacyFile } from '../../diagnostics/catalogue/other-files.ts';
import type { StoppedPlace, StoppedRule } from '../../model/stopped.ts';
import type { ProtocolMatch } from '../../model/traffic.ts';
import { resolveProtocols } from '../columns/protocols.ts';
import { reportUnknownInterface } from '../columns/unknown-names.ts';
import { columns, moved, raw } from '../legacy/legacy-files.ts';
import type { Scope } from '../scope.ts';
import { namesHardware } from '../zones/hosts.ts';
import { interfaceNamed } from '../zones/interfaces.ts';
import { fixedHosts } from './stopped.ts';

type Row = Config['routestopped'][number];

/** One end of a line of `stoppedrules`, with the words for it. */
interface End {
  readonly place: StoppedPlace;
  readonly text: string;
}

/** A row whose hosts are known. */
interface Entry extends End {
  readonly row: Row;
  readonly words: ReadonlySet<string>;
  readonly protocols: readonly ProtocolMatch[];
}

const firewall: End = { place: { firewall: true }, text: '$FW' };
const everywhere: End = { place: { firewall: false }, text: '-' };

/** Every row: to and from the hosts, and between those of several rows. */
export function stoppedOfRoutestopped(rows: Config['routestopped'], scope: Scope): readonly StoppedRule[] {
  const entries = rows.flatMap((row) => entryOf(row, scope) ?? []);
  return entries.flatMap((entry) => {
    const { row, protocols } = entry;
    const ways = waysOf(entry, entries);
    const { proto, dport, sport } = row.cells;
    const ports = [proto, dport, sport].map(raw);
    const lines = ways.map(([action, from, to]) => columns([action.toUpperCase(), from.text, to.text, ...ports]));
    const fix = moved(row, 'routestopped', 'stoppedrules', lines);
    scope.report.add(legacyFile(row.span, 'routestopped', 'stoppedrules', `ACCEPT ${entry.text} $FW`, fix));
    return ways.map(([action, { place: source }, { place: dest }]) => ({
      action,
      source,
      dest,
      protocols,
      versions: scope.families.versions,
      origin: row.origin,
    }));
  });
}

function entryOf(row: Row, scope: Scope): Entry | undefined {
  const { interface: name, hosts: list, options } = row.cells;
  const written = `${name.value.name}${name.value.wildcard ? '+' : ''}`;
  const entry = interfaceNamed(scope.interfaces, written);
  const hosts = list ? fixedHosts(list, list.value, scope) : undefined;
  const protocols = resolveProtocols(row.cells, scope);
  if (!entry) reportUnknownInterface(name.span, written, scope);
  if (!entry || (list && !hosts) || !protocols) return undefined;
  if (list && hosts && namesHardware(hosts)) {
    scope.report.add(macInDest(list.span, 'DEST'));
    return undefined;
  }
  return {
    row,
    words: new Set((options?.value ?? []).map((option) => option.name)),
    protocols,
    place: { firewall: false, hosts: { except: [], macs: [], sets: [], ...hosts, interface: entry.pattern } },
    text: [raw(name), raw(list)].filter((each) => each !== undefined).join(':'),
  };
}

/** What goes where (Shorewall: convert_routestopped). Hosts without `source` and `dest` reach those of the other rows. */
function waysOf(
  entry: Entry,
  all: readonly Entry[],
): readonly (readonly [action: StoppedRule['action'], from: End, to: End])[] {
  const { words, row } = entry;
  const alone = words.has('source') || words.has('dest');
  const several = (row.cells.hosts?.value.items.length ?? 0) > 1;
  return [
    ['accept', entry, firewall],
    ['accept', firewall, entry],
    ...(words.has('notrack')
      ? ([
          ['notrack', entry, everywhere],
          ['notrack', firewall, entry],
        ] as const)
      : []),
    ...(words.has('routeback') || (several && !alone) ? ([['accept', entry, entry]] as const) : []),
    ...(words.has('source') ? ([['accept', entry, everywhere]] as const) : []),
    ...(words.has('dest') ? ([['accept', everywhere, entry]] as const) : []),
    ...(alone ? [] : all.filter((other) => other !== entry).map((other) => ['accept', entry, other] as const)),
  ];
}
