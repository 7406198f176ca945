/** Packets that would leave by the interface they came by, where no pair of zones has that way. */
import type { DispatchEntry, Match, NftRule } from '../../ir/ruleset.ts';
import type { Interface } from '../../model/interface.ts';
import type { Version } from '../../net/version.ts';
import { sfilterRules } from '../interfaces/interface-options.ts';
import { hasOption, isLoopback, onlyVersions, versionsWith } from '../interfaces/interface-versions.ts';
import { accept, counter } from '../rules/verdicts.ts';
import { type Program, rule } from '../ruleset-builder.ts';
import type { ForwardPair } from './forward-pairs.ts';
import { beforePolicy, outsideZones } from './unzoned.ts';
import { groupMatches, isPlain } from './zone-match.ts';

/**
 * With OUTSIDE_ZONES=policy packets that would leave by the interface they came by are of no pair of zones, whatever
 * their state; an ftpwall directory alone lets established connections go on there.
 */
export function turningBack(pairs: readonly ForwardPair[], program: Program): readonly NftRule[] {
  const { model } = program;
  if (model.settings.closedOutsideZones) return [];
  const bridges = model.interfaces.filter(
    (each) =>
      hasOption(each, ({ bridge }) => bridge) &&
      !model.zones.some((zone) => zone.hosts.some((group) => group.interface.name === each.name)),
  );
  const single = model.interfaces.filter(
    (each) =>
      !hasOption(each, isLoopback) &&
      !bridges.includes(each) &&
      each.pattern.name !== '' &&
      !pairs.some((pair) => pair.from.interface.name === each.name && pair.to.interface.name === each.name),
  );
  const turning = () =>
    program.once('turning-back', () => ({
      comment: 'would leave by the interface it came by',
      rules: [...beforePolicy(program), ...outsideZones('FORWARD', model.fallbacks.forward, program)],
    }));
  // An interface that only one IP version knows is like any other for the packets of the other one.
  const knownTo = (versions: readonly Version[]): readonly NftRule[] => {
    const entries = single
      .filter((each) => versionsWith(each, () => true, model).join() === versions.join())
      .map(
        (each): DispatchEntry => ({
          keys: [each.pattern, each.pattern],
          verdict: { kind: 'goto', chain: turning() },
        }),
      );
    if (entries.length === 0) return [];
    return [rule(onlyVersions(versions, model), [{ kind: 'dispatch', fields: ['iifname', 'oifname'], entries }])];
  };
  const { versions } = model.families;
  return [
    ...sfilterRules(program),
    ...bridges.map((each) => withinBridge(each, program)),
    ...knownTo(versions),
    ...(versions.length > 1 ? versions.flatMap((version) => knownTo([version])) : []),
    ...partlyTurningBack(pairs, program),
  ];
}

/** What a bridge of no zone passes on between its ports (shorewall-interfaces(5), bridge). */
function withinBridge(each: Interface, { model }: Program): NftRule {
  const through = (['iifname', 'oifname'] as const).map(
    (field): Match => ({ kind: 'interface', field, negated: false, interfaces: [each.pattern] }),
  );
  const versions = versionsWith(each, ({ bridge }) => bridge, model);
  return rule([...through, ...onlyVersions(versions, model)], [counter, accept], { origin: each.origin });
}

/** The same where an interface has zones of which only some pairs may turn back by it. */
function partlyTurningBack(pairs: readonly ForwardPair[], program: Program): readonly NftRule[] {
  const { model } = program;
  return model.interfaces.flatMap((each) => {
    const here = pairs.filter((pair) => pair.from.interface.name === each.name && pair.to.interface.name === each.name);
    const groups = model.zones.flatMap((zone) => zone.hosts.filter((group) => group.interface.name === each.name));
    const whole = groups.find((group) => isPlain(group, model));
    const every = here.some((pair) => pair.from === whole && pair.to === whole);
    if (here.length === 0 || every) return [];
    // No interface has a slash in its name, so `wl+` and `wl` keep chains of their own.
    const chain = program.once(`turning-back-${each.name.replace(/[^A-Za-z0-9_.-]/g, '/')}`, () => ({
      comment: `would leave by ${each.name}, by which it came`,
      rules: [
        ...here.flatMap((pair) =>
          groupMatches(pair.from, 'source', program).flatMap((from) =>
            groupMatches(pair.to, 'dest', program).map((to) =>
              rule([...from, ...to], [{ kind: 'verdict', verdict: { kind: 'return' } }]),
            ),
          ),
        ),
        ...beforePolicy(program),
        ...outsideZones('FORWARD', model.fallbacks.forward, program),
      ],
    }));
    const entries: readonly DispatchEntry[] = [
      { keys: [each.pattern, each.pattern], verdict: { kind: 'jump', chain } },
    ];
    return [rule([], [{ kind: 'dispatch', fields: ['iifname', 'oifname'], entries }])];
  });
}
