/** Which packets come to a rule does not depend on how what they meet is named. */
import type { Labels } from '../analyze/chain-functions.ts';

export const unlabelled: Labels = {
  by: () => '',
  count: () => undefined,
  effect: () => undefined,
  translation: () => '',
};
