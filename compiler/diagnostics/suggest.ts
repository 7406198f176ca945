/** Near names: what a mistyped word was probably meant to be. */

/**
 * The candidate nearest to `word`, or undefined when none is near: other case, a letter too many, too few, wrong or
 * swapped with its neighbour. The longer the word, the more letters may differ. Of equally near ones the first.
 */
export function nearest(word: string, candidates: Iterable<string>): string | undefined {
  if (word.length > longestWord) return undefined;
  const wanted = word.toLowerCase();
  let best: string | undefined;
  let bestDistance = lettersThatMayDiffer(word) + 1;
  for (const candidate of candidates) {
    if (isOpposite(wanted, candidate.toLowerCase())) continue;
    if (Math.abs(candidate.length - word.length) >= bestDistance) continue;
    const distance = editDistance(wanted, candidate.toLowerCase());
    if (distance < bestDistance && distance < Math.max(word.length, 1)) {
      best = candidate;
      bestDistance = distance;
    }
  }
  return best;
}

/** Whether one of the words is the other with a word before it that turns its meaning: `norouteback`, `routeback`. */
function isOpposite(word: string, candidate: string): boolean {
  const turned = (long: string, short: string) =>
    short !== '' && long.endsWith(short) && /^(no|not|non|un|dis|in|anti)[-_]?$/.test(long.slice(0, -short.length));
  return turned(word, candidate) || turned(candidate, word);
}

/** The help that names the near word; undefined when there is none. */
export function writeInstead(name: string | undefined): string | undefined {
  return name === undefined ? undefined : `write \`${name}\``;
}

/** Nobody mistypes a name of this length; comparing such words would only cost time. */
const longestWord = 80;

function lettersThatMayDiffer(word: string): number {
  if (word.length <= 4) return 1;
  return word.length <= 9 ? 2 : 3;
}

/** How many insertions, deletions, replacements and swaps of neighbours turn `from` into `to` (optimal string alignment). */
export function editDistance(from: string, to: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: to.length + 1 }, (_, column) => column);
  for (let row = 1; row <= from.length; row++) {
    const current = [row];
    for (let column = 1; column <= to.length; column++) {
      const same = from[row - 1] === to[column - 1];
      const best = Math.min(
        (last[column] ?? 0) + 1,
        (current[column - 1] ?? 0) + 1,
        (last[column - 1] ?? 0) + (same ? 0 : 1),
      );
      const swapped = row > 1 && column > 1 && from[row - 1] === to[column - 2] && from[row - 2] === to[column - 1];
      current.push(swapped ? Math.min(best, (beforeLast[column - 2] ?? 0) + 1) : best);
    }
    beforeLast = last;
    last = current;
  }
  return last[to.length] ?? 0;
}
