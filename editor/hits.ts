/** The counters of the firewall that runs, by the text of the lines: a line that has moved keeps its counter. */
import { readCurrent } from '../runtime/generations/generation.ts';
import { LineTexts } from '../runtime/generations/line-texts.ts';
import { readHits } from '../runtime/status/counters.ts';

/** Seconds for which counters are as good as new: nft(8) is run to read them. */
const fresh = 5;

interface Counters {
  readonly folder: string;
  readonly at: number;
  readonly byText: ReadonlyMap<string, number>;
}

/** Reads counters when they are wanted; only root can. */
export class Hits {
  #read: Counters | undefined;
  readonly #state: string;

  /** `state` is the folder where the applied firewall is kept. */
  constructor(state: string) {
    this.#state = state;
  }

  /** The packets of a line of a file of `folder`; undefined where nothing is counted. `name` is that of the file. */
  packets(folder: string, name: string, text: string): number | undefined {
    if (process.getuid?.() !== 0 || /^\s*(?:#|\?|$)/.test(text)) return undefined;
    const now = Date.now();
    if (this.#read?.folder !== folder || now - this.#read.at > fresh * 1000)
      this.#read = { folder, at: now, byText: readCounters(folder, this.#state) };
    return this.#read.byText.get(`${name} ${plain(text)}`);
  }
}

function plain(text: string): string {
  return text.trim().replace(/\s+/g, ' ');
}

function readCounters(folder: string, state: string): ReadonlyMap<string, number> {
  const byText = new Map<string, number>();
  const about = readCurrent(state)?.about;
  if (![about?.configuration.folder, about?.configuration6?.folder].includes(folder)) return byText;
  const hits = readHits();
  if (hits.kind === 'refused') return byText;
  const texts = LineTexts.ofCurrent(state);
  for (const { place, packets } of hits.lines) {
    const [, file = ''] = /^(.*):\d+$/.exec(place) ?? [];
    const key = `${file} ${texts.of(place)}`;
    byText.set(key, (byText.get(key) ?? 0) + packets);
  }
  return byText;
}
