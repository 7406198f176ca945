/** The `policy` file: the first line that covers a pair of zones decides it. */
import type { Config } from '../../2-parse/parse.ts';
import { placeIn } from '../../2-parse/value.ts';
import { unsupportedMatch } from '../../diagnostics/catalogue/matches.ts';
import { missingPolicy, policyAfterWildcard, policyNone, unknownPolicy } from '../../diagnostics/catalogue/policies.ts';
import { foreignKeyword, unexpectedParameters } from '../../diagnostics/catalogue/targets.ts';
import { nearest } from '../../diagnostics/suggest.ts';
import type { Cell } from '../../language/schema.ts';
import { habits } from '../../language/targets.ts';
import type { PolicyText, ZoneSelector } from '../../language/values.ts';
import type { Fallbacks, Policy, PolicyVerdict } from '../../model/policy.ts';
import type { ActionCall } from '../../model/rule.ts';
import type { Zone } from '../../model/zone.ts';
import type { Version } from '../../net/version.ts';
import { resolveLog } from '../columns/logging.ts';
import { resolveConnectionLimit, resolveRates } from '../columns/traffic.ts';
import { resolveQueue } from '../columns/verdicts.ts';
import { parametersPlace } from '../rules/rule-action.ts';
import type { Scope } from '../scope.ts';
import { blacklistName } from '../sets/dynamic-blacklist.ts';
import type { SettingReader } from '../settings/setting-lines.ts';
import { defaultActions } from './default-actions.ts';
import { asksForUnknownPort } from './port-zones.ts';
import { selectZones } from './zone-pairs.ts';

const verdicts: Readonly<Record<string, PolicyVerdict>> = {
  ACCEPT: { kind: 'accept' },
  DROP: { kind: 'drop' },
  REJECT: { kind: 'reject' },
  CONTINUE: { kind: 'continue' },
  NONE: { kind: 'none' },
  BLACKLIST: { kind: 'blacklist' },
};

/** The decisions for pairs, and for packets that belong to no zone. */
export interface Policies {
  readonly pairs: readonly Policy[];
  readonly fallbacks: Fallbacks;
}

/** What one IP version decides. */
interface VersionPolicies {
  readonly pairs: readonly Policy[];
  readonly fallbacks: { readonly input?: Policy; readonly forward?: Policy; readonly output?: Policy };
}

/** Every pair of zones with its policy; with two where the IP versions have another each. */
export function resolvePolicies(
  rows: Config['policy'],
  readerOf: (version: Version) => SettingReader,
  scope: Scope,
): Policies {
  const [first = 4, second] = scope.families.versions;
  const decideFor = (version: Version) => policiesOf(rowsOf(rows, version), readerOf(version), version, scope);
  const one = decideFor(first);
  const alike = readerOf(4) === readerOf(6) && rows.every(({ line }) => line.version === undefined);
  const other = second === undefined || alike ? one : decideFor(second);
  const together = (mine: Policy | undefined, theirs: Policy | undefined) =>
    bothVersions(mine, theirs, scope.families.versions);
  const fallbacks = (name: keyof Fallbacks) => together(one.fallbacks[name], other.fallbacks[name]);
  const theirs = new Map(other.pairs.map((policy) => [pairOf(policy), policy]));
  const mine = new Map(one.pairs.map((policy) => [pairOf(policy), policy]));
  const pairs = [...new Set([...mine.keys(), ...theirs.keys()])].flatMap((pair) =>
    together(mine.get(pair), theirs.get(pair)),
  );
  for (const policy of pairs)
    if (policy.verdict.kind === 'none' && policy.versions.length < scope.families.versions.length)
      refuseNone(policy, pairs, scope);
  return {
    pairs,
    fallbacks: { input: fallbacks('input'), forward: fallbacks('forward'), output: fallbacks('output') },
  };
}

function rowsOf(rows: Config['policy'], version: Version): Config['policy'] {
  return rows.filter(({ line }) => line.version === undefined || line.version === version);
}

function pairOf({ source, dest }: Policy): string {
  return `${source} ${dest}`;
}

/** What two IP versions have: one policy for both when they are alike. */
function bothVersions(
  mine: Policy | undefined,
  theirs: Policy | undefined,
  versions: readonly Version[],
): readonly Policy[] {
  if (mine && theirs && (mine === theirs || isAlike(mine, theirs))) return [{ ...mine, versions }];
  return [mine, theirs].flatMap((policy, index) => {
    const version = versions[index];
    return policy && version !== undefined ? [{ ...policy, versions: [version] }] : [];
  });
}

/** The same line, and the same default actions before it. */
function isAlike(mine: Policy, theirs: Policy): boolean {
  const chains = ({ defaults }: Policy) => defaults.map(({ chain }) => chain).join(' ');
  const [a, b] = [mine.origin[0], theirs.origin[0]];
  return a.source === b.source && a.start === b.start && chains(mine) === chains(theirs);
}

