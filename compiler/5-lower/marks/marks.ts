/**
 * Marks before and behind routing: what providers and `mangle` give packets. They are restored and set before DNAT, so
 * that rules see what the client asked for, and behind the helpers' chains.
 */
import type { Match, NftRule } from '../../ir/ruleset.ts';
import type { MangleHook, MangleRule } from '../../model/marks.ts';
import type { Provider } from '../../model/routing.ts';
import type { Version } from '../../net/version.ts';
import { jump } from '../rules/verdicts.ts';
import { type Program, rule } from '../ruleset-builder.ts';
import { bandRules } from '../shaping/classes.ts';
import { copyChain, restoreValues } from './copy-marks.ts';
import { lowerMangleRule, rememberSame, stickyProviders, unmarked } from './mangle-lines.ts';

/** Behind the helpers' chains (-150) and before DNAT. Reading a connection's mark takes connection tracking (-200). */
const marksPriority = -149;

/** The chains of marks, those that have something to do. */
export function addMarks(program: Program): void {
  const own = new Map(hooks.map((hook) => [hook, mangleChain(hook, program)]));
  const called = (hook: MangleHook, matches: readonly Match[] = []) => {
    const chain = own.get(hook);
    return chain === undefined ? [] : [rule(matches, [jump(chain)])];
  };
  const { expert } = program.model.settings.marking;
  const gate = expert || stickyProviders(program).length === 0 ? [] : [unmarked(program)];
  const before = [...zeroed(program), ...restored(program)];
  const same = (hook: MangleHook) =>
    program.model.mangle.filter((each) => each.hook === hook).flatMap((each) => rememberSame(each, program));
  add(program, 'prerouting', [
    ...before,
    ...trackedIn(program),
    ...same('prerouting'),
    ...called('prerouting', gate),
    ...alsoTracked(program, called),
    ...loaded(program, 'prerouting'),
    ...called('proxy'),
  ]);
  add(program, 'output', [...before, ...same('output'), ...called('output', gate), ...loaded(program, 'output')]);
  add(program, 'input', called('input'));
  add(program, 'forward', [...cleared(program), ...bandRules(true, program), ...called('forward')]);
  add(program, 'postrouting', [...bandRules(false, program), ...called('postrouting'), ...classified(program)]);
}

const hooks: readonly MangleHook[] = ['prerouting', 'proxy', 'input', 'forward', 'output', 'postrouting'];

/** Only a chain of the type `route` makes the kernel look for another way when the mark is another one. */
function add(program: Program, hook: Exclude<MangleHook, 'proxy'>, rules: readonly NftRule[]): void {
  if (rules.length === 0) return;
  const early = hook === 'prerouting' || hook === 'output';
  program.add({
    name: `marks-${hook}`,
    base: {
      type: hook === 'output' ? 'route' : 'filter',
      hook,
      priority: early ? marksPriority : marksPriority - 1,
      policy: 'accept',
    },
    comment: 'marks of packets, and fields of their headers',
    rules,
  });
}

/** The lines of a hook stand in a chain of their own: CONTINUE leaves it. */
function mangleChain(hook: MangleHook, program: Program): string | undefined {
  const mine = program.model.mangle.filter(
    (each) => each.hook === hook && !(hook === 'postrouting' && saysClass(each)),
  );
  if (mine.length === 0) return undefined;
  const name = `mangle-${hook}`;
  program.add({
    name,
    comment: `mangle: ${hook}`,
    rules: mine.flatMap((each) => lowerMangleRule(each, name, program)),
  });
  return name;
}

/** Whether a line of `mangle` gives packets a class. */
function saysClass({ action }: MangleRule): boolean {
  return (
    action.kind === 'changes' &&
    action.changes.some(({ statements }) => statements.some(({ kind }) => kind === 'setPriority'))
  );
}

