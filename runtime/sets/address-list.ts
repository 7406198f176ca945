/**
 * Addresses that are refused, each for a time and on one of several lists, since the kernel holds these in one map. They
 * are kept in order, so that a change looks only at what it touches: programs change thousands of addresses in one call.
 */
import { type Box, contains, equals, overlap, subtract, subtractAll } from './boxes.ts';

/** Addresses, with the list that they are on. */
export interface Refusal extends Box {
  readonly list: string;
}

/** What comes of a change of a list. `others`: what is on a list and holds some of it, too. */
export interface ListOutcome {
  readonly kind: 'added' | 'again' | 'covered' | 'deleted' | 'absent';
  readonly others: readonly Refusal[];
}

/** Lists that are being changed; their boxes have one span each, and share nothing. */
export class AddressList {
  #boxes: Refusal[];

  /** Where boxes overlap, as former versions kept them in a set for each list, the longer time holds, else the earlier one. */
  constructor(boxes: readonly Refusal[]) {
    this.#boxes = [...boxes].sort(inOrder);
    if (!this.#boxes.some((each, index) => overlaps(each, this.#boxes[index + 1]))) return;
    this.#boxes = [];
    for (const each of [...boxes].reverse()) this.refuse(each);
  }

  /** What is on the lists now. */
  get boxes(): readonly Refusal[] {
    return this.#boxes;
  }

  /**
   * Refuses addresses: named again they get the new list and time; where networks overlap, the longer time holds, of equal
   * ones the new list.
   */
  refuse(box: Refusal): ListOutcome {
    const touched = this.#touched(box);
    const again = touched.boxes.find((each) => equals(each, box));
    const stays = touched.boxes.filter((each) => each !== again && !givesWay(each, box));
    const added = subtractAll(box, stays).map((each) => ({ ...each, list: box.list }));
    const rest = touched.boxes.flatMap((each) => {
      if (each === again) return [];
      return stays.includes(each) ? [each] : without(each, box);
    });
    this.#replace(touched, [...rest, ...added]);
    const isSame = again?.list === box.list;
    return { kind: isSame ? 'again' : added.length === 0 ? 'covered' : 'added', others: stays };
  }

  /**
   * Takes addresses off a list, out of the middle of a network, too. What is refused for longer than `unlessLonger`
   * seconds stays, unless it is exactly this; 0 is for ever.
   */
  spare(box: Refusal, unlessLonger = 0): ListOutcome {
    const limit = unlessLonger || Number.POSITIVE_INFINITY;
    const touched = this.#touched(box);
    const cut = touched.boxes.filter((each) => each.list === box.list && (each.seconds <= limit || equals(each, box)));
    if (cut.length === 0) return nowhere;
    this.#replace(
      touched,
      touched.boxes.flatMap((each) => (cut.includes(each) ? without(each, box) : [each])),
    );
    const others = cut.filter((each) => !contains(box, each));
    return { kind: 'deleted', others };
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

  #replace({ from, boxes }: Touched, by: readonly Refusal[]): void {
    if (by.length === 0 && boxes.length === 0) return;
    this.#boxes.splice(from, boxes.length, ...(by.length > 1 ? [...by].sort(inOrder) : by));
  }
}

const nowhere: ListOutcome = { kind: 'absent', others: [] };

/** Neighbours in the list that hold some of what changes, and the place of the first. */
interface Touched {
  readonly from: number;
  readonly boxes: readonly Refusal[];
}

function overlaps(box: Box, next: Box | undefined): boolean {
  return next !== undefined && overlap(box, next);
}

function without(refusal: Refusal, box: Box): readonly Refusal[] {
  return subtract(refusal, box).map((each) => ({ ...each, list: refusal.list }));
}

function inOrder(a: Box, b: Box): number {
  const first = beginOf(a);
  const second = beginOf(b);
  return first < second ? -1 : first > second ? 1 : 0;
}

function beginOf({ spans }: Box): bigint {
  return spans[0]?.first ?? 0n;
}

/** Whether an entry ends before the new one, or with it and inside of it or on another list. */
function givesWay(each: Refusal, box: Refusal): boolean {
  if (each.seconds !== box.seconds) return each.seconds < box.seconds;
  return each.list !== box.list || contains(box, each);
}
