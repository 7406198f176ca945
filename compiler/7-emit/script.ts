/** Fills the holes of the stand-alone script: sorts the steps of the plan by their kind and quotes them for the shell. */
import { invariant } from '../invariant.ts';
import type { ScriptHoles, ScriptTemplate, SystemPlan, SystemStep } from '../system-plan.ts';

/** What the script is made of, besides the words of its template. */
export interface ScriptParts {
  /** The version of ftpwall. */
  readonly version: string;
  readonly family: ScriptHoles['family'];
  readonly table: string;
  /** The transactions of the running and of the stopped state, each ending in a line feed. */
  readonly ruleset: string;
  readonly stopped: string;
  readonly plan: SystemPlan;
  /** Families of further tables in the rulesets: one that keeps the other IP version closed. */
  readonly companions?: readonly ScriptHoles['family'][];
}

/** The line that ends both here-documents of the template. */
const delimiter = 'END-OF-RULESET';

/** The text of the stand-alone POSIX script. */
export function emitScript(template: ScriptTemplate, parts: ScriptParts): string {
  const { version, family, table, ruleset, stopped, plan, companions = [] } = parts;
  for (const text of [ruleset, stopped]) {
    invariant(text.endsWith('\n'), 'a ruleset does not end in a line feed');
    invariant(!text.split('\n').includes(delimiter), 'a ruleset holds the line that ends it in the script');
  }
  return template({
    version,
    family,
    table,
    families: [...new Set([...replacedFamilies[family], ...companions])],
    removedFamilies: replacedFamilies[family].filter((each) => each !== family && !companions.includes(each)),
    ruleset,
    stopped,
    interfaces: stepsOf(plan, 'interface').map((step) => ({
      ...step,
      name: quote(step.name),
      place: quote(step.place),
    })),
    addresses: family === 'inet' ? '' : family === 'ip' ? '-4' : '-6',
    modules: stepsOf(plan, 'module').map((step) => ({
      ...step,
      name: quote(step.name.replaceAll('-', '_')), // as /sys/module spells it; modprobe(8) takes both
      neededBy: quote(step.neededBy),
    })),
    sysctls: stepsOf(plan, 'sysctl').map((step) => ({ ...step, key: quote(step.key), value: quote(step.value) })),
    forwarding: stepsOf(plan, 'forwarding'),
    runTimeSets: stepsOf(plan, 'runTimeSet').map((step) => ({ ...step, interface: quote(step.interface) })),
    extensions: stepsOf(plan, 'extension').map((step) => ({ ...step, text: quote(step.text) })),
  });
}

/**
 * A table for both families takes the place of the two for one; each of these takes the place of the one for both,
 * but not of its twin: IPv4 and IPv6 may have a Shorewall directory each.
 */
const replacedFamilies = {
  inet: ['inet', 'ip', 'ip6'],
  ip: ['ip', 'inet'],
  ip6: ['ip6', 'inet'],
} satisfies Record<ScriptHoles['family'], ScriptHoles['families']>;

function stepsOf<Kind extends SystemStep['kind']>(
  plan: SystemPlan,
  kind: Kind,
): readonly Extract<SystemStep, { kind: Kind }>[] {
  return plan.filter((step): step is Extract<SystemStep, { kind: Kind }> => step.kind === kind);
}

/** The text as one word of the shell: within single quotes everything means itself (POSIX, Shell Command Language 2.2.2). */
function quote(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
