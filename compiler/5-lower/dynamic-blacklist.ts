/**
 * What commands decide while the firewall runs: addresses that `drop`, `reject` and their like have named, connections
 * that `open` lets through, and the set that BLACKLIST fills. The sets are there from the start and are kept.
 */
import type { LogTarget, Match, NftRule, SetKeyField, Statement, Version } from '../ir/ruleset.ts';
import { dynamicSet, openedSet, refusingVerbs } from '../language/names.ts';
import { logChain, logPrefix } from './logging.ts';
import { type Program, rule } from './program.ts';
import { rejectStatement } from './reject.ts';
import { accept, counter, drop, goto, jump } from './verdicts.ts';

/** Rules for every packet that comes in (or, where destinations count too, that the firewall sends). */
export function dynamicRules(hook: 'input' | 'forward' | 'output', program: Program): readonly NftRule[] {
  const { settings, blacklistSet } = program.model;
  const { commands, set } = settings.dynamicBlacklist;
  const where = managedInterfaces(hook, program);
  const states: Match = { kind: 'state', negated: false, states: settings.blacklist.states };
  const listed =
    blacklistSet && (hook !== 'output' || set?.both)
      ? [rule([...where, ...(set?.disconnect ? [] : [states])], [jump(blacklistChain(hook, program))])]
      : [];
  if (!commands || hook === 'output') return listed;
  return [...listed, rule([...where, states], [jump(commandChain(program))])];
}

/** Whether they must come before established connections are accepted. */
export function concernsEstablished({ model }: Program): boolean {
  const { dynamicBlacklist, blacklist } = model.settings;
  return blacklist.states.includes('established') || dynamicBlacklist.set?.disconnect === true;
}

/** `nodbl`: interfaces on which nothing of this holds. */
function managedInterfaces(hook: 'input' | 'forward' | 'output', { model }: Program): readonly Match[] {
  const spared = model.interfaces.filter((each) => each.options.nodbl).map((each) => each.pattern);
  if (spared.length === 0) return [];
  return [{ kind: 'interface', field: hook === 'output' ? 'oifname' : 'iifname', negated: true, interfaces: spared }];
}

function commandChain(program: Program): string {
  return program.once('dynamic-rules', () => ({
    comment: 'what commands have decided: open, drop, reject, logdrop, logreject',
    rules: program.model.families.versions.flatMap((version) => [
      rule([isOpened(version, program)], [counter, accept]),
      ...refusingVerbs.map((verb) => {
        const name = program.set({
          name: dynamicSet(verb, version),
          type: [addressType(version)],
          interval: true,
          dynamic: false,
          timeout: 0,
          elements: [],
        });
        return rule([isIn(name, 'saddr', version)], [counter, refusal(verb, program)]);
      }),
    ]),
  }));
}

function isOpened(version: Version, program: Program): Match {
  const address = addressType(version);
  const set = program.set({
    name: openedSet(version),
    type: [address, address, 'inet_proto', 'inet_service'],
    interval: true,
    dynamic: false,
    timeout: 0,
    elements: [],
  });
  const key: readonly SetKeyField[] = [
    { field: 'saddr', version },
    { field: 'daddr', version },
    { field: 'protocol' },
    { field: 'dport' },
  ];
  return { kind: 'set', set, negated: false, key };
}

function refusal(verb: (typeof refusingVerbs)[number], program: Program): Statement {
  const last = verb.endsWith('drop') ? drop : rejectStatement(undefined, program);
  if (!verb.startsWith('log')) return last;
  const target: LogTarget = program.model.settings.blacklist.log ?? { kind: 'syslog', level: 'info', flags: [] };
  const prefix = logPrefix(verb, verb.endsWith('drop') ? 'DROP' : 'REJECT', { target }, program);
  return goto(logChain(verb, prefix, { target }, [last], program));
}

/** What BLACKLIST and `ftpwall blacklist` have put into the set. With a time limit each packet starts it anew. */
function blacklistChain(hook: 'input' | 'forward' | 'output', program: Program): string {
  const { settings, blacklistSet, families } = program.model;
  const { set } = settings.dynamicBlacklist;
  const fields =
    hook === 'output' ? (['daddr'] as const) : (['saddr', ...(set?.both ? (['daddr'] as const) : [])] as const);
  return program.once(hook === 'output' ? 'blacklisted-output' : 'blacklisted', () => ({
    comment: 'the dynamic blacklist',
    rules: families.versions.flatMap((version) => {
      const name = blacklistSet?.of[version];
      if (name === undefined) return [];
      return fields.map((field) => {
        const anew: readonly Statement[] =
          set && set.timeout > 0 && set.refreshed
            ? [{ kind: 'changeSet', operation: 'update', set: name, key: [{ field, version }] }]
            : [];
        return rule([isIn(name, field, version)], [...anew, counter, ended(set?.log, program)]);
      });
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

function addressType(version: Version): 'ipv4_addr' | 'ipv6_addr' {
  return version === 4 ? 'ipv4_addr' : 'ipv6_addr';
}
