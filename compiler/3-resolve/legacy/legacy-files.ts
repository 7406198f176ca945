/** Files of older versions, read as what `shorewall update` makes of them. */
import type { Config } from '../../2-parse/parse.ts';
import { parseWithRule } from '../../2-parse/value.ts';
import { blacklistWithoutZones, legacyFile } from '../../diagnostics/catalogue/other-files.ts';
import { badParameter } from '../../diagnostics/catalogue/targets.ts';
import type { Fix } from '../../diagnostics/message.ts';
import type { Cell } from '../../language/schema.ts';
import type { ActionText, Option } from '../../language/values.ts';
import type { Rule } from '../../model/rule.ts';
import type { Traffic } from '../../model/traffic.ts';
import { type Span, spanOf, standsFor, type TracedText } from '../../source.ts';
import { hasVersion } from '../columns/ip-versions.ts';
import { resolveProtocols } from '../columns/protocols.ts';
import type { Scope } from '../scope.ts';
import { resolveHosts } from '../zones/hosts.ts';

/** `masq` as lines of `snat`: ADDRESS becomes the action. */
export function snatOfMasq(rows: Config['masq'], scope: Scope): Config['snat'] {
  return rows.flatMap((row) => {
    const { interface: dest, source, address, proto, port, ...rest } = row.cells;
    const word = actionOfMasq(address?.text.text);
    const place = address ?? dest;
    const text: TracedText = standsFor(word, place.span);
    const value = parseWithRule(
      'Action',
      text,
      (span) => badParameter(span, 'ADDRESS', address?.text.text ?? '', 'an address'),
      scope.report,
    ) as ActionText | undefined;
    if (!value) return [];
    scope.report.add(
      legacyFile(
        row.span,
        'masq',
        'snat',
        [word, source?.text.text ?? '-', dest.text.text, proto?.text.text, port?.text.text]
          .filter((each) => each !== undefined)
          .join(' '),
        moved(row, 'masq', 'snat', [masqLine(row)]),
      ),
    );
    const action: Cell<ActionText> = { value, text, span: spanOf(text) };
    return [{ ...row, cells: { ...rest, action, source, dest, proto, dport: port, sport: undefined } }];
  });
}

/** The row with the columns of `snat`, as it was written: variables stay variables. */
function masqLine({ cells }: Config['masq'][number]): string {
  const {
    interface: dest,
    source,
    address,
    proto,
    port,
    ipsec,
    mark,
    user,
    switch: turned,
    origdest,
    probability,
  } = cells;
  const first = [actionOfMasq(raw(address)), raw(source), raw(dest), raw(proto), raw(port), undefined];
  return columns([...first, ...[ipsec, mark, user, turned, origdest, probability].map(raw)]);
}

function blacklistLine(
  { cells }: Config['blacklist'][number],
  verb: string,
  zones: readonly string[],
  toThem: boolean,
): string {
  const { networks, proto, port } = cells;
  const hosts = [zones.join(','), raw(networks)].filter((each) => each !== undefined).join(':');
  return columns([verb, ...(toThem ? ['all', hosts] : [hosts, 'all']), raw(proto), raw(port)]);
}

