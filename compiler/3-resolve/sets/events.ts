/**
 * Events: addresses that are remembered with the times at which their packets came, written as the raw match `recent`
 * (iptables-extensions(8)). The actions SetEvent, IfEvent and ResetEvent of the library are made of it.
 */
import type { EventUse } from '../../model/traffic.ts';

/** The most packets that can be asked for; each takes two sets. */
const mostHits = 64;

/** Gathers the options of one `-m recent`, in any order. */
export class RecentOptions {
  #event = 'DEFAULT';
  #side: EventUse['side'] = 'source';
  #command: 'set' | 'rcheck' | 'update' | 'remove' | undefined;
  #seconds: number | undefined;
  #hits: number | undefined;
  #reap = false;

  /** Reads an option and what follows it; false when it is not understood. */
  take(option: string, next: () => string): boolean {
    switch (option) {
      case '--set':
      case '--rcheck':
      case '--update':
      case '--remove':
        if (this.#command) return false;
        this.#command = option.slice(2) as 'set' | 'rcheck' | 'update' | 'remove';
        return true;
      case '--name':
        this.#event = next();
        return /^[A-Za-z][\w-]*$/.test(this.#event) && this.#event.length <= 60;
      case '--rsource':
      case '--rdest':
        this.#side = option === '--rsource' ? 'source' : 'dest';
        return true;
      case '--seconds':
        this.#seconds = positive(next());
        return this.#seconds !== undefined;
      case '--hitcount':
        this.#hits = positive(next());
        return this.#hits !== undefined && this.#hits <= mostHits;
      // Memories of ours forget by themselves.
      case '--reap':
        this.#reap = true;
        return true;
      default:
        return false;
    }
  }

  /** What the options mean together; undefined when they contradict each other. */
  finish(): EventUse | undefined {
    const common = { event: this.#event, side: this.#side };
    const limited = this.#seconds !== undefined || this.#hits !== undefined;
    switch (this.#command) {
      case 'set':
        return limited || this.#reap ? undefined : { ...common, effect: 'record' };
      case 'remove':
        return limited || this.#reap ? undefined : { ...common, asks: { hits: 1 }, effect: 'forget' };
      case 'rcheck':
      case 'update': {
        if (this.#reap && this.#seconds === undefined) return undefined;
        const asks = {
          hits: this.#hits ?? 1,
          ...(this.#seconds === undefined ? {} : { seconds: this.#seconds }),
        };
        return { ...common, asks, ...(this.#command === 'update' ? ({ effect: 'record' } as const) : {}) };
      }
      case undefined:
        return undefined;
    }
  }
}

function positive(text: string): number | undefined {
  const number = Number(text);
  return /^[1-9]\d{0,8}$/.test(text) ? number : undefined;
}
