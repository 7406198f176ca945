/** The `rules` file: lines to rules for pairs of zones, through macros, with translation and helpers. */
import type { Config } from '../../2-parse/parse.ts';
import { placeIn } from '../../2-parse/value.ts';
import { macInDest } from '../../diagnostics/catalogue/addresses.ts';
import { helperMissing, helperProtocol } from '../../diagnostics/catalogue/helpers.ts';
import { macroOfOtherVersion } from '../../diagnostics/catalogue/ip-versions.ts';
import {
  destMissing,
  natInSection,
  portInDest,
  rateOnRefusal,
  ruleWithoutPairs,
  sourceMissing,
  tooManyRules,
  userNeedsFirewall,
} from '../../diagnostics/catalogue/rules.ts';
import { sectionTooLate } from '../../diagnostics/catalogue/settings.ts';
import { missingZone } from '../../diagnostics/catalogue/zones.ts';
import type { Match } from '../../ir/ruleset.ts';
import { type HelperName, helperTable } from '../../language/names.ts';
import type { Cell } from '../../language/schema.ts';
import { fastStates } from '../../language/settings.ts';
import type { Endpoint, EndpointColumn, ZoneSelector } from '../../language/values.ts';
import type { Policy } from '../../model/policy.ts';
import type { Rule, RuleAction, RuleSection } from '../../model/rule.ts';
import type { HostMatch, Traffic } from '../../model/traffic.ts';
import type { ZonePair } from '../../model/zone.ts';
import { resolvePlace, withOtherInterface } from '../columns/host-places.ts';
import { resolveHelper, resolveTraffic, tellsNoEvent } from '../columns/row-traffic.ts';
import { answersOf, soundReject } from '../columns/verdicts.ts';
import { expandMacros } from '../expand/macros.ts';
import type { Scope } from '../scope.ts';
import { namesHardware, oneKindOf } from '../zones/hosts.ts';
import { asksForUnknownPort } from '../zones/port-zones.ts';
import { isWild, pairsOf, selectZones } from '../zones/zone-pairs.ts';
import { type PlainAction, resolveAction } from './rule-action.ts';
import { logOf, type RuleRow, ruleRow } from './rule-row.ts';
import { linesApart } from './split-lines.ts';
import { firewallEndpoint, resolveTranslation } from './translation.ts';

/** What resolving rules needs besides the scope. */
export interface RuleContext {
  readonly scope: Scope;
  readonly policies: readonly Policy[];
  readonly blacklist: boolean;
}

/** How many rules a file may become, one for each pair of zones that a line is about. */
const mostRules = 500_000;

/** Every rule of a file of rules, in order. */
export function resolveRules(rows: Config['rules'] | Config['blrules'], context: RuleContext): readonly Rule[] {
  const none = new Set(
    context.policies
      .filter((policy) => policy.verdict.kind === 'none')
      .map((policy) => `${policy.source} ${policy.dest}`),
  );
  const file = context.blacklist ? 'blrules' : 'rules';
  const { scope } = context;
  let left = mostRules;
  return rows.flatMap((row) => {
    if (left < 0) return [];
    const said = scope.report.count;
    const lines = expandMacros(ruleRow(row, { file, section: row.section }), scope).flatMap(linesApart);
    const rules = lines.flatMap((each) =>
      scope.report.usedBy(each.users, () => resolveRow(each, sectionOf(row.section), none, context)),
    );
    left -= rules.reduce((sum, { pairs }) => sum + pairs.length, 0);
    if (left < 0) scope.report.add(tooManyRules(row.cells.action.span, mostRules));
    if (rules.length === 0 && scope.report.count === said) sayNothingLeft(row, lines, scope);
    if (rules.length === 0 && scope.report.count !== said) scope.report.leftOut.line(file, row.line.text.text);
    return rules;
  });
}

/** A macro of one IP version with addresses of the other would be a line that means nothing. */
function sayNothingLeft(row: Config['rules'][number], lines: readonly RuleRow[], { report }: Scope): void {
  const version = lines.find((each) => each.version !== undefined)?.version;
  if (version !== undefined)
    report.add(macroOfOtherVersion(row.cells.action.span, row.cells.action.value.name, version));
}

function sectionOf(section: Config['rules'][number]['section']): RuleSection {
  return section === 'ALL' ||
    section === 'ESTABLISHED' ||
    section === 'RELATED' ||
    section === 'INVALID' ||
    section === 'UNTRACKED'
    ? section
    : 'NEW';
}

/** The pairs and packets that a line asks for, whatever it does to them. */
export function resolveConditions(row: RuleRow, scope: Scope): readonly Pick<Rule, 'pairs' | 'traffic'>[] {
  return resolveRow(row, 'NEW', new Set(), { scope, policies: [], blacklist: true });
}

