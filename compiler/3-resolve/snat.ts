/** The `snat` file: whose packets leave with which address. */
import type { Config } from '../2-parse/parse.ts';
import { placeIn } from '../2-parse/value.ts';
import { unknownModifier } from '../diagnostics/catalogue/actions.ts';
import { macInDest } from '../diagnostics/catalogue/addresses.ts';
import { unknownInterface } from '../diagnostics/catalogue/interfaces.ts';
import { unsupportedMatch } from '../diagnostics/catalogue/matches.ts';
import { badParameter } from '../diagnostics/catalogue/targets.ts';
import { noInterfaceToLeaveBy } from '../diagnostics/catalogue/translation.ts';
import { nearest } from '../diagnostics/suggest.ts';
import type { InterfacePattern, Match } from '../ir/ruleset.ts';
import type { Cell } from '../language/schema.ts';
import type { ActionText, HostPlace, InterfaceName } from '../language/values.ts';
import type { HostMatch, Log, SnatRule } from '../model.ts';
import { behindName } from './callees.ts';
import { resolveHosts } from './hosts.ts';
import { interfaceNamed } from './interfaces.ts';
import { resolveLog } from './logging.ts';
import { resolveTraffic, tellsNoEvent } from './row-traffic.ts';
import { asRuleRow, type RuleRow } from './rule-row.ts';
import type { Scope } from './scope.ts';
import { snatActionOf, takesAddressOfInterface } from './snat-action.ts';
import { usersApart } from './traffic.ts';

type SnatRow = Config['snat'][number];

/** Every line of `snat`, in order. */
export function resolveSnat(rows: Config['snat'], scope: Scope): readonly SnatRule[] {
  return rows.flatMap((row) => resolveRow(row, scope));
}

function resolveRow(row: SnatRow, scope: Scope): readonly SnatRule[] {
  const { action, dest, source } = row.cells;
  const inward = goesToFirewall(row, scope);
  if (inward === 'mistake') return [];
  const interfaces = inward ? [] : dest.value.interfaces.map((each) => interfaceOf(dest, each, scope));
  const to = dest.value.hosts ? resolveHosts(dest, dest.value.hosts, scope) : undefined;
  const sources = source ? source.value.map((place) => sourceOf(source, place, scope)) : [undefined];
  if (to && to.macs.length > 0) {
    scope.report.add(macInDest(dest.span, 'DEST'));
    return [];
  }
  if (interfaces.includes(undefined) || (dest.value.hosts && !to) || sources.includes('mistake')) return [];
  const log = logOfSnat(action, scope);
  return sources.flatMap((from) => {
    if (from === 'mistake') return [];
    return usersApart(conditionsOf(row)).flatMap((rule) => {
      const shared = resolveTraffic(rule, { source: from, dest: to }, scope);
      const own = shared && ownConditions(row, inward ? 'in' : 'out', scope);
      const traffic = own && { ...shared, conditions: [...shared.conditions, ...own] };
      const what = traffic && snatActionOf(row.cells.action, traffic, scope);
      if (!traffic || !what || !tellsNoEvent(rule, traffic, scope)) return [];
      return [
        {
          interfaces: interfaces.filter((each) => each !== undefined),
          traffic,
          action: what,
          ...(log ? { log } : {}),
          before: action.value.modifier === '+',
          origin: row.origin,
        },
      ];
    });
  });
}

function conditionsOf(row: SnatRow): RuleRow {
  const { action, proto, dport, sport, mark, user, switch: turned, origdest } = row.cells;
  return asRuleRow({ action, proto, dport, sport, origdest, user, mark, switch: turned }, row);
}

/** Whether DEST is the firewall itself: the packets leave by no interface. */
function goesToFirewall({ cells }: SnatRow, { firewall, report }: Scope): boolean | 'mistake' {
  const { action, dest, user } = cells;
  const named = dest.value.interfaces.find(({ name }) => name === firewall);
  if (!named) return false;
  const why =
    dest.value.interfaces.length > 1
      ? {
          cell: dest,
          what: '`$FW` in a list of interfaces',
          why: 'packets to the firewall leave by none: write a line for them',
        }
      : user && {
          cell: user,
          what: 'USER where DEST is `$FW`',
          why: 'no process of the firewall has sent the packets',
        };
  if (why) report.add(unsupportedMatch(why.cell.span, why.what, why.why));
  else if (action.value.modifier === '+') report.add(unknownModifier(behindName(action), action.value.name, '+', ''));
  else if (takesAddressOfInterface(action.value)) report.add(noInterfaceToLeaveBy(action.span, action.text.text));
  else return true;
  return 'mistake';
}

