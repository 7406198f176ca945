/** What besides the ruleset must be done: helper modules, values of the kernel, forwarding, the user's own scripts. */
import type { Model } from '../../model/index.ts';
import { placeOf } from '../../source.ts';
import type { SystemPlan, SystemStep } from '../../system-plan.ts';
import { portSteps } from '../frames/ports.ts';
import { hasOption, type Wanted } from '../interfaces/interface-versions.ts';
import { translates } from '../nat/nat.ts';
import { offloadSteps } from '../offload/offload.ts';
import { neighbourSysctls, routingSteps } from '../routing/routing-steps.ts';
import { shapingSteps } from '../shaping/queues.ts';

/** The steps in the order of the script. `attached` are the helpers that rules use, with the line that needs each. */
export function planSystem(model: Model, attached: ReadonlyMap<string, string>): SystemPlan {
  return [
    ...model.extensions.map((each): SystemStep => ({ kind: 'extension', ...each })),
    ...interfaceSteps(model),
    ...optionalSteps(model),
    ...moduleSteps(model, attached),
    ...sysctlSteps(model),
    ...portSteps(model),
    ...neighbourSysctls(model),
    ...routingSteps(model),
    ...shapingSteps(model),
    ...offloadSteps(model),
    ...forwardingSteps(model),
  ];
}

/** `required`, `wait` and REQUIRE_INTERFACE. */
function interfaceSteps({ interfaces, settings }: Model): readonly SystemStep[] {
  return interfaces.flatMap((each): readonly SystemStep[] => {
    const has = (wanted: Wanted) => hasOption(each, wanted);
    const one = settings.requireInterface && has(({ optional }) => optional);
    const need = has(({ required }) => required) ? 'required' : one ? 'one' : 'none';
    const wait = Math.max(...Object.values(each.options).map((options) => options.wait));
    if (need === 'none' && wait === 0) return [];
    return [{ kind: 'interface', ...each.pattern, need, wait, place: placeOf(each.origin[0]) }];
  });
}

/** Those that `disable` takes: providers are steps of their own. */
function optionalSteps({ interfaces, routing }: Model): readonly SystemStep[] {
  const used = new Set(routing.providers.map((each) => each.interface));
  return interfaces
    .filter((each) => hasOption(each, ({ optional }) => optional))
    .filter(({ pattern }) => !pattern.wildcard && !used.has(pattern.name))
    .map(({ name, pattern }) => ({ kind: 'optional', name, device: pattern.name }));
}

function moduleSteps(model: Model, attached: ReadonlyMap<string, string>): readonly SystemStep[] {
  const translated = model.snat.length > 0 || model.rules.some(({ action }) => translates(action));
  return model.helpers
    .filter((each) => attached.has(each.helper.name))
    .flatMap(({ helper, origin }): readonly SystemStep[] => {
      const neededBy = attached.get(helper.name) ?? (origin ? placeOf(origin[0]) : helper.name);
      const module: SystemStep = { kind: 'module', name: helper.module, neededBy, required: true };
      return translated && helper.natModule
        ? [module, { kind: 'module', name: helper.natModule, neededBy, required: false }]
        : [module];
    });
}

function sysctlSteps(model: Model): readonly SystemStep[] {
  return model.interfaces.flatMap((each) => {
    const own = model.families.versions.flatMap((version) =>
      (each.options[version]?.sysctls ?? []).filter((value) => value.version === version),
    );
    const usual =
      model.families.versions.includes(4) && !each.pattern.wildcard && each.options[4]?.loopback === false
        ? usualSysctls(model)
        : [];
    const written = new Set(own.map((value) => value.key));
    return [...own, ...usual.filter((value) => !written.has(value.key))].map(
      ({ version, key, value }): SystemStep => ({
        kind: 'sysctl',
        key: `net/ipv${version}/conf/${each.pattern.name}/${key}`,
        value,
        optional: true,
        origin: each.origin,
      }),
    );
  });
}

/** ROUTE_FILTER and LOG_MARTIANS: what interfaces without an option of their own get; `keep` leaves it. */
function usualSysctls({
  settings,
}: Model): readonly { readonly version: 4; readonly key: string; readonly value: string }[] {
  const values: { version: 4; key: string; value: string }[] = [];
  if (['yes', 'on', '1'].includes(settings.routeFilter)) values.push({ version: 4, key: 'rp_filter', value: '1' });
  if (settings.routeFilter === '2') values.push({ version: 4, key: 'rp_filter', value: '2' });
  if (['yes', 'on'].includes(settings.logMartians)) values.push({ version: 4, key: 'log_martians', value: '1' });
  return values;
}

function forwardingSteps({ forwarding, families }: Model): readonly SystemStep[] {
  return families.versions
    .filter((version) => forwarding[version] !== 'keep')
    .map((version) => ({ kind: 'forwarding', version, on: forwarding[version] === 'on' }));
}
