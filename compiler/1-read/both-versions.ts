/** Two readings as one: a line that both IP versions read is there once, any other one is of its version. */
import { spanOf, type TracedText } from '../source.ts';
import type { LibraryFile, LogicalLine, ReadFile, SettingLine } from './logical-line.ts';

/** The lines of IPv4's reading and of IPv6's, each in its order. */
function mergeLines<Line extends { readonly version?: 4 | 6 }>(
  four: readonly Line[],
  six: readonly Line[],
  keyOf: (line: Line) => string,
): readonly Line[] {
  const places = new Map<string, number[]>();
  six.forEach((line, index) => {
    const key = keyOf(line);
    const found = places.get(key);
    if (found) found.push(index);
    else places.set(key, [index]);
  });
  const merged: Line[] = [];
  let taken = 0;
  const takeSix = (end: number) => {
    for (; taken < end; taken += 1)
      merged.push(...six.slice(taken, taken + 1).map((line) => ({ ...line, version: 6 as const })));
  };
  for (const line of four) {
    const same = places.get(keyOf(line))?.find((place) => place >= taken);
    if (same === undefined) merged.push({ ...line, version: 4 });
    else {
      takeSix(same);
      merged.push(line);
      taken = same + 1;
    }
  }
  takeSix(six.length);
  return merged;
}

function lineKey({ text, section, format, comment }: LogicalLine): string {
  return [placeOf(text), section, format, comment ?? '', text.text].join('\n');
}

function settingKey({ name, value }: SettingLine): string {
  return [placeOf(name), name.text, value.text].join('\n');
}

function placeOf(text: TracedText): string {
  const { source, start } = spanOf(text);
  return `${source.path} ${start}`;
}

/** The settings of both. */
export function mergeSettings(four: readonly SettingLine[], six: readonly SettingLine[]): readonly SettingLine[] {
  return mergeLines(four, six, settingKey);
}

/** The files of both, by their names. */
export function mergeFiles(
  four: ReadonlyMap<string, ReadFile>,
  six: ReadonlyMap<string, ReadFile>,
): ReadonlyMap<string, ReadFile> {
  const names = new Set([...four.keys(), ...six.keys()]);
  return new Map(
    [...names].flatMap((name) => {
      const merged = mergeFile(four.get(name), six.get(name));
      return merged ? [[name, merged] as const] : [];
    }),
  );
}

/** One file of both. */
export function mergeFile<File extends ReadFile | LibraryFile>(
  four: File | undefined,
  six: File | undefined,
): File | undefined {
  const one = four ?? six;
  return one && { ...one, lines: mergeLines(four?.lines ?? [], six?.lines ?? [], lineKey) };
}
