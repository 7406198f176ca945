/** The table of the packet's path is true: each step stands in the hooks that it names, and makes rules for somebody. */
import { beforeAll, expect, test } from 'vitest';
import { afterFilter, beforeFilter, filterSteps } from '../../compiler/5-lower/packet-path.ts';
import { Program } from '../../compiler/5-lower/ruleset-builder.ts';
import { addPairs } from '../../compiler/5-lower/zones/filter-pairs.ts';
import { forwardPairs } from '../../compiler/5-lower/zones/forward-pairs.ts';
import { layoutOf } from '../../compiler/5-lower/zones/layout.ts';
import { earlyStates } from '../../compiler/5-lower/zones/states.ts';
import { pairsWithoutChain } from '../../compiler/5-lower/zones/zone-match.ts';
import { compile } from '../../compiler/compile.ts';
import type { Model } from '../../compiler/model/index.ts';
import { cases, compileCase } from '../support/case.ts';
import { memoryEnvironment } from '../support/memory-environment.ts';

const base = {
  zones: 'fw firewall\nnet ip\nloc ip\n',
  interfaces: '?FORMAT 2\nnet eth0\nloc eth1\n',
  policy: 'loc net ACCEPT\nall all DROP\n',
};

/** What no case is about. */
const others: readonly Readonly<Record<string, string>>[] = [
  { 'ftpwall.conf': 'LOGALLNEW=info\n' },
  { tcinterfaces: 'eth0 external 10mbit\n' },
  { 'ftpwall.conf': 'OUTSIDE_ZONES=policy\n', interfaces: '?FORMAT 2\nnet eth0\nloc eth1 sfilter=(10.9.0.0/16)\n' },
  { 'ftpwall.conf': 'OUTSIDE_ZONES=policy\n', zones: 'fw firewall\nnet ip\nloc ipv4\n' },
  { 'ftpwall.conf': 'BLACKLIST=ALL\nFASTACCEPT=Yes\n', blrules: 'DROP net:198.51.100.0/24 all\n' },
  { zones: 'fw firewall\nnet ip mss=1400\nloc ip\n' },
  { interfaces: '?FORMAT 2\nnet eth0\nloc eth1\n- eth2 unmanaged\n' },
  {
    zones: 'fw firewall\nnet ip\nloc ip\none:loc bport\n',
    interfaces: '?FORMAT 2\nnet eth0\nloc br0 bridge\none br0:p1\n',
  },
];

/** The hooks in which each step was met. */
const met = new Map<string, Set<string>>();

function meet(step: string, hook: string): void {
  const hooks = met.get(step) ?? new Set();
  hooks.add(hook);
  met.set(step, hooks);
}

function walk(model: Model): void {
  const program = new Program(model);
  let added: string[] = [];
  const add = program.add.bind(program);
  program.add = (chain) => {
    if (chain.base) added.push(chain.base.hook);
    add(chain);
  };
  const newHooks = () => {
    const hooks = added;
    added = [];
    return hooks;
  };
  for (const { step, add: make } of beforeFilter) {
    make(program);
    for (const hook of newHooks()) meet(step, hook);
  }
  const states = earlyStates(model);
  const without = pairsWithoutChain(model);
  const pairs = forwardPairs(program).filter((pair) => !without.has(`${pair.source.name} ${pair.dest.name}`));
  addPairs(states, pairs, program);
  for (const hook of ['input', 'forward', 'output'] as const) {
    const layout = layoutOf(hook, { states, pairs, program });
    for (const { step, hooks, rules } of filterSteps)
      if (hooks.includes(hook) && rules(layout).length > 0) meet(step, hook);
  }
  for (const { step, add: make } of afterFilter) {
    make(program);
    for (const hook of newHooks()) meet(step, hook);
  }
}

beforeAll(() => {
  const made = [
    ...cases().map(compileCase),
    ...others.map((files) => compile(memoryEnvironment({ ...base, ...files }), { version: '0' })),
  ];
  for (const { model } of made) if (model) walk(model);
});

test.each([...beforeFilter, ...filterSteps, ...afterFilter])('$step', ({ step, hooks }) => {
  const found = [...(met.get(step) ?? [])];
  expect(found).not.toEqual([]);
  expect(found.filter((hook) => !hooks.some((each) => each === hook))).toEqual([]);
});
