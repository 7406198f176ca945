/** The `rules` file: lines to rules for pairs of zones, through macros, with translation and helpers. */
import { macInDest } from '../../diagnostics/catalogue/addresses.ts';
import { helperMissing, helperProtocol } from '../../diagnostics/catalogue/helpers.ts';
import { macroOfOtherVersion } from '../../diagnostics/catalogue/ip-versions.ts';
import {
  destMissing,
  natInSection,
  rateOnRefusal,
  sourceMissing,
  tooManyRules,
  userNeedsFirewall,
} from '../../diagnostics/catalogue/rules.ts';
import { sectionTooLate } from '../../diagnostics/catalogue/settings.ts';
import type { Match } from '../../ir/ruleset.ts';
import type { compiledFiles } from '../../language/files/index.ts';
import { type HelperName, helperTable } from '../../language/names.ts';
import type { Row } from '../../language/schema.ts';
import type { Endpoint } from '../../language/values.ts';
import type { Policy } from '../../model/policy.ts';
import type { Rule, RuleAction, RuleSection } from '../../model/rule.ts';
import { fastStates } from '../../model/settings.ts';
import type { Traffic } from '../../model/traffic.ts';
import type { ZonePair } from '../../model/zone.ts';
import { resolveHelper, resolveTraffic, tellsNoEvent } from '../columns/row-traffic.ts';
import { answersOf, soundReject } from '../columns/verdicts.ts';
import { expandRow } from '../expand/calls.ts';
import type { Scope } from '../scope.ts';
import { namesHardware } from '../zones/hosts.ts';
import { resolveCalls } from './action-rules.ts';
import { type End, endpointsOf, hostsOf, ofOneKind, withoutPorts } from './endpoints.ts';
import { PairsOfLines } from './pairs-of-lines.ts';
import { type PlainAction, resolveAction } from './rule-action.ts';
import { logOf, type RuleRow, ruleRow, type Where } from './rule-row.ts';
import { firewallEndpoint, resolveTranslation } from './translation.ts';

/** What resolving rules needs besides the scope. */
export interface RuleContext {
  readonly scope: Scope;
  readonly policies: readonly Policy[];
  readonly blacklist: boolean;
}

/** How many rules a file may become, one for each pair of zones that a line is about. */
const mostRules = 500_000;

/** A line of a file of rules. */
type FileRow = Row<(typeof compiledFiles)['rules']> | Row<(typeof compiledFiles)['blrules']>;

/** Every rule of a file of rules, in order. */
export function resolveRules(rows: Iterable<FileRow>, context: RuleContext): readonly Rule[] {
  const pairs = new PairsOfLines(context.policies);
  const file = context.blacklist ? 'blrules' : 'rules';
  const { scope } = context;
  let where: Where = { file, section: 'NEW' };
  const found: Rule[] = [];
  let left = mostRules;
  for (const row of rows) {
    // The others are still read, for their mistakes.
    if (left < 0) continue;
    const said = scope.report.count;
    const before = found.length;
    if (where.section !== row.section) where = { file, section: row.section };
    const lines = expandRow(ruleRow(row, where), scope);
    resolveCalls(lines, scope);
    for (const each of lines) {
      const section = sectionOf(row.section);
      const rules =
        each.users.length === 0
          ? resolveRow(each, section, pairs, context)
          : scope.report.usedBy(each.users, () => resolveRow(each, section, pairs, context));
      for (const rule of rules) {
        found.push(rule);
        left -= rule.pairs.length;
      }
    }
    if (found.length === before && scope.report.count === said) sayNothingLeft(row, lines, scope);
    if (found.length === before && scope.report.count !== said) scope.report.leftOut.line(file, row.line.text.text);
    if (left < 0) scope.report.add(tooManyRules(row.cells.action.span, mostRules));
  }
  return found;
}

/** A macro of one IP version with addresses of the other would be a line that means nothing. */
function sayNothingLeft(row: FileRow, lines: readonly RuleRow[], { report }: Scope): void {
  const version = lines.find((each) => each.version !== undefined)?.version;
  if (version !== undefined)
    report.add(macroOfOtherVersion(row.cells.action.span, row.cells.action.value.name, version));
}

function sectionOf(section: FileRow['section']): RuleSection {
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
  return resolveRow(row, 'NEW', new PairsOfLines([]), { scope, policies: [], blacklist: true });
}

function resolveRow(
  row: RuleRow,
  section: RuleSection,
  pairs: PairsOfLines,
  { scope, blacklist }: RuleContext,
): readonly Rule[] {
  const plain = resolveAction(row, scope);
  const sources = endpointsOf(row.cells.source, scope);
  const helper = resolveHelper(row, scope);
  if (!row.cells.source && plain) scope.report.add(sourceMissing(row.origin, row.cells.action.value.name));
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
  if (section !== 'NEW' && !blacklist && fastStates(scope.settings).some((state) => state.toUpperCase() === section)) {
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
  const plainDests = target && target !== 'ACCEPT+' ? dests : dests && ofOneKind(dests, counts);
  const destinations = plainDests ?? (plain.action.kind === 'helperOnly' ? everyZone(row) : undefined);
  if (!destinations || !refusalsAreWhole(row, plain, scope)) return [];
  const facts: Facts = { plain, section, helper, pairs, scope, blacklist };
  return rulesBetween(row, ofOneKind(sources, counts), destinations, facts);
}

/** The rules from each source to each destination; of most lines there is one of both, and no list is made of lists. */
function rulesBetween(row: RuleRow, sources: readonly End[], dests: readonly End[], facts: Facts): readonly Rule[] {
  const source = sources[0];
  const dest = dests[0];
  if (source && dest && sources.length === 1 && dests.length === 1) return ruleBetween(row, source, dest, facts) ?? [];
  return sources.flatMap((from) => dests.flatMap((to) => ruleBetween(row, from, to, facts) ?? []));
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
  readonly pairs: PairsOfLines;
  readonly scope: Scope;
  readonly blacklist: boolean;
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

function ruleBetween(row: RuleRow, from: End, to: End, facts: Facts): readonly Rule[] | undefined {
  const { scope, plain, section } = facts;
  const pairs = facts.pairs.between(from, to, scope);
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
  const meant = sectioned(traffic, section, facts.helper);
  if (action.kind !== 'reject') return [finish(row, pairs, meant, action, facts)];
  return answersOf(action, meant).map((each) => finish(row, pairs, each.traffic, each.action, facts));
}

function asksForSender({ kind }: Match): boolean {
  return kind === 'user' || kind === 'group';
}

/** Lines that only translate, or only attach a helper, have no rule among those that decide. */
function staysUndecided(action: RuleAction): boolean {
  if (action.kind === 'dnat' || action.kind === 'redirect') return action.natOnly;
  return action.kind === 'helperOnly' || (action.kind === 'noNat' && !action.accept);
}

function finish(
  row: RuleRow,
  pairs: readonly ZonePair[],
  traffic: Traffic,
  action: RuleAction,
  { plain, section, helper, blacklist }: Facts,
): Rule {
  const attached = section === 'RELATED' ? undefined : helper;
  const rule = { section, pairs, traffic, action, blacklist, audit: plain.audit, origin: row.origin };
  if (!plain.log && !attached && row.comment === undefined) return rule;
  return {
    ...rule,
    ...logOf(plain.log, row),
    ...(attached ? { helper: attached } : {}),
    ...(row.comment === undefined ? {} : { remark: row.comment }),
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