function resolveRow(
  row: RuleRow,
  section: RuleSection,
  none: ReadonlySet<string>,
  { scope, blacklist }: RuleContext,
): readonly Rule[] {
  const plain = resolveAction(row.cells.action, row.where, scope);
  const sources = endpointsOf(row.cells.source, scope);
  const helper = resolveHelper(row, scope);
  if (!row.cells.source) scope.report.add(sourceMissing(row.origin, row.cells.action.value.name));
  if (!plain || !sources || helper === 'mistake') return [];
  if (plain.action.kind === 'helperOnly' && !helper) {
    scope.report.add(helperMissing(row.cells.action.span));
    return [];
  }
  const target = plain.action.kind === 'translate' ? plain.action.target : undefined;
  const translates = target !== undefined || (plain.action.kind === 'call' && plain.action.call.translates === true);
  if (translates && section !== 'NEW') {
    scope.report.add(natInSection(row.cells.action.span, row.cells.action.value.name, section));
    return [];
  }
  if (fastStates(scope.settings).some((state) => state.toUpperCase() === section) && !blacklist) {
    scope.report.add(sectionTooLate(row.cells.action.span, section));
    return [];
  }
  const natOnly = plain.action.kind === 'translate' && plain.action.natOnly;
  const dests =
    target === 'REDIRECT' || natOnly
      ? firewallEndpoint(row.cells.dest, target === 'REDIRECT' ? target : 'NONAT', scope)
      : endpointsOf(row.cells.dest, scope);
  if (!row.cells.dest && target !== 'REDIRECT' && target !== 'NONAT' && plain.action.kind !== 'helperOnly') {
    scope.report.add(destMissing(row.origin, row.cells.action.value.name));
    return [];
  }
  const counts = row.cells.rate !== undefined || row.cells.connlimit !== undefined;
  const plainDests = target && target !== 'ACCEPT+' ? dests : dests?.flatMap((dest) => oneKind(dest, counts));
  const destinations = plainDests ?? (plain.action.kind === 'helperOnly' ? everyZone(row) : undefined);
  if (!destinations || !refusalsAreWhole(row, plain, scope)) return [];
  return sources
    .flatMap((source) => oneKind(source, counts))
    .flatMap((source) =>
      destinations.flatMap(
        (dest) => ruleBetween(row, source, dest, { plain, section, helper, none, scope, blacklist }) ?? [],
      ),
    );
}

/** A rate on a refusal would let what is above the rate go on to the next rule. */
function refusalsAreWhole(row: RuleRow, plain: PlainAction, scope: Scope): boolean {
  if (!row.cells.rate || (plain.action.kind !== 'drop' && plain.action.kind !== 'reject')) return true;
  scope.report.add(rateOnRefusal(row.cells.rate.span, row.cells.action.value.name));
  return false;
}

interface Facts {
  readonly plain: PlainAction;
  readonly section: RuleSection;
  readonly helper: string | undefined;
  readonly none: ReadonlySet<string>;
  readonly scope: Scope;
  readonly blacklist: boolean;
}

/** An end of a rule: the cell it stands in, and what it says. */
export interface End {
  readonly cell: Cell<EndpointColumn>;
  readonly endpoint: Endpoint;
}

/** An end with hosts of several kinds as ends with hosts of one kind: a packet that fits one of them fits the rule. */
function oneKind(end: End, counts: boolean): readonly End[] {
  return oneKindOf(end.endpoint, counts).map((endpoint) => ({ ...end, endpoint }));
}

function everyZone(row: RuleRow): readonly End[] {
  const { span, text } = row.cells.action;
  const at = { start: 0, end: text.text.length };
  const endpoint: Endpoint = {
    zones: { kind: 'all', subzones: true, firewall: true, except: [], within: false, at },
    random: false,
    at,
  };
  return [{ cell: { value: { kind: 'endpoints', endpoints: [endpoint] }, text, span }, endpoint }];
}

function endpointsOf(cell: Cell<EndpointColumn> | undefined, scope: Scope): readonly End[] | undefined {
  if (!cell) return undefined;
  if (cell.value.kind === 'endpoints') return cell.value.endpoints.map((endpoint) => ({ cell, endpoint }));
  scope.report.add(missingZone(cell.span, cell.text.text));
  return undefined;
}

