/** The base chains of input, forward and output, made of the steps of the packet's path. */
import type { FilterStep } from './packet-path.ts';
import type { Program } from './ruleset-builder.ts';
import { addPairs } from './zones/filter-pairs.ts';
import { forwardPairs } from './zones/forward-pairs.ts';
import { type FilterHook, layoutOf } from './zones/layout.ts';
import { earlyStates } from './zones/states.ts';
import { pairsWithoutChain } from './zones/zone-match.ts';

const filterPriority = 0;
const hooks: readonly FilterHook[] = ['input', 'forward', 'output'];

/** Adds the filter: a chain for each pair of zones that packets can take, and the base chains that lead there. */
export function addFilter(steps: readonly FilterStep[], program: Program): void {
  const { model } = program;
  const states = earlyStates(model);
  const without = pairsWithoutChain(model);
  const pairs = forwardPairs(program).filter((pair) => !without.has(`${pair.source.name} ${pair.dest.name}`));
  addPairs(states, pairs, program);
  for (const hook of hooks) {
    const layout = layoutOf(hook, { states, pairs, program });
    const met = steps.filter((step) => step.hooks.includes(hook) && (!layout.onlyPolicy || step.always));
    program.add({
      name: hook,
      base: { type: 'filter', hook, priority: filterPriority, policy: 'drop' },
      rules: met.flatMap((step) => step.rules(layout)),
    });
  }
}
