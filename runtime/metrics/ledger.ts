/**
 * What was told of counters before, so that they never go back: the kernel's own begin anew where a reload changed a
 * rule, and are gone with a rule that it removed. Kept in the state folder from one call of `metrics` to the next.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { readText } from '../environment/configuration-file.ts';
import { writeResult } from '../output/write-result.ts';

/** Packets and bytes. */
export type Count = readonly [packets: number, bytes: number];

/** One series as the kernel counts it now: the sum of its parts, each by a name that outlives a reload. */
export type Parts = ReadonlyMap<string, Count>;

/** What was told of a series. */
interface Told {
  /** What parts have counted that the kernel no longer holds. */
  readonly gone: Count;
  readonly parts: Readonly<Record<string, Count>>;
  /** When it was last seen that it had counted, in seconds since 1970. */
  readonly hit?: number;
}

export type Ledger = ReadonlyMap<string, Told>;

const ledgerName = 'metrics.json';
const none: Count = [0, 0];

/** What was told last; nothing when there is no ledger, or it cannot be read: then counters begin at the kernel's. */
export function readLedger(state: string): Ledger {
  const file = readText(join(state, ledgerName));
  if (file.kind !== 'text') return new Map();
  try {
    const kept = JSON.parse(file.text) as { readonly schema?: number; readonly series?: Record<string, Told> };
    return new Map(kept.schema === 1 ? Object.entries(kept.series ?? {}) : []);
  } catch {
    return new Map(); // cut off or written by hand
  }
}

/** Keeps what is told now. A state folder that is not there is not made. Errors of the system are thrown. */
export function keepLedger(state: string, ledger: Ledger): void {
  if (!existsSync(state)) return;
  writeResult(join(state, ledgerName), `${JSON.stringify({ schema: 1, series: Object.fromEntries(ledger) })}\n`, 0o600);
}

/** The ledger after another look at `now` seconds since 1970: series that are no longer counted are forgotten. */
export function entered(before: Ledger, series: ReadonlyMap<string, Parts>, now: number): Ledger {
  return new Map([...series].map(([name, parts]) => [name, enteredSeries(before.get(name), parts, now)]));
}

function enteredSeries(before: Told | undefined, parts: Parts, now: number): Told {
  const lost = Object.entries(before?.parts ?? {}).map(([part, then]): Count => less(then, parts.get(part) ?? none));
  const told: Told = { gone: sum([before?.gone ?? none, ...lost]), parts: Object.fromEntries(parts) };
  const more = before !== undefined && total(told)[0] > total(before)[0];
  const hit = more ? now : before?.hit;
  return hit === undefined ? told : { ...told, hit };
}

/** What a series counts: never less than it did when it was entered before. */
export function total({ gone, parts }: Told): Count {
  return sum([gone, ...Object.values(parts)]);
}

function less(then: Count, now: Count): Count {
  return [Math.max(0, then[0] - now[0]), Math.max(0, then[1] - now[1])];
}

function sum(counts: readonly Count[]): Count {
  return counts.reduce<Count>(([packets, bytes], each) => [packets + each[0], bytes + each[1]], none);
}