/** CLASSIFY stands behind all marks of `mangle`, and behind CONTINUE only where it stood behind it. */
function classified(program: Program): readonly NftRule[] {
  const mine = program.model.mangle.filter(({ hook }) => hook === 'postrouting');
  if (!mine.some(saysClass)) return [];
  const name = 'mangle-classes';
  const lines = mine.filter(
    (each) => saysClass(each) || (each.action.kind === 'rule' && each.action.action.kind === 'return'),
  );
  program.add({
    name,
    comment: 'mangle: CLASSIFY',
    rules: lines.flatMap((each) => lowerMangleRule(each, name, program)),
  });
  return [rule([], [jump(name)])];
}

function zeroed({ model }: Program): readonly NftRule[] {
  if (!model.settings.marking.zero || model.mangle.length + model.routing.providers.length === 0) return [];
  return [rule([], [{ kind: 'setMark', target: 'packet', mask: 0xffffffff, value: 0 }], { comment: 'ZERO_MARKS' })];
}

/** Whether some line gives connections values in the field of providers besides those of providers. */
function hasOtherValues({ model }: Program): boolean {
  const { providers } = model.settings.marks;
  return model.mangle.some(({ action }) => {
    if (action.kind === 'copy') return action.to === 'connection' && (action.mask & providers) !== 0;
    if (action.kind !== 'changes') return action.kind === 'call';
    return action.changes.some(({ statements }) =>
      statements.some(
        (each) => each.kind === 'setMark' && each.target === 'connection' && (each.value & providers) !== 0,
      ),
    );
  });
}

/** The packet gets the provider of its connection. */
function restored(program: Program): readonly NftRule[] {
  const tracked = stickyProviders(program);
  const { settings } = program.model;
  const mask = settings.marks.providers;
  const balanced = program.model.routing.providers.some(({ load }) => load !== undefined);
  if (tracked.length === 0 && !balanced) return [];
  const some: readonly Match[] = settings.marking.restoreAlways
    ? []
    : [{ kind: 'connectionMark', negated: true, mask, value: 0 }];
  if (hasOtherValues(program)) return [rule(some, [jump(copyChain('packet', mask, program))])];
  const values = [...new Set(program.model.routing.providers.flatMap(({ mark }) => mark ?? []))];
  const clear = rule([], [{ kind: 'setMark', target: 'packet', mask, value: 0 }], { comment: 'RESTORE_ROUTEMARKS' });
  return [...(settings.marking.restoreAlways && !settings.marking.zero ? [clear] : []), ...restoreValues(mask, values)];
}

/** What comes in by a provider stays with it: the connection keeps its mark. */
function trackedIn(program: Program): readonly NftRule[] {
  return stickyProviders(program).map(({ name, interface: device, address, gateway, mark, origin }) => {
    const sender: readonly Match[] =
      address === undefined
        ? []
        : gateway.kind === 'address' && gateway.mac
          ? [{ kind: 'sourceMac', negated: false, addresses: [gateway.mac] }]
          : [{ kind: 'set', set: gatewaySet(name, program), negated: false, key: [{ field: 'sourceMac' }] }];
    return rule(
      [
        { kind: 'interface', field: 'iifname', negated: false, interfaces: [{ name: device, wildcard: false }] },
        unmarked(program),
        ...sender,
      ],
      [jump(providerChain(name, mark, program))],
      { origin },
    );
  });
}

/** The hardware addresses of the gateway of a provider that shares its interface; the script fills it. */
function gatewaySet(name: string, program: Program): string {
  return program.set({
    name: `gateway-of-mac-${name}`,
    type: ['ether_addr'],
    interval: false,
    dynamic: true,
    size: 16,
    elements: [],
  });
}

/** The mark of a provider for a packet and its connection. Untracked packets have none, so it is a rule of its own. */
function providerChain(name: string, mark: number, program: Program): string {
  const mask = program.model.settings.marks.providers;
  return program.once(`provider-${name}`, () => ({
    comment: `packets and connections of the provider ${name}`,
    rules: [
      rule([], [{ kind: 'setMark', target: 'packet', mask, value: mark }]),
      rule([], [{ kind: 'setMark', target: 'connection', mask, value: mark }]),
    ],
  }));
}