/** Of a pair that one IP version may never use no chain would be left for the other. */
function refuseNone(none: Policy, pairs: readonly Policy[], { report }: Scope): void {
  const other = pairs.find((policy) => policy !== none && pairOf(policy) === pairOf(none));
  if (!other || other.verdict.kind === 'none') return;
  report.add(policyNone(none.origin, `\`${none.source}\` to \`${none.dest}\``, none.versions[0] ?? 4));
}

function policiesOf(rows: Config['policy'], reader: SettingReader, version: Version, scope: Scope): VersionPolicies {
  const found = new Map<string, Policy>();
  const fallbacks: { input?: Policy; forward?: Policy; output?: Policy } = {};
  for (const row of rows) {
    const { source, dest, policy } = row.cells;
    const sources = selectZones(source, source.value, scope);
    const dests = selectZones(dest, dest.value, scope);
    const decided = decide(row, reader, scope);
    if (
      !sources ||
      !dests ||
      !decided ||
      asksForUnknownPort([source.value, sources], [dest.value, dests], dest.span, scope)
    ) {
      scope.report.leftOut.line('policy', row.line.text.text);
      continue;
    }
    // A list stands for its pairs; `all` only for those that nothing else has decided.
    const all = source.value.kind === 'all' || dest.value.kind === 'all';
    const wild = all || sources.length > 1 || dests.length > 1;
    const within =
      (source.value.kind !== 'none' && source.value.within) || (dest.value.kind !== 'none' && dest.value.within);
    for (const from of sources) {
      for (const to of dests) {
        if (from === to && wild && !within) continue;
        if (all && continues(from, to, scope)) continue;
        const key = `${from} ${to}`;
        const earlier = found.get(key);
        const written = { source: wordFor(source.value, from), dest: wordFor(dest.value, to) };
        if (!earlier) found.set(key, { ...decided, source: from, dest: to, written });
        else if (!all)
          scope.report.add(
            policyAfterWildcard(policy.span, `\`${from}\` to \`${to}\``, {
              span: earlier.origin[0],
              text: 'this line decides it',
            }),
          );
      }
    }
    const [fromAll, toAll] = [saysAll(source.value), saysAll(dest.value)];
    if (fromAll && dest.value.kind !== 'all' && dests.includes(scope.firewall))
      fallbacks.input ??= { ...decided, source: 'all', dest: scope.firewall };
    if (fromAll && toAll) fallbacks.forward ??= { ...decided, source: 'all', dest: 'all' };
    if (source.value.kind !== 'all' && toAll && sources.includes(scope.firewall))
      fallbacks.output ??= { ...decided, source: scope.firewall, dest: 'all' };
  }
  const { forward } = fallbacks;
  const everything = forward && {
    input: { ...forward, dest: scope.firewall },
    output: { ...forward, source: scope.firewall },
  };
  return {
    pairs: complete(found, rows, version, scope),
    fallbacks: { ...unwritten(rows, reader, scope), ...everything, ...fallbacks },
  };
}

/** A list stands for lines of its zones, `all` for itself. */
function wordFor(zones: Zones, zone: string): string {
  if (zones.kind !== 'all') return zone;
  return zones.within && zones.except.length === 0 ? 'all+' : 'all';
}

type Zones = Config['policy'][number]['cells']['source']['value'];

/** Whether the line is one for packets of no zone: `all`, with exceptions or without, but not `all+`. */
function saysAll(zones: Zones): boolean {
  return zones.kind === 'all' && (!zones.within || zones.except.length > 0);
}

/** What holds for packets of no zone when no line speaks of `all`: they are refused, those for the firewall dropped. */
function unwritten(rows: Config['policy'], reader: SettingReader, scope: Scope): VersionPolicies['fallbacks'] {
  const [first] = rows;
  if (!first || scope.settings.closedOutsideZones) return {};
  const policy = (kind: 'drop' | 'reject', source: string, dest: string): Policy => ({
    source,
    dest,
    verdict: { kind },
    log: { target: { kind: 'syslog', level: 'info', flags: [] } },
    defaults: defaultActions.usual(kind.toUpperCase(), reader, scope),
    origin: first.origin,
    implicit: true,
    versions: scope.families.versions,
  });
  return {
    input: policy('drop', 'all', scope.firewall),
    forward: policy('reject', 'all', 'all'),
    output: policy('reject', scope.firewall, 'all'),
  };
}

/** Adds what nobody wrote: traffic within a zone is accepted; any other pair without a policy is a mistake. */
function complete(
  found: ReadonlyMap<string, Policy>,
  rows: Config['policy'],
  version: Version,
  scope: Scope,
): readonly Policy[] {
  const all: Policy[] = [];
  const missing: string[] = [];
  // Where a line is of one IP version, so may be the pairs that it leaves without a policy.
  const partly = rows.some(({ line }) => line.version !== undefined);
  const has = (zone: Zone) => !partly || zone.kind === 'firewall' || zone.versions.includes(version);
  for (const from of scope.zones.values()) {
    for (const to of scope.zones.values()) {
      const policy = found.get(`${from.name} ${to.name}`) ?? implicitPolicy(from, to, scope);
      if (policy) all.push(policy);
      else if (has(from) && has(to)) missing.push(`\`${from.name}\` to \`${to.name}\``);
    }
  }
  const [first, ...others] = missing;
  const last = rows.at(-1);
  // After a mistake in `policy` a pair can be without one for that reason alone.
  if (first && last && !scope.report.leftOut.isPartOf('policy'))
    scope.report.add(missingPolicy(last.origin, first, others.length));
  return all;
}

