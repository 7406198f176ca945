/** Lines of `mangle` as rules. */
import type { Match, NftRule, Statement } from '../../ir/ruleset.ts';
import type { MangleAction, MangleLine, MangleRule } from '../../model/marks.ts';
import type { Provider } from '../../model/routing.ts';
import { lowerTraffic } from '../rules/matches.ts';
import { lowerPlainLine } from '../rules/rule.ts';
import { back, counter, jump } from '../rules/verdicts.ts';
import { from, type Program, rule } from '../ruleset-builder.ts';
import { copyChain } from './copy-marks.ts';

const isNew: Match = { kind: 'state', negated: false, states: ['new'] };

/** The rules of a line, in the chain of that name. */
export function lowerMangleRule(each: MangleRule, chain: string, program: Program): readonly NftRule[] {
  return lowerMangleLine(each, { chain, before: each.first ? [isNew] : [] }, program);
}

interface Place {
  readonly chain: string;
  readonly before: readonly Match[];
}

function lowerMangleLine(line: MangleLine, place: Place, program: Program): readonly NftRule[] {
  const { action, traffic, log } = line;
  const name = `${place.chain}-${line.origin.at(-1)?.start ?? 0}`;
  const where = () =>
    lowerTraffic(traffic, { name, beforeNat: place.chain.includes('prerouting') }, program).map((matches) => [
      ...place.before,
      ...matches,
    ]);
  if (action.kind === 'rule' && action.action.kind === 'log' && log)
    return where().map((matches) =>
      rule(matches, [counter, { kind: 'log', prefix: '', target: log.target }], from(line)),
    );
  if (action.kind === 'rule')
    return lowerPlainLine(traffic, action.action, line, { ...place, states: place.before }, program);
  if (action.kind === 'changes') return changes(action, line, place, name, program);
  if (action.kind === 'same')
    return stickyProviders(program).flatMap((provider) =>
      where().flatMap((matches) => recall(matches, line, provider, program)),
    );
  const called = chainOf(action, place, program);
  return where().map((matches) => rule(matches, [counter, jump(called)], from(line)));
}

function changes(
  action: Extract<MangleAction, { kind: 'changes' }>,
  line: MangleLine,
  { before }: Place,
  name: string,
  program: Program,
): readonly NftRule[] {
  return action.changes.flatMap(({ version, conditions, statements }) => {
    const versions =
      version === undefined ? line.traffic.versions : line.traffic.versions.filter((each) => each === version);
    if (versions.length === 0) return [];
    return lowerTraffic({ ...line.traffic, versions }, { name }, program).map((matches) =>
      rule([...before, ...withoutTwice(matches, conditions), ...conditions], [counter, ...statements], from(line)),
    );
  });
}

/** `tcp` before a condition on its flags says nothing more. */
function withoutTwice(matches: readonly Match[], conditions: readonly Match[]): readonly Match[] {
  if (!conditions.some(({ kind }) => kind === 'tcpFlags')) return matches;
  return matches.filter(
    (match) =>
      !(match.kind === 'protocol' && !match.negated && match.protocols.length === 1 && match.protocols[0] === 6),
  );
}

function chainOf(
  action: Extract<MangleAction, { kind: 'copy' | 'hops' | 'call' }>,
  place: Place,
  program: Program,
): string {
  if (action.kind === 'copy') return copyChain(action.to, action.mask, program);
  if (action.kind === 'hops') return hopChain(action, program);
  return program.once(action.chain, () => ({
    comment: 'an action of mangle',
    rules: action.lines.flatMap((each) =>
      lowerMangleLine(each, { ...place, chain: action.chain, before: [] }, program),
    ),
  }));
}

/** What senders begin with, and one router on: most packets are found at once. */
const usualHops = [64, 63, 128, 127, 255, 254];

/**
 * A hop limit that grows or shrinks: nft sets fixed values alone, so each value has a rule, and the first that fits is
 * the last. It stops at 0 and 255 (kernel: xt_HL.c).
 */