/** NFLOG logs to its group; what other actions log, the level behind them says. */
function logOfSnat(action: Cell<ActionText>, { report }: Scope): Log | undefined {
  const { name, parameters = [], log, at } = action.value;
  if (name !== 'NFLOG') return resolveLog(action, log, report);
  const level = { name, at, parameters: parameters.map(({ text }) => text), forced: false };
  return resolveLog(action, { level, ...(log ? { tag: log.level.name } : {}) }, report);
}

/** IPSEC and PROBABILITY, which only snat has; undefined after a message. */
function ownConditions(row: SnatRow, direction: 'in' | 'out', { report, zones }: Scope): readonly Match[] | undefined {
  const { ipsec, probability } = row.cells;
  const conditions: Match[] = [];
  // Where some hosts are reached through IPsec, a line that does not speak of it is for the others (shorewall-snat(5)).
  const spoken = ipsec ?? ![...zones.values()].some((zone) => zone.hosts.some((group) => group.ipsec === 'yes'));
  if (!spoken) conditions.push({ kind: 'ipsec', direction, present: false });
  for (const option of ipsec?.value ?? []) {
    if (!ipsec) break;
    const reqid = option.name === 'reqid' && /^\d+$/.test(option.value ?? '') ? Number(option.value) : undefined;
    if (reqid !== undefined)
      conditions.push({ kind: 'association', direction, depth: 0, asks: { field: 'reqid', value: reqid } });
    else if (/^(yes|no)$/i.test(option.name))
      conditions.push({ kind: 'ipsec', direction, present: /^yes$/i.test(option.name) });
    else {
      const why = 'only `yes`, `no` and `reqid=` are known to nftables in this place';
      report.add(unsupportedMatch(placeIn(ipsec, option.at), `the IPsec option \`${option.name}\``, why));
      return undefined;
    }
  }
  if (probability) {
    const share = Number(probability.value.name);
    if (!/^(0?\.\d{1,8}|1(\.0+)?|1)$/.test(probability.value.name) || share === 0) {
      report.add(
        badParameter(
          probability.span,
          'PROBABILITY',
          probability.value.name,
          'a number above 0 and up to 1, such as `.25`',
        ),
      );
      return undefined;
    }
    if (share < 1)
      conditions.push({ kind: 'random', modulus: 1_000_000, below: Math.max(1, Math.round(share * 1_000_000)) });
  }
  return conditions;
}

function interfaceOf(cell: Cell<unknown>, name: InterfaceName, scope: Scope): InterfacePattern | undefined {
  const written = `${name.name}${name.wildcard ? '+' : ''}`;
  const entry = interfaceNamed(scope.interfaces, written);
  if (entry) return entry.pattern;
  if ([...scope.interfaces.values()].some((each) => each.pattern.wildcard && name.name.startsWith(each.pattern.name)))
    return { name: name.name, wildcard: name.wildcard };
  scope.report.add(unknownInterface(placeIn(cell, name.at), written, nearest(written, [...scope.interfaces.keys()])));
  return undefined;
}

/** SOURCE: addresses, or an interface, whose packets are recognised by coming from there. */
function sourceOf(cell: Cell<unknown>, place: HostPlace, scope: Scope): HostMatch | undefined | 'mistake' {
  if (place.firewall) {
    scope.report.add(
      unsupportedMatch(
        cell.span,
        '`$FW` in SOURCE of snat',
        'Shorewall takes it for an interface: write the addresses of the firewall, or `-` with USER',
      ),
    );
    return 'mistake';
  }
  const lone = place.hosts?.items.length === 1 ? place.hosts.items[0] : undefined;
  if (lone?.kind === 'name' && !lone.name.includes('.')) {
    const pattern = interfaceOf(
      cell,
      { name: lone.name.replace(/\+$/, ''), wildcard: lone.name.endsWith('+'), at: lone.at },
      scope,
    );
    const except =
      place.hosts && place.hosts.except.length > 0
        ? resolveHosts(cell, { ...place.hosts, items: [] }, scope)
        : undefined;
    if (!pattern || (place.hosts && place.hosts.except.length > 0 && !except)) return 'mistake';
    return { except: except?.except ?? [], macs: [], sets: except?.sets ?? [], interface: pattern };
  }
  const hosts = place.hosts ? resolveHosts(cell, place.hosts, scope) : undefined;
  const pattern = place.interface ? interfaceOf(cell, place.interface, scope) : undefined;
  if ((place.hosts && !hosts) || (place.interface && !pattern)) return 'mistake';
  return { except: [], macs: [], sets: [], ...hosts, ...(pattern ? { interface: pattern } : {}) };
}