function implicitPolicy(from: Zone, to: Zone, scope: Scope): Policy | undefined {
  const { versions } = scope.families;
  const base = { source: from.name, dest: to.name, defaults: [], origin: from.origin, implicit: true, versions };
  if (from === to) return { ...base, verdict: { kind: 'accept' } };
  if (continues(from.name, to.name, scope)) return { ...base, verdict: { kind: 'continue' } };
  return undefined;
}

/** IMPLICIT_CONTINUE: a part of a zone goes on with the rules of the whole, unless a line names both zones (shorewall.conf(5)). */
function continues(from: string, to: string, { settings, zones }: Scope): boolean {
  const isPart = (name: string): boolean => {
    const zone = zones.get(name);
    return zone !== undefined && (zone.parents.length > 0 || zone.kind === 'vserver');
  };
  return settings.implicitContinue && from !== to && (isPart(from) || isPart(to));
}

function mayBeFirewall(selector: ZoneSelector, { firewall }: Scope): boolean {
  return selector.kind === 'all' || (selector.kind === 'zones' && selector.zones.some(({ name }) => name === firewall));
}

function decide(
  row: Config['policy'][number],
  reader: SettingReader,
  scope: Scope,
): Omit<Policy, 'source' | 'dest'> | undefined {
  const { source, dest, policy, loglevel, rate, connlimit } = row.cells;
  const verdict = verdictOf(policy, scope);
  if (!verdict) return undefined;
  if (policy.value.audit && !['accept', 'drop', 'reject'].includes(verdict.kind)) {
    const why = 'the audit system is told of ACCEPT, DROP and REJECT';
    scope.report.add(unsupportedMatch(policy.span, '`:audit` of this policy', why));
    return undefined;
  }
  if (verdict.kind === 'none' && [source, dest].some(({ value }) => mayBeFirewall(value, scope))) {
    const why = 'two zones that never meet are named, and the firewall meets every zone: write `DROP`';
    scope.report.add(unsupportedMatch(policy.span, 'this policy `NONE`', why));
    return undefined;
  }
  if (connlimit?.value.negated) {
    const why = 'what is above the limit is dropped: leave `!` out';
    scope.report.add(unsupportedMatch(connlimit.span, '`!` in CONNLIMIT of a policy', why));
    return undefined;
  }
  const log = loglevel ? resolveLog(loglevel, loglevel.value, scope.report) : undefined;
  const defaults = defaultsOf(policy, reader, scope);
  const rates = rate ? resolveRates(rate, scope) : undefined;
  const limit = connlimit && resolveConnectionLimit(connlimit, scope);
  return {
    verdict,
    ...(log ? { log } : {}),
    ...(policy.value.audit ? { audit: true } : {}),
    defaults,
    ...(rates ? { rate: rates } : {}),
    ...(limit ? { connectionLimit: limit } : {}),
    origin: row.origin,
    implicit: false,
    versions: scope.families.versions,
  };
}

function verdictOf(cell: Cell<PolicyText>, scope: Scope): PolicyVerdict | undefined {
  const { name, parameters } = cell.value;
  if (name === 'NFQUEUE' || name === 'QUEUE') return resolveQueue(cell, parameters, scope);
  const verdict = Object.hasOwn(verdicts, name) ? verdicts[name] : undefined;
  if (verdict && parameters) {
    scope.report.add(unexpectedParameters(parametersPlace(cell), name));
    return undefined;
  }
  // The senders of what it refuses go into this set.
  if (verdict?.kind === 'blacklist')
    scope.sets.changed({ name: blacklistName(scope.settings), fields: ['src'], place: cell.span });
  if (verdict) return verdict;
  reportUnknownPolicy(cell, scope);
  return undefined;
}

/** Reports a policy that there is not. */
export function reportUnknownPolicy(cell: Cell<PolicyText>, scope: Scope): void {
  const { name, at } = cell.value;
  if (Object.hasOwn(verdicts, name) || name === 'NFQUEUE' || name === 'QUEUE') return;
  const instead = habits[name.toUpperCase()];
  const upper = name.toUpperCase();
  if (instead && Object.hasOwn(verdicts, instead)) scope.report.add(foreignKeyword(cell.span, name, instead));
  else
    scope.report.add(
      unknownPolicy(
        placeIn(cell, at),
        name,
        Object.hasOwn(verdicts, upper) ? upper : nearest(name, Object.keys(verdicts)),
      ),
    );
}

function defaultsOf(cell: Cell<PolicyText>, reader: SettingReader, scope: Scope): readonly ActionCall[] {
  const { name, defaults, alsoUsual } = cell.value;
  if (defaults === 'none') return [];
  const own = defaults ? defaultActions.of(cell, defaults, scope) : [];
  return defaults && !alsoUsual ? own : [...own, ...defaultActions.usual(name, reader, scope)];
}
