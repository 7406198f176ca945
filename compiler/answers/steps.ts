/** The way of one packet, in phases that people know, with the lines that did something to it. */
import { stagesOf } from '../analyze/hooks.ts';
import { setsByName, targetsOf } from '../ir/flow.ts';
import type { Step } from '../ir/packet.ts';
import type { NftRule, Ruleset, Statement } from '../ir/ruleset.ts';
import { userLine } from '../ir/user-line.ts';
import { helperMark, type PortBits } from '../language/mark-layout.ts';
import { placeOf } from '../source.ts';
import type { Analysis } from './firewall.ts';

/** What a phase of the way is called. */
export type Phase = 'conntrack' | 'helper' | 'DNAT' | 'rules' | 'policy' | 'SNAT';

/** Something that happened to a packet. */
export interface AnswerStep {
  readonly phase: Phase;
  readonly line: string | null;
  readonly text: string;
  readonly result: string;
}

/** The steps of a trace at which something happened. */
export function stepsOf(
  trace: readonly Step[],
  { firewall, lines }: Pick<Analysis, 'firewall' | 'lines'>,
): readonly AnswerStep[] {
  const { ruleset } = firewall;
  const phases = phasesOf(ruleset);
  const byName = new Map(ruleset.chains.map((chain) => [chain.name, chain.rules]));
  let caller: NftRule | undefined;
  return trace.flatMap(({ chain, rule: index }): readonly AnswerStep[] => {
    const rule = byName.get(chain)?.[index];
    if (!rule || notesPorts(rule, firewall.model.portBits)) return [];
    if (userLine(rule)) caller = rule;
    const result = resultOf(rule);
    if (result === undefined) return [];
    const from = userLine(rule) ? rule : isAlone(rule) ? (caller ?? rule) : rule;
    const { line, text } = lines.of(lines.labelOf(from));
    const phase = phases.get(chain) ?? 'rules';
    return [
      { phase: phase === 'rules' && line?.startsWith('policy:') ? 'policy' : phase, line: line ?? null, text, result },
    ];
  });
}

/** The line of the macro or action by which a line decides the packet of a trace; undefined where it does so by itself. */
export function detailIn(
  trace: readonly Step[],
  label: string,
  { firewall, lines }: Pick<Analysis, 'firewall' | 'lines'>,
): string | undefined {
  const byName = new Map(firewall.ruleset.chains.map((chain) => [chain.name, chain.rules]));
  const rules = trace.flatMap(({ chain, rule: index }) => byName.get(chain)?.[index] ?? []);
  const last = rules.findLastIndex((rule) => lines.labelOf(rule) === label);
  if (last === -1) return undefined;
  const deciding = rules.slice(last).find(({ statements }) => statements.some(ends));
  const [place] = (deciding?.origin ?? rules[last]?.origin ?? []).map(placeOf);
  return place === label ? undefined : place;
}

/** Whether a statement is the end of a packet's way through a hook. */
function ends(statement: Statement): boolean {
  if (statement.kind === 'reject') return true;
  if (statement.kind !== 'verdict' || 'chain' in statement.verdict) return false;
  return statement.verdict.kind === 'accept' || statement.verdict.kind === 'drop';
}

/** A rule of a chain that lines share says nothing by itself. */
function isAlone({ comment }: NftRule): boolean {
  return comment === undefined;
}

/** That the rules have seen a packet is noted for the table of the bridge, and is no news. */
function notesPorts({ statements }: NftRule, bits: PortBits | undefined): boolean {
  return bits !== undefined && statements.some((each) => each.kind === 'setMark' && each.mask >>> 0 === bits.seen);
}

/** What a rule does to a packet, in words; undefined where it only sends it on. */
function resultOf({ statements }: NftRule): string | undefined {
  const results = statements.flatMap((statement) => wordsFor(statement) ?? []);
  return results.length > 0 ? results.join(', ') : undefined;
}

function wordsFor(statement: Statement): string | undefined {
  switch (statement.kind) {
    case 'verdict':
      return 'chain' in statement.verdict ||
        statement.verdict.kind === 'continue' ||
        statement.verdict.kind === 'return'
        ? undefined
        : statement.verdict.kind;
    case 'reject':
      return 'reject';
    case 'log':
      return `log "${statement.prefix}"`;
    case 'attachHelper':
      return `helper ${statement.object.replace(/^helper-/, '')}`;
    case 'notrack':
      return 'not tracked';
    case 'setMark':
      // What we note for ourselves is no news.
      if (statement.target === 'connection' && statement.mask >>> 0 === helperMark >>> 0) return undefined;
      return `${statement.target} mark ${statement.value}/0x${(statement.mask >>> 0).toString(16)}`;
    case 'dnat':
    case 'redirect':
      return 'destination translated';
    case 'snat':
    case 'masquerade':
      return 'source translated';
    case 'netmap':
      return 'network mapped';
    case 'queue':
      return 'queued for a program';
    default:
      return undefined;
  }
}

/** For each chain the phase of the base chain that leads to it. */
function phasesOf(ruleset: Ruleset): ReadonlyMap<string, Phase> {
  const sets = setsByName(ruleset);
  const byName = new Map(ruleset.chains.map((chain) => [chain.name, chain]));
  const phases = new Map<string, Phase>();
  const visit = (name: string, phase: Phase): void => {
    if (phases.has(name)) return;
    phases.set(name, phase);
    for (const rule of byName.get(name)?.rules ?? []) for (const target of targetsOf(rule, sets)) visit(target, phase);
  };
  for (const way of ['forward', 'input', 'output'] as const) {
    for (const stage of stagesOf(ruleset, way)) {
      const isFilter =
        stage.hook === 'forward' || stage.hook === 'input' || (stage.hook === 'output' && stage.kind === 'filter');
      const late = byName.get(stage.chains[0] ?? '')?.base?.priority ?? 0;
      for (const name of stage.chains) {
        if (stage.kind === 'nat') visit(name, stage.hook === 'prerouting' || stage.hook === 'output' ? 'DNAT' : 'SNAT');
        else if (stage.beforeTracking) visit(name, 'conntrack');
        else if (!isFilter || late < 0) visit(name, 'helper');
        else visit(name, 'rules');
      }
    }
  }
  return phases;
}