function hopChain({ version, step }: Extract<MangleAction, { kind: 'hops' }>, program: Program): string {
  const name = `hop-limit-${step > 0 ? 'plus' : 'minus'}-${Math.abs(step)}-v${version}`;
  const all = Array.from({ length: 256 }, (_each, value) => value);
  const ordered = [...usualHops, ...all.filter((value) => !usualHops.includes(value))];
  return program.once(name, () => ({
    comment: `the hop limit ${step > 0 ? 'grows' : 'shrinks'} by ${Math.abs(step)}`,
    rules: ordered.flatMap((old) => {
      const value = Math.min(255, Math.max(0, old + step));
      const statement: Statement = { kind: 'setField', field: 'hopLimit', version, value };
      if (value === old) return [];
      return rule(
        [{ kind: 'hopLimit', version, negated: false, ranges: [{ first: old, last: old }] }],
        [statement, back],
      );
    }),
  }));
}

/** A packet that no provider has yet. */
export function unmarked({ model }: Program): Match {
  return { kind: 'packetMark', negated: false, mask: model.settings.marks.providers, value: 0 };
}

/** Providers that connections can stay with. */
export function stickyProviders({ model }: Program): readonly (Provider & { readonly mark: number })[] {
  const named = new Map<string, Provider & { readonly mark: number }>();
  for (const each of model.routing.providers)
    if (each.track && each.mark !== undefined) named.set(each.name, { ...each, mark: each.mark });
  return [...named.values()];
}

/** The packets of a line that leave by a provider: their address is remembered. Of the firewall's own it is the destination. */
export function rememberSame(each: MangleRule, program: Program): readonly NftRule[] {
  const { action } = each;
  if (action.kind !== 'same') return [];
  const mask = program.model.settings.marks.providers;
  return stickyProviders(program).flatMap((provider) => {
    const leaves: readonly Match[] = [
      ...(each.hook === 'output'
        ? []
        : [
            {
              kind: 'interface' as const,
              field: 'iifname' as const,
              negated: true,
              interfaces: [{ name: provider.interface, wildcard: false }],
            },
          ]),
      { kind: 'packetMark', negated: false, mask, value: provider.mark },
    ];
    return each.traffic.versions.flatMap((version) =>
      lowerTraffic({ ...each.traffic, versions: [version] }, { name: 'same' }, program).map((matches) =>
        rule(
          [...leaves, ...versionOnly(matches, version, program), ...matches],
          [
            {
              kind: 'changeSet',
              operation: 'update',
              set: sameSet(each, provider, version, program),
              key: [{ field: each.hook === 'output' ? 'daddr' : 'saddr', version }],
            },
          ],
          from(each),
        ),
      ),
    );
  });
}

function versionOnly(matches: readonly Match[], version: 4 | 6, program: Program): readonly Match[] {
  const told = matches.some(({ kind }) => kind === 'version' || kind === 'address');
  return program.dual && !told ? [{ kind: 'version', version }] : [];
}

/**
 * An address that is remembered takes the provider again, for as long as if it had used it now. As with all marks, the last
 * line that fits counts, and of several providers that are remembered the last one.
 */
function recall(
  matches: readonly Match[],
  line: MangleLine,
  provider: Provider & { readonly mark: number },
  program: Program,
): readonly NftRule[] {
  const mask = program.model.settings.marks.providers;
  const own = line as MangleRule;
  return line.traffic.versions.map((version) => {
    const set = sameSet(own, provider, version, program);
    const key = [{ field: own.hook === 'output' ? 'daddr' : 'saddr', version }] as const;
    return rule(
      [...matches, { kind: 'set', set, negated: false, key }],
      [
        counter,
        { kind: 'changeSet', operation: 'update', set, key },
        { kind: 'setMark', target: 'packet', mask, value: provider.mark },
      ],
      from(line),
    );
  });
}

function sameSet(line: MangleRule, provider: Provider, version: 4 | 6, program: Program): string {
  const place = line.origin.at(-1)?.start ?? 0;
  const seconds = line.action.kind === 'same' ? line.action.seconds : 300;
  return program.addressSet(`same-${line.hook}-${place}-${provider.name}-`, version, seconds);
}
