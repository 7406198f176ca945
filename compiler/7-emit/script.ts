/** Fills the holes of the stand-alone script: sorts the steps of the plan by their kind and quotes them for the shell. */
import { invariant } from '../invariant.ts';
import type { ScriptHoles, ScriptTemplate, SystemPlan, SystemStep } from '../system-plan.ts';
import { closedRuleset } from './closed-machine.ts';
import { printLooseChain } from './nft.ts';

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
  /** Families of further tables in the rulesets: of the other half of a pair, or one that keeps an IP version closed. */
  readonly companions?: readonly ScriptHoles['family'][];
}

/** The text of the stand-alone POSIX script. */
export function emitScript(template: ScriptTemplate, parts: ScriptParts): string {
  const { version, family, table, ruleset, stopped, plan, companions = [] } = parts;
  for (const text of [ruleset, stopped]) invariant(text.endsWith('\n'), 'a ruleset does not end in a line feed');
  const tables = [...new Set([family, ...companions])];
  return template({
    version,
    family,
    table,
    tables,
    frames: (['arp', 'bridge'] as const).filter((each) => ruleset.includes(`\ntable ${each} ${table} {\n`)),
    families: [...new Set([...tables, ...allFamilies])],
    removed: allFamilies
      .filter((each) => !tables.includes(each))
      .map((each) => ({ family: each, twin: each !== 'inet' && family !== 'inet' })),
    ruleset: inPieces(ruleset),
    stopped: inPieces(stopped),
    closed: quote(closedRuleset(': the firewall could not be loaded')),
    interfaces: stepsOf(plan, 'interface').map((step) => ({
      ...step,
      name: quote(step.name),
      place: quote(step.place),
    })),
    optionals: stepsOf(plan, 'optional').map((step) => ({
      ...step,
      name: quote(step.name),
      device: quote(step.device),
    })),
    addresses: family === 'inet' ? '' : family === 'ip' ? '-4' : '-6',
    modules: stepsOf(plan, 'module').map((step) => ({
      ...step,
      name: quote(step.name.replaceAll('-', '_')), // as /sys/module spells it; modprobe(8) takes both
      neededBy: quote(step.neededBy),
    })),
    sysctls: stepsOf(plan, 'sysctl').map((step) => ({ ...step, key: quote(step.key), value: quote(step.value) })),
    forwarding: stepsOf(plan, 'forwarding'),
    runTimeSets: stepsOf(plan, 'runTimeSet').map((step) => ({
      ...step,
      interface: quote(step.interface),
      family: family === 'inet' ? ('inet' as const) : step.version === 4 ? ('ip' as const) : ('ip6' as const),
    })),
    routing: stepsOf(plan, 'routing').map((step) => ({ ...step, words: step.words.map(quote) })),
    shaping: stepsOf(plan, 'shaping').map((step) => ({
      ...step,
      device: quote(step.device),
      lines: step.lines.map(quote),
    })),
    ...offloadOf(plan),
    extensions: stepsOf(plan, 'extension').map((step) => ({ ...step, text: quote(step.text) })),
  });
}

function offloadOf(plan: SystemPlan): Pick<ScriptHoles, 'offload'> {
  const [step] = stepsOf(plan, 'offload');
  if (!step) return {};
  const interfaces = step.interfaces.map((each) => ({ ...each, name: quote(each.name) }));
  return { offload: { hardware: step.hardware, interfaces, chain: quote(printLooseChain(step.chain)) } };
}

const allFamilies = ['inet', 'ip', 'ip6'] as const satisfies ScriptHoles['families'];

/**
 * The text as words for printf(1): a shell without one of its own calls the program, and the kernel takes no word of
 * more than 128 KiB (execve(2)), of which a character may need four bytes.
 */
function inPieces(text: string): readonly string[] {
  return (text.match(/.{1,16384}/gsu) ?? []).map(quote);
}

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
