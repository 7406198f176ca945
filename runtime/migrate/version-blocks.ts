/** Lines of one IP version between `?IF __IPV4` (or `__IPV6`) and `?ENDIF`. */
import { meaningOf, type Unit } from './line-merge.ts';

/** A text, and the line on which each unit begins, from 1. */
export interface Written {
  readonly text: string;
  readonly lineOf: readonly number[];
}

/** The words that open, turn and close a block. */
interface Words {
  readonly open: (version: 4 | 6) => string;
  readonly otherwise: string;
  readonly close: string;
  /** What a branch holds that only has comments. */
  readonly nothing?: string;
}

const directives: Words = { open: (version) => `?IF __IPV${version}`, otherwise: '?ELSE', close: '?ENDIF' };

/** In `params`, which Shorewall's `g_family` tells the IP version. */
export const shell: Words = {
  open: (version) => `if [ "$g_family" = ${version} ]; then`,
  otherwise: 'else',
  close: 'fi',
  nothing: ':',
};

/** Lines of one folder that stand together. */
interface Run {
  readonly of: Unit['of'];
  readonly units: readonly (Unit & { readonly index: number })[];
}

/** The text of merged lines; those that `keeps` names by their index are kept to their IP version. */
export function written(units: readonly Unit[], keeps: (index: number) => boolean, words = directives): Written {
  const lines: string[] = [];
  const lineOf: number[] = [];
  let open: 4 | 6 | undefined;
  const turnTo = (version: 4 | 6 | undefined) => {
    if (version === open) return;
    if (open !== undefined) lines.push(version === undefined ? words.close : words.otherwise);
    else if (version !== undefined) lines.push(words.open(version));
    open = version;
  };
  for (const { of, units: own } of runsOf(units)) {
    const kept = of !== 'both' && own.some(({ index, text }) => meaningOf(text) !== '' && keeps(index));
    turnTo(kept ? of : undefined);
    for (const { text, index } of own) {
      lineOf[index] = lines.reduce((sum, line) => sum + line.split('\n').length, 1);
      lines.push(text);
    }
    if (kept && words.nothing && own.every(({ text }) => meaningOf(text) === '')) lines.push(words.nothing);
  }
  turnTo(undefined);
  return { text: lines.map((line) => `${line}\n`).join(''), lineOf };
}

/** What stands together; comments and blank lines before and behind the lines of a folder stay outside of a block. */
function runsOf(units: readonly Unit[]): readonly Run[] {
  const runs: { of: Unit['of']; units: (Unit & { index: number })[] }[] = [];
  units.forEach((unit, index) => {
    const last = runs.at(-1);
    if (last?.of === unit.of) last.units.push({ ...unit, index });
    else runs.push({ of: unit.of, units: [{ ...unit, index }] });
  });
  return runs.flatMap(({ of, units: own }) => {
    if (of === 'both') return [{ of, units: own }];
    const live = own.flatMap(({ text }, place) => (meaningOf(text) === '' ? [] : [place]));
    const [first, last] = [live[0], live.at(-1)];
    if (first === undefined || last === undefined) return [{ of: 'both' as const, units: own }];
    // A comment above the first line belongs to it; blank lines around do not.
    const begin = own.slice(0, first).findLastIndex(({ text }) => text.trim() === '') + 1;
    return [
      { of: 'both' as const, units: own.slice(0, begin) },
      { of, units: own.slice(begin, last + 1) },
      { of: 'both' as const, units: own.slice(last + 1) },
    ].filter((run) => run.units.length > 0);
  });
}