function ruleBetween(row: RuleRow, from: End, to: End, facts: Facts): readonly Rule[] | undefined {
  const { scope, plain, section } = facts;
  const pairs = pairsBetween(from, to, facts);
  const translating =
    plain.action.kind === 'translate' && (plain.action.target === 'DNAT' || plain.action.target === 'REDIRECT');
  const source = hostsOf(from, scope);
  const dest = translating ? undefined : hostsOf(to, scope);
  if (!pairs || source === 'mistake' || dest === 'mistake') return undefined;
  if (!withoutPorts(from.cell, from.endpoint, 'SPORT', scope)) return undefined;
  if (!translating && !withoutPorts(to.cell, to.endpoint, 'DPORT', scope)) return undefined;
  if (dest && namesHardware(dest)) {
    scope.report.add(macInDest(to.cell.span, 'DEST'));
    return undefined;
  }
  const traffic = resolveTraffic(row, { source, dest }, scope);
  if (traffic?.conditions.some(asksForSender) && !pairs.every((pair) => pair.source === scope.firewall)) {
    scope.report.add(userNeedsFirewall(row.cells.user?.span ?? row.origin));
    return undefined;
  }
  if (!traffic || !soundReject(row.cells.action, plain.action, traffic, scope)) return undefined;
  if (section !== 'RELATED' && !helperFits(row, facts.helper, traffic, scope)) return undefined;
  const action =
    plain.action.kind === 'translate' ? resolveTranslation(plain.action, to, traffic, row, scope) : plain.action;
  if (!action || (staysUndecided(action) && !tellsNoEvent(row, traffic, scope))) return undefined;
  return answersOf(action, sectioned(traffic, section, facts.helper)).map((each) =>
    finish(row, pairs, each.traffic, each.action, facts),
  );
}

function asksForSender({ kind }: Match): boolean {
  return kind === 'user' || kind === 'group';
}

/** Lines that only translate, or only attach a helper, have no rule among those that decide. */
function staysUndecided(action: RuleAction): boolean {
  if (action.kind === 'dnat' || action.kind === 'redirect') return action.natOnly;
  return action.kind === 'helperOnly' || (action.kind === 'noNat' && !action.accept);
}

/** Ports behind a zone are those of a translation; anywhere else they would be lost. */
export function withoutPorts(
  cell: Cell<unknown>,
  { ports, random, at }: Pick<Endpoint, 'ports' | 'at'> & { readonly random?: boolean },
  column: 'SPORT' | 'DPORT',
  { report }: Scope,
): boolean {
  if (ports)
    report.add(portInDest(placeIn(cell, ports.at), cell.text.text.slice(ports.at.start, ports.at.end), column));
  else if (random) report.add(portInDest(placeIn(cell, at), 'random', column));
  return !ports && !random;
}

function finish(
  row: RuleRow,
  pairs: readonly ZonePair[],
  traffic: Traffic,
  action: RuleAction,
  { plain, section, helper, blacklist }: Facts,
): Rule {
  const attached = section === 'RELATED' ? undefined : helper;
  return {
    section,
    pairs,
    traffic,
    action,
    ...logOf(plain.log, row),
    ...(attached ? { helper: attached } : {}),
    blacklist,
    audit: plain.audit,
    ...(row.comment === undefined ? {} : { remark: row.comment }),
    origin: row.origin,
  };
}

/** A helper meets only connections of its own protocol. */
export function helperFits(
  { cells }: RuleRow,
  helper: string | undefined,
  { protocols }: Traffic,
  { report }: Scope,
): boolean {
  if (helper === undefined) return true;
  const { protocol } = helperTable[helper as HelperName];
  const number = protocol === 'tcp' ? 6 : 17;
  if (protocols.length > 0 && protocols.every((each) => !each.negated && each.protocol === number)) return true;
  report.add(helperProtocol(cells.proto?.span ?? cells.helper?.span ?? cells.action.span, helper, protocol));
  return false;
}

/** In section RELATED the HELPER column is a condition: the helper of the connection that announced this one. */
function sectioned(traffic: Traffic, section: RuleSection, helper: string | undefined): Traffic {
  return section === 'RELATED' && helper ? { ...traffic, ofHelper: helper } : traffic;
}

function pairsBetween(from: End, to: End, { scope, none }: Facts): readonly ZonePair[] | undefined {
  const sources = selectZones(from.cell, from.endpoint.zones, scope);
  const dests = selectZones(to.cell, to.endpoint.zones, scope);
  if (!sources || !dests) return undefined;
  if (asksForUnknownPort([from.endpoint.zones, sources], [to.endpoint.zones, dests], to.cell.span, scope))
    return undefined;
  const wild = isWild(from.endpoint.zones) || isWild(to.endpoint.zones);
  const pairs = pairsOf(from.endpoint.zones, sources, to.endpoint.zones, dests).filter(
    (pair) => !wild || !none.has(`${pair.source} ${pair.dest}`),
  );
  if (pairs.length === 0 && !isNone(from.endpoint.zones) && !isNone(to.endpoint.zones)) {
    scope.report.add(ruleWithoutPairs(to.cell.span));
    return undefined;
  }
  return pairs.length === 0 ? undefined : pairs;
}

function isNone(selector: ZoneSelector): boolean {
  return selector.kind === 'none';
}

/** The interface and addresses behind a zone. */
export function hostsOf({ cell, endpoint }: End, scope: Scope): HostMatch | undefined | 'mistake' {
  if (!endpoint.interface && !endpoint.hosts) return undefined;
  return resolvePlace(cell, withOtherInterface(endpoint), scope) ?? 'mistake';
}
