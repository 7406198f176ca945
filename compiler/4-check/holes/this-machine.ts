/** Whether a configuration is for the machine that it is compiled on. */
import type { Environment } from '../../environment.ts';
import type { Model } from '../../model/index.ts';
import type { Interface } from '../../model/interface.ts';

/** Interfaces that have one name of the kernel. */
export function namedInterfaces({ interfaces }: Model): readonly Interface[] {
  return interfaces.filter(({ pattern }) => !pattern.wildcard && pattern.name !== 'lo');
}

/** It is loaded, lies where this machine keeps its own, or most of its interfaces are here: elsewhere facts of the machine say nothing. */
export function isForThisMachine(model: Model, environment: Environment): boolean {
  if (environment.forThisMachine) return true;
  const here = environment.interfaceNames() ?? [];
  const named = namedInterfaces(model);
  return named.filter(({ pattern }) => here.includes(pattern.name)).length * 2 > named.length;
}
