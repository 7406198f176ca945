/** Lines that only one of two folders has, and which of them must be kept to its IP version. */
import type { Compilation } from '../../compiler/compile.ts';
import type { Model } from '../../compiler/model/index.ts';
import type { Version } from '../../compiler/net/version.ts';
import { type Origin, positionOf } from '../../compiler/source.ts';
import { meaningOf, type Unit } from './line-merge.ts';
import { type Written, written } from './version-blocks.ts';

/** Files whose lines may name addresses, and so be about one IP version by themselves. */
const addressed: readonly string[] = ['rules', 'blrules', 'snat', 'stoppedrules', 'hosts'];

/** All lines of the files that came of two folders. */
export type MergedFiles = ReadonlyMap<string, readonly Unit[]>;

/** The texts of the files, by their names. */
export type WrittenFiles = ReadonlyMap<string, Written>;

/** Compiles until each line of one folder is about its IP version alone: by itself, or because it is kept to it. */
export function restrict(
  files: MergedFiles,
  compileWith: (files: WrittenFiles) => Compilation,
): { readonly files: WrittenFiles; readonly compilation: Compilation } {
  const kept = new Set<string>();
  for (;;) {
    const tried = textsOf(files, kept);
    const compilation = compileWith(tried);
    const free = [...files].flatMap(([file, units]) =>
      units.flatMap((unit, index) =>
        isFree(file, unit) && !kept.has(`${file} ${index}`) ? [{ file, unit, index }] : [],
      ),
    );
    const wrong = wrongLines(free, tried, compilation);
    // An error elsewhere hides what the lines are about.
    const more = wrong.length > 0 || !compilation.report.failed ? wrong : free;
    if (more.length === 0) return { files: tried, compilation };
    for (const { file, index } of more) kept.add(`${file} ${index}`);
  }
}

function textsOf(files: MergedFiles, kept: ReadonlySet<string>): WrittenFiles {
  return new Map(
    [...files].map(([file, units]) => [
      file,
      written(
        units,
        (index) => kept.has(`${file} ${index}`) || !(isTyped(file, units[index]) || isFree(file, units[index])),
      ),
    ]),
  );
}

/** A zone whose type says its IP version. */
function isTyped(file: string, unit: Unit | undefined): boolean {
  return file === 'zones' && /^\S+ ip(v|sec)[46]\b/.test(meaningOf(unit?.text ?? ''));
}

/** A line that can be about one IP version without being kept to it. */
function isFree(file: string, unit: Unit | undefined): boolean {
  if (!unit || unit.of === 'both' || !addressed.includes(file)) return false;
  return meaningOf(unit.text) !== '' && !/^\s*(\?|INCLUDE\b|SHELL\b)/i.test(unit.text);
}

interface FreeLine {
  readonly file: string;
  readonly unit: Unit;
  readonly index: number;
}

/** Lines of one folder that have an error, that mean nothing, or that are about the other IP version too. */
function wrongLines(
  free: readonly FreeLine[],
  tried: WrittenFiles,
  { report, model }: Compilation,
): readonly FreeLine[] {
  const errors = new Set(
    report.diagnostics
      .filter(({ severity }) => severity === 'error')
      .map(({ label: { span } }) => `${span.source.path} ${positionOf(span.source, span.start).line}`),
  );
  const versions = model && !report.failed ? versionsByLine(model) : undefined;
  return free.filter(({ file, unit: { text, of }, index }) => {
    const first = tried.get(file)?.lineOf[index] ?? 0;
    const places = text.split('\n').map((_, offset) => `${file} ${first + offset}`);
    if (!versions) return places.some((place) => errors.has(place));
    const about = new Set(places.flatMap((place) => [...(versions.get(place) ?? [])]));
    return about.size !== 1 || of === 'both' || !about.has(of);
  });
}

/** The IP versions that each line is about, of `addressed` files. */
function versionsByLine({ rules, snat, stopped, zones }: Model): ReadonlyMap<string, ReadonlySet<Version>> {
  const found = new Map<string, Set<Version>>();
  const add = (origin: Origin, versions: readonly Version[]) => {
    const span = origin.at(-1) ?? origin[0];
    const place = `${span.source.path} ${positionOf(span.source, span.start).line}`;
    found.set(place, new Set([...(found.get(place) ?? []), ...versions]));
  };
  for (const { origin, traffic } of [...rules, ...snat]) add(origin, traffic.versions);
  for (const { origin, versions } of stopped) add(origin, versions);
  for (const { origin, versions, ranges } of zones.flatMap(({ hosts }) => hosts))
    add(
      origin,
      versions.filter((version) => !ranges || ranges.some((range) => range.version === version)),
    );
  return found;
}
