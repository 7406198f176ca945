/**
 * A list of addresses that are refused, each for a time. It is kept in order, so that a change looks only at what it
 * touches: programs change thousands of addresses in one call.
 */
import { type Box, contains, equals, overlap, subtract, subtractAll } from './boxes.ts';

/** What comes of a change of a list. `others`: what is on the list and holds some of it, too. */
export interface ListOutcome {
  readonly kind: 'added' | 'again' | 'covered' | 'deleted' | 'absent';
  readonly others: readonly Box[];
}

/** A list that is being changed; its boxes have one span each, and share nothing. */
export class AddressList {
  readonly #boxes: Box[];

  constructor(boxes: readonly Box[]) {
    this.#boxes = [...boxes].sort(inOrder);
  }

  /** What is on the list now. */
  get boxes(): readonly Box[] {
    return this.#boxes;
  }

  /** Refuses addresses: named again they get the new time; where networks overlap, the longer time holds. */
  refuse(box: Box): ListOutcome {
    const touched = this.#touched(box);
    const again = touched.boxes.find((each) => equals(each, box));
    const stays = touched.boxes.filter((each) => each !== again && !endsWithin(each, box));
    const added = subtractAll(box, stays);
    const rest = touched.boxes.flatMap((each) => {
      if (each === again) return [];
      return stays.includes(each) ? [each] : subtract(each, box);
    });
    this.#replace(touched, [...rest, ...added]);
    return { kind: again ? 'again' : added.length === 0 ? 'covered' : 'added', others: stays };
  }

  /**
   * Takes addresses off the list, out of the middle of a network, too. What is refused for longer than `unlessLonger`
   * seconds stays, unless it is exactly this; 0 is for ever.
   */
  spare(box: Box, unlessLonger = 0): ListOutcome {
    const limit = unlessLonger || Number.POSITIVE_INFINITY;
    const touched = this.#touched(box);
    if (touched.boxes.length === 0) return nowhere;
    const cut = touched.boxes.filter((each) => each.seconds <= limit || equals(each, box));
    this.#replace(
      touched,
      touched.boxes.flatMap((each) => (cut.includes(each) ? subtract(each, box) : [each])),
    );
    const others = cut.filter((each) => !contains(box, each));
    return { kind: cut.length > 0 ? 'deleted' : 'absent', others };
  }

  #touched(box: Box): Touched {
    const from = this.#firstEndingAt(beginOf(box));
    let to = from;
    for (let each = this.#boxes[to]; each !== undefined && overlap(each, box); each = this.#boxes[to]) to += 1;
    return { from, boxes: this.#boxes.slice(from, to) };
  }

  /** The place of the first box that does not end before the address. */
  #firstEndingAt(address: bigint): number {
    let [low, high] = [0, this.#boxes.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#boxes[middle]?.spans[0]?.last ?? 0n) < address) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  #replace({ from, boxes }: Touched, by: readonly Box[]): void {
    if (by.length === 0 && boxes.length === 0) return;
    this.#boxes.splice(from, boxes.length, ...(by.length > 1 ? [...by].sort(inOrder) : by));
  }
}

const nowhere: ListOutcome = { kind: 'absent', others: [] };

/** Neighbours in the list that hold some of what changes, and the place of the first. */
interface Touched {
  readonly from: number;
  readonly boxes: readonly Box[];
}

function inOrder(a: Box, b: Box): number {
  const first = beginOf(a);
  const second = beginOf(b);
  return first < second ? -1 : first > second ? 1 : 0;
}

function beginOf({ spans }: Box): bigint {
  return spans[0]?.first ?? 0n;
}

/** Whether an entry ends before the new one, or with it and inside of it. */
function endsWithin(each: Box, box: Box): boolean {
  return each.seconds < box.seconds || (each.seconds === box.seconds && contains(box, each));
}
