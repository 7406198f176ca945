/** What is logged. */
import type { LogTarget } from '../net/log.ts';

/** A log statement that a rule or policy asks for. `prefix` is filled when the chain is known. */
export interface Log {
  readonly target: LogTarget;
  readonly tag?: string;
  /** What the line calls its chain, instead of where it stands. */
  readonly chain?: string;
  /** What the line calls the decision, instead of its own name. */
  readonly disposition?: string;
  /** Where the line translates, it is called as the pair of zones is, too: one of an inline action. */
  readonly ofPair?: true;
}