/** The lines in the place of the row, and the file under its new name. Rows with pairs or raw matches are left to a person. */
export function moved(
  row: { readonly span: Span },
  from: string,
  to: string,
  lines: readonly string[],
): Fix | undefined {
  if (/[;{\n]/.test(written(row.span))) return undefined;
  return { span: row.span, text: lines.join('\n'), rename: { from, to } };
}

function written({ source, start, end }: Span): string {
  return source.text.slice(start, end);
}

/** A cell as it was written. */
export function raw(cell: { readonly span: Span } | undefined): string | undefined {
  return cell && written(cell.span);
}

/** Columns with `-` for those left out, as far as there is one. */
export function columns(cells: readonly (string | undefined)[]): string {
  const last = cells.findLastIndex((each) => each !== undefined);
  return cells
    .slice(0, last + 1)
    .map((each) => each ?? '-')
    .join('  ');
}

function actionOfMasq(address: string | undefined): string {
  if (address === undefined) return 'MASQUERADE';
  if (address.toUpperCase() === 'NONAT') return 'CONTINUE';
  if (address === 'random') return 'MASQUERADE(random)';
  return `SNAT(${address})`;
}

/** `notrack` as lines of `conntrack`, which have an action. */
export function trackingOfNotrack(rows: Config['notrack'], scope: Scope): Config['conntrack'] {
  return rows.map((row) => {
    scope.report.add(
      legacyFile(
        row.span,
        'notrack',
        'conntrack',
        `NOTRACK ${row.line.text.text.trim()}`,
        moved(row, 'notrack', 'conntrack', [written(row.span)]),
      ),
    );
    return { ...row, cells: { ...row.cells, action: undefined, switch: undefined } };
  });
}

/** `route_rules` as `rtrules`, whose columns are the same. */
export function rtrulesOfRouteRules(rows: Config['route_rules'], { report }: Scope): Config['rtrules'] {
  for (const row of rows) {
    const line = row.line.text.text.trim();
    report.add(
      legacyFile(row.span, 'route_rules', 'rtrules', line, moved(row, 'route_rules', 'rtrules', [written(row.span)])),
    );
  }
  return rows;
}

/** `blacklist` as rules before all others, for the zones that the option `blacklist` is given to (blacklist(5) of Shorewall 4). */
export function rulesOfBlacklist(
  config: Pick<Config, 'blacklist' | 'zones' | 'interfaces' | 'hosts'>,
  scope: Scope,
): readonly Rule[] {
  const listed = blacklistedZones(config);
  return config.blacklist.flatMap((row) => {
    const { networks, proto, port, options } = row.cells;
    const words = new Set((options?.value ?? []).map((option) => option.name));
    const hosts = networks ? resolveHosts(networks, networks.value, scope) : undefined;
    const protocols = resolveProtocols({ proto, dport: port }, scope);
    if ((networks && !hosts) || !protocols) return [];
    const toThem = words.has('dst') || words.has('to');
    const zones = toThem ? listed.to : listed.from;
    if (zones.length === 0) {
      scope.report.add(blacklistWithoutZones(row.span));
      return [];
    }
    const white = words.has('whitelist');
    const verb = white ? 'WHITELIST' : 'DROP';
    const list = networks?.text.text ?? '';
    scope.report.add(
      legacyFile(
        row.span,
        'blacklist',
        'blrules',
        toThem ? `${verb} all ${zones.join(',')}:${list}` : `${verb} ${zones.join(',')}:${list} all`,
        moved(row, 'blacklist', 'blrules', [blacklistLine(row, verb, zones, toThem)]),
      ),
    );
    const versions = scope.families.versions.filter((version) => hasVersion(hosts, version));
    const traffic: Traffic = {
      ...(hosts ? (toThem ? { dest: hosts } : { source: hosts }) : {}),
      protocols,
      rates: [],
      conditions: [],
      versions,
    };
    const every = [...scope.zones.keys()];
    const pairs = (toThem ? every : zones).flatMap((source) =>
      (toThem ? zones : every).filter((dest) => dest !== source).map((dest) => ({ source, dest })),
    );
    const log = scope.settings.blacklist.log;
    return [
      {
        section: 'NEW',
        pairs,
        traffic,
        action: { kind: white ? 'return' : 'drop' },
        ...(log && !white ? { log: { target: log } } : {}),
        blacklist: true,
        audit: false,
        origin: row.origin,
      },
    ];
  });
}

/** The zones that have the option, by themselves or by an interface: as the source of packets, and as their destination. */
function blacklistedZones({ zones, interfaces, hosts }: Pick<Config, 'zones' | 'interfaces' | 'hosts'>): {
  readonly from: readonly string[];
  readonly to: readonly string[];
} {
  const has = (cell: Cell<readonly Option[]> | undefined): boolean =>
    cell?.value.some((option) => option.name === 'blacklist') ?? false;
  const behind = [...interfaces, ...hosts].flatMap((row) =>
    has(row.cells.options) && row.cells.zone ? [row.cells.zone.value.name] : [],
  );
  const from = zones
    .filter((row) => has(row.cells.options) || has(row.cells.in_options))
    .map((row) => row.cells.zone.value.name);
  const to = zones
    .filter((row) => has(row.cells.options) || has(row.cells.out_options))
    .map((row) => row.cells.zone.value.name);
  return { from: [...new Set([...from, ...behind])], to };
}
