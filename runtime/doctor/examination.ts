/** What `ftpwall doctor` is made of: examinations, each of one cause for which connections or transfers do not come. */
import type { Model } from '../../compiler/model/index.ts';
import type { Generation } from '../generations/generation.ts';
import type { FtpLine, Transfers } from '../show/transfers.ts';
import type { FirewallStatus } from '../status/firewall-status.ts';
import type { Machine } from './machine.ts';

/** `error`: transfers or connections fail by it. `warning`: they may, or not for the reason one thinks. */
export type Severity = 'error' | 'warning';

/** One thing that is wrong. The texts are for a person; `code` stays the same over versions. */
export interface Finding {
  readonly code: string;
  readonly severity: Severity;
  readonly message: string;
  readonly reason: string;
  /** What to do next. */
  readonly next: string;
}

/** What an examination came to. `seen` are facts, given whether or not something is wrong. */
export interface Result {
  readonly seen: readonly string[];
  readonly findings: readonly Finding[];
}

/** What is examined: the configuration, and the machine that it is for. */
export interface Patient {
  readonly model: Model;
  readonly transfers: Transfers;
  readonly machine: Machine;
  /** What the script says is loaded. */
  readonly status: FirewallStatus;
  /** The generation that was loaded last. */
  readonly current?: Generation;
  /** The ruleset that the files compile to now. */
  readonly ruleset: string;
}

export interface Examination {
  readonly name: string;
  /** `ftp`: only of interest for transfers. */
  readonly topic: 'all' | 'ftp';
  examine(patient: Patient): Result | Promise<Result>;
}

/** Lines whose server is the firewall itself. */
export function linesToFirewall({ model, transfers }: Patient): readonly FtpLine[] {
  return [...transfers.helped, ...transfers.tls].filter(({ dest }) => dest === model.firewall);
}

/** Lines whose packets the firewall hands on. */
export function forwardedLines({ model, transfers }: Patient): readonly FtpLine[] {
  const lines = [...transfers.helped, ...transfers.tls];
  return lines.filter(({ source, dest }) => source !== model.firewall && dest !== model.firewall);
}
