/** Lines that only one of two folders has are kept to its IP version. */
import type { Compilation } from '../../compiler/compile.ts';
import type { Version } from '../../compiler/ir/ruleset.ts';
import type { Model } from '../../compiler/model.ts';
import { type Origin, positionOf } from '../../compiler/source.ts';
import { meaningOf, type Unit } from './line-merge.ts';

/** Files whose lines can be kept to an IP version by an address, and whose second and third columns are ends. */
export const restrictable: readonly string[] = ['rules', 'blrules', 'snat', 'stoppedrules', 'hosts'];

/** All lines of the files above that came of two folders. */
export type MergedFiles = ReadonlyMap<string, readonly Unit[]>;

export type Restricted =
  | { readonly kind: 'restricted'; readonly files: MergedFiles }
  | { readonly kind: 'refused'; readonly differing: readonly string[] }
  | { readonly kind: 'failed'; readonly compilation: Compilation };

/** Columns that are tried in turn; the first try leaves the line as it is. */
const columns = [undefined, 1, 2] as const;
const everyAddress = { 4: '0.0.0.0/0', 6: '[::]/0' } as const;

/** Compiles until each line of one folder is about its IP version alone, or says which cannot be. */
export function restrict(files: MergedFiles, compileWith: (files: MergedFiles) => Compilation): Restricted {
  const tries = new Map<string, number>();
  for (;;) {
    const tried = restrictedBy(files, tries);
    const compilation = compileWith(tried);
    const wrong = wrongLines(files, tried, compilation);
    if (wrong.length === 0)
      return compilation.report.failed ? { kind: 'failed', compilation } : { kind: 'restricted', files: tried };
    for (const { key } of wrong) tries.set(key, (tries.get(key) ?? 0) + 1);
    const lost = wrong.filter(({ key }) => (tries.get(key) ?? 0) >= columns.length);
    if (lost.length > 0)
      return {
        kind: 'refused',
        differing: lost.map(
          ({ file, text, of }) =>
            `${file}: \`${text}\` is in the folder for IPv${of} only, and cannot be kept to IPv${of}`,
        ),
      };
  }
}

function restrictedBy(files: MergedFiles, tries: ReadonlyMap<string, number>): MergedFiles {
  return new Map(
    [...files].map(([file, units]) => [
      file,
      units.map((unit, index) => {
        const column = columns[tries.get(`${file} ${index}`) ?? 0];
        return column === undefined || unit.of === 'both' ? unit : { ...unit, text: kept(unit.text, column, unit.of) };
      }),
    ]),
  );
}

/** The line with every address of an IP version in one of its columns. */
function kept(line: string, column: 1 | 2, version: Version): string {
  const before = new RegExp(`^(\\s*(?:\\S+\\s+){${column}})(\\S+)`);
  return line.replace(before, (_all, start: string, end: string) =>
    end === '-' ? `${start}${everyAddress[version]}` : `${start}${end}:${everyAddress[version]}`,
  );
}

interface Wrong {
  readonly key: string;
  readonly file: string;
  readonly text: string;
  readonly of: Version;
}

/** Lines of one folder that have an error, that mean nothing, or that are about the other IP version too. */
function wrongLines(files: MergedFiles, tried: MergedFiles, { report, model }: Compilation): readonly Wrong[] {
  const errors = new Set(
    report.diagnostics
      .filter(({ severity }) => severity === 'error')
      .map(({ label: { span } }) => `${span.source.path} ${positionOf(span.source, span.start).line}`),
  );
  const versions = model && !report.failed ? versionsByLine(model) : undefined;
  return [...tried].flatMap(([file, units]) => {
    let line = 1;
    return units.flatMap(({ text, of }, index): readonly Wrong[] => {
      const first = line;
      line += text.split('\n').length;
      const said = meaningOf(text);
      if (of === 'both' || said === '' || said.startsWith('?')) return [];
      const places = Array.from({ length: line - first }, (_, offset) => `${file} ${first + offset}`);
      const about = new Set(places.flatMap((place) => [...(versions?.get(place) ?? [])]));
      const right = versions ? about.size === 1 && about.has(of) : !places.some((place) => errors.has(place));
      const written = meaningOf(files.get(file)?.[index]?.text ?? text);
      return right ? [] : [{ key: `${file} ${index}`, file, text: written, of }];
    });
  });
}

/** The IP versions that each line is about, of `restrictable` files. */
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
