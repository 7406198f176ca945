/** What stage 3 says of policies. */
import { error } from '../diagnostic.ts';
import type { Label } from '../message.ts';
import { writeInstead } from '../suggest.ts';

export const unknownPolicy = error('unknown-policy', (name: string, suggestion: string | undefined) => ({
  message: `unknown policy \`${name}\``,
  label: 'not a policy',
  help: writeInstead(suggestion) ?? 'policies are ACCEPT, DROP, REJECT, CONTINUE, NFQUEUE and NONE',
}));

export const policyAfterWildcard = error('policy-after-wildcard', (pair: string, earlier: Label) => ({
  message: `this policy for ${pair} is never used`,
  label: 'an earlier line has already decided',
  related: [earlier],
  help: 'move this line before the other',
}));

export const missingPolicy = error('missing-policy', (pair: string, others: number) => ({
  message: `no policy for connections from ${pair}${others === 0 ? '' : `, nor for ${others} other pair${others === 1 ? '' : 's'} of zones`}`,
  label: 'the last line of `policy`',
  help: 'end `policy` with `all all REJECT info`',
}));

export const policyNone = error('none-policy-in-one-version', (pair: string, version: number) => ({
  message: `the policy from ${pair} is \`NONE\` for IPv${version} only`,
  label: `the other IP version has another policy`,
  help: 'write `DROP`: rules for the pair are then compiled for both',
}));
