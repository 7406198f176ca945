/** The user's own way to refuse: the rules of REJECT_ACTION stand where ours would. */
import type { Program } from '../ruleset-builder.ts';
import { rule } from '../ruleset-builder.ts';
import { refuseChain } from './reject.ts';
import { lowerActionRule } from './rule.ts';
import { drop } from './verdicts.ts';

/** Adds the chain of REJECT, before anybody asks for the usual one. */
export function addRejectAction(program: Program): void {
  const { rejectAction } = program.model;
  if (!rejectAction) return;
  const place = { chain: refuseChain, logName: rejectAction.name, states: [] };
  program.once(refuseChain, () => ({
    comment: `REJECT: ${rejectAction.chain}`,
    rules: [...rejectAction.rules.flatMap((each) => lowerActionRule(each, place, program)), rule([], [drop])],
  }));
}
