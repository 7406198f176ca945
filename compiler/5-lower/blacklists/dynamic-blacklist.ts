/**
 * What commands decide while the firewall runs: addresses that `drop`, `reject` and their like have named, connections
 * that `open` lets through, and the set that BLACKLIST fills. The sets are there from the start and are kept.
 */
import { isEvery } from '../../ir/interfaces.ts';
import type { Match, NftRule, SetKeyField, Statement } from '../../ir/ruleset.ts';
import { openedSet, openedSourcesSet } from '../../language/names.ts';
import type { Interface, InterfaceOptions } from '../../model/interface.ts';
import type { LogTarget } from '../../net/log.ts';
import type { Version } from '../../net/version.ts';
import { listedInterfaces, perVersion } from '../interfaces/interface-versions.ts';
import { logChain, logPrefix } from '../logging/logging.ts';
import { accept, back, counter, drop, goto, jump } from '../rules/verdicts.ts';
import { type Program, rule } from '../ruleset-builder.ts';
import { addressType, filledSet, refusedSources } from './refused-sources.ts';

type Hook = 'input' | 'forward' | 'output';
type Side = 'saddr' | 'daddr';

/** Rules for every packet that comes in (or, where destinations count too, that the firewall sends). */
export function dynamicRules(hook: Hook, program: Program): readonly NftRule[] {
  const { settings, blacklistSet } = program.model;
  const { commands, set } = settings.dynamicBlacklist;
  const states: Match = { kind: 'state', negated: false, states: settings.blacklist.states };
  const sides: readonly Side[] = hook === 'output' ? ['daddr'] : ['saddr', 'daddr'];
  const listed = sides.flatMap((side) => {
    const places = blacklistSet ? interfacesAskedFor(side, hook, program) : [];
    return places.map((where) =>
      rule([...where, ...(set?.disconnect ? [] : [states])], [jump(blacklistChain(side, program))]),
    );
  });
  if (!commands || hook === 'output') return listed;
  return [
    ...listed,
    ...managedInterfaces(program).map((where) => rule([...where, states], [jump(commandChain(program))])),
  ];
}

/** Whether they must come before established connections are accepted. */
export function concernsEstablished({ model }: Program): boolean {
  const { dynamicBlacklist, blacklist } = model.settings;
  return blacklist.states.includes('established') || dynamicBlacklist.set?.disconnect === true;
}

/** `dbl=none`: interfaces on which nothing of this holds. */
function managedInterfaces({ model }: Program): readonly (readonly Match[])[] {
  return perVersion(model, (version) => {
    const spared = model.interfaces.filter(({ options }) => options[version]?.dynamicBlacklist === 'none');
    return fromInterfaces('iifname', spared, true);
  });
}

/**
 * Where the set is asked for one side of the packets: by `dbl` of the interface, else by DYNAMIC_BLACKLIST. What the
 * firewall sends counts where both sides do (interfaces(5)).
 */
function interfacesAskedFor(side: Side, hook: Hook, { model }: Program): readonly (readonly Match[])[] {
  const usual = model.settings.dynamicBlacklist.set?.both ? 'src-dst' : 'src';
  const asks = (option: InterfaceOptions['dynamicBlacklist']): boolean => {
    const sides = option ?? usual;
    if (hook === 'output') return sides === 'src-dst';
    return sides === 'src-dst' || sides === (side === 'saddr' ? 'src' : 'dst');
  };
  return perVersion(model, (version) => {
    const others = model.interfaces.filter(
      ({ options }) => asks(options[version]?.dynamicBlacklist) !== asks(undefined),
    );
    return fromInterfaces(hook === 'output' ? 'oifname' : 'iifname', others, asks(undefined));
  });
}

/** The match for these interfaces, or for all but these; undefined for no interface at all. */
function fromInterfaces(
  field: 'iifname' | 'oifname',
  listed: readonly Interface[],
  negated: boolean,
): readonly Match[] | undefined {
  const interfaces = listed.map(({ pattern }) => pattern);
  if (interfaces.length === 0) return negated ? [] : undefined;
  if (interfaces.some(isEvery)) return negated ? undefined : [];
  return [{ kind: 'interface', field, negated, interfaces }];
}

function commandChain(program: Program): string {
  const interfaces = listedInterfaces(program.model);
  // Commands open nothing to an interface that no line matches; what they refuse is refused everywhere.
  const listed: readonly Match[] = interfaces
    ? [{ kind: 'interface', field: 'iifname', negated: false, interfaces }]
    : [];
  return program.once('dynamic-rules', () => ({
    comment: 'what commands have decided: open, drop, reject, logdrop, logreject',
    rules: program.model.families.versions.flatMap((version, index) => [
      ...(index > 0 && program.dual ? [rule([{ kind: 'version', version: otherVersion(version) }], [back])] : []),
      // The sets first: they are nearly always empty.
      rule([...isOpened(version, program), ...listed], [counter, accept]),
      rule([], [refusedSources(version, program)]),
    ]),
  }));
}

/** Without an opened source no packet pays for the set of four fields (a look-up there costs five of one field). */
function isOpened(version: Version, program: Program): readonly Match[] {
  const address = addressType(version);
  const sources = filledSet(openedSourcesSet(version), [address], program);
  const set = filledSet(openedSet(version), [address, address, 'inet_proto', 'inet_service'], program);
  const key: readonly SetKeyField[] = [
    { field: 'saddr', version },
    { field: 'daddr', version },
    { field: 'protocol' },
    { field: 'dport' },
  ];
  return [isIn(sources, 'saddr', version), { kind: 'set', set, negated: false, key }];
}

/** What BLACKLIST and `ftpwall blacklist` have put into the set. With a time limit each packet starts it anew. */
function blacklistChain(field: Side, program: Program): string {
  const { settings, blacklistSet, families } = program.model;
  const { set } = settings.dynamicBlacklist;
  return program.once(field === 'saddr' ? 'blacklisted' : 'blacklisted-dest', () => ({
    comment: `the dynamic blacklist, ${field === 'saddr' ? 'by where packets come from' : 'by where they go'}`,
    rules: families.versions.flatMap((version) => {
      const name = blacklistSet?.of[version];
      if (name === undefined) return [];
      const anew: readonly Statement[] =
        set && set.timeout > 0 && set.refreshed
          ? [{ kind: 'changeSet', operation: 'update', set: name, key: [{ field, version }] }]
          : [];
      return [rule([isIn(name, field, version)], [...anew, counter, ended(set?.log, program)])];
    }),
  }));
}

function ended(target: LogTarget | undefined, program: Program): Statement {
  if (!target) return drop;
  return goto(logChain('blacklisted', logPrefix('dbl_log', 'DROP', { target }, program), { target }, [drop], program));
}

function isIn(set: string, field: 'saddr' | 'daddr', version: Version): Match {
  return { kind: 'set', set, negated: false, key: [{ field, version }] };
}

function otherVersion(version: Version): Version {
  return version === 4 ? 6 : 4;
}