/** TRACK_PROVIDERS=No: what comes in by a tracked interface meets the lines of `mangle`, too. */
function alsoTracked(
  program: Program,
  called: (hook: MangleHook, matches: readonly Match[]) => readonly NftRule[],
): readonly NftRule[] {
  const { marking, routing } = program.model.settings;
  const interfaces = stickyProviders(program).map((each) => ({ name: each.interface, wildcard: false }));
  if (routing.track || marking.expert || interfaces.length === 0) return [];
  const { kind, mask, value } = unmarked(program) as Extract<Match, { kind: 'packetMark' }>;
  return called('prerouting', [
    { kind: 'interface', field: 'iifname', negated: false, interfaces },
    { kind, mask, value, negated: true },
  ]);
}

/** `load=`: new connections that no provider has take one by chance. What comes in by a provider has one already. */
function loaded(program: Program, hook: 'prerouting' | 'output'): readonly NftRule[] {
  const { providers } = program.model.routing;
  if (!providers.some(hasShare)) return [];
  const chain = program.once('balance-by-load', () => ({
    comment: 'providers: load',
    rules: program.model.families.versions.flatMap((version) => sharesOf(version, program)),
  }));
  const states: Match = { kind: 'state', negated: false, states: hook === 'output' ? ['new', 'related'] : ['new'] };
  return [rule([states, unmarked(program)], [jump(chain)])];
}

type Share = Provider & { readonly load: number; readonly mark: number };

function hasShare(each: Provider): each is Share {
  return each.load !== undefined && each.mark !== undefined;
}

/**
 * A provider that is in use takes its part of what those that are in use have together: the first of them by its share of
 * all, the next by its share of what is left. So there is a rule for each choice of later ones that are in use.
 */
function sharesOf(version: Version, program: Program): readonly NftRule[] {
  const shares = program.model.routing.providers.filter(hasShare).filter(({ versions }) => versions.includes(version));
  const told: readonly Match[] = program.dual ? [{ kind: 'version', version }] : [];
  return shares.flatMap((each, index) => {
    const later = shares.slice(index + 1);
    return Array.from({ length: 2 ** later.length }, (_, choice) => {
      const used = later.filter((_other, at) => (choice & (1 << at)) !== 0);
      const part = each.load / [each, ...used].reduce((sum, { load }) => sum + load, 0);
      const below = Math.max(1, Math.round(part * 1_000_000));
      return rule(
        [
          ...told,
          unmarked(program),
          isUsed(each, version, true, program),
          ...later.map((other) => isUsed(other, version, used.includes(other), program)),
          ...(used.length === 0 ? [] : [{ kind: 'random', modulus: 1_000_000, below } as const]),
        ],
        [jump(providerChain(each.name, each.mark, program))],
        { origin: each.origin },
      );
    });
  });
}

/** Whether a provider is in use: the script puts all protocols into its set then. */
function isUsed({ number }: Provider, version: Version, used: boolean, program: Program): Match {
  const set = program.set({
    name: `provider-in-use-${number}-${version}`,
    type: ['inet_proto'],
    interval: false,
    dynamic: true,
    size: 256,
    elements: [],
  });
  return { kind: 'set', set, negated: !used, key: [{ field: 'protocol' }] };
}

/** FORWARD_CLEAR_MARK: routed packets give their provider's bits to the classes. */
function cleared({ model }: Program): readonly NftRule[] {
  const { settings, mangle, routing } = model;
  if (!settings.marking.clearInForward || mangle.length + routing.providers.length === 0) return [];
  const mask = settings.marks.providers;
  if (mask === 0) return [];
  return [rule([], [{ kind: 'setMark', target: 'packet', mask, value: 0 }], { comment: 'FORWARD_CLEAR_MARK' })];
}
