/** `check --fix`: old spellings are rewritten, and only when the firewall stays the same, rule for rule. */

import { printRuleset } from '../../compiler/7-emit/nft.ts';
import { compile } from '../../compiler/compile.ts';
import { applyFixes } from '../../compiler/diagnostics/fixes.ts';
import type { Diagnostic, Fix } from '../../compiler/diagnostics/message.ts';
import type { Environment } from '../../compiler/environment.ts';
import { openEnvironment } from '../environment/environment.ts';
import type { Folder } from '../environment/folder.ts';
import { version } from '../generated/version.js';

/** Texts of files by their names in the folder. */
export type Texts = ReadonlyMap<string, string>;

/** A message with the fix that it offers. */
export type Offer = Diagnostic & { readonly fix: Fix };

/** What came of it. */
export type Fixed =
  | {
      readonly kind: 'fixed';
      /** Each file that is to be another than before; without a text it was taken into another. */
      readonly files: ReadonlyMap<string, string | undefined>;
      /** All files as they are to be. */
      readonly texts: Texts;
      /** The fixes in the order in which they were made; places of later ones are those that the earlier ones have left. */
      readonly made: readonly Offer[];
    }
  | { readonly kind: 'refused'; readonly reason: string };

/** A fix may make room for another; a folder that needs more rounds than this has fixes that undo each other. */
const mostRounds = 10;

/** Makes the fixes that warnings offer, until there are none. Nothing is written here. */
export function fixFolder(folder: Folder): Fixed {
  const before = textsOf(folder);
  const start = understood(folder, before);
  if (start === undefined) return { kind: 'refused', reason: 'the errors must be mended first' };
  let texts = before;
  let now = start;
  const made: Offer[] = [];
  for (let round = 0; round < mostRounds && now.offers.length > 0; round += 1) {
    texts = applyFixes(
      texts,
      now.offers.map(({ fix }) => fix),
    );
    made.push(...now.offers);
    const next = understood(folder, texts);
    if (next === undefined) return { kind: 'refused', reason: 'the new spelling is not understood' };
    if (next.rules !== start.rules)
      return { kind: 'refused', reason: 'with the new spelling the rules are not the same' };
    now = next;
  }
  const names = [...new Set([...before.keys(), ...texts.keys()])];
  const changed = names.filter((name) => before.get(name) !== texts.get(name));
  return { kind: 'fixed', files: new Map(changed.map((name) => [name, texts.get(name)])), texts, made };
}

/** Every file of the folder that can be read as text. */
function textsOf(folder: Folder): Texts {
  const environment = openEnvironment(folder, 'looking');
  return new Map(
    folder.files.flatMap((name) => {
      const read = environment.readFile(name);
      return read.kind === 'text' ? [[name, read.source.text] as const] : [];
    }),
  );
}

/** The rules that the texts mean, without where they come from, and the fixes that are offered for these files. */
function understood(folder: Folder, texts: Texts) {
  const {
    report,
    rulesets,
    frames = [],
  } = compile(withTexts(openEnvironment(folder, 'looking'), texts), { version, lint: false });
  if (rulesets === undefined || report.failed) return undefined;
  const offers = report.diagnostics.flatMap((said): readonly Offer[] => {
    const { severity, fix } = said;
    return severity === 'warning' && fix && texts.has(fix.span.source.path) ? [{ ...said, fix }] : [];
  });
  const { running, stopped, companions } = rulesets;
  // Comments name lines, and these may be others.
  const rules = [running, stopped, ...companions, ...frames]
    .map((each) => printRuleset(each, { comments: () => '' }))
    .join('');
  return { rules, offers };
}

/** The environment with these texts in the place of the folder's files. */
export function withTexts(environment: Environment, texts: Texts): Environment {
  const known = new Set(environment.listFolder());
  return {
    ...environment,
    listFolder: () => [...texts.keys()].sort(),
    readFile(name) {
      const text = texts.get(name);
      if (text !== undefined) return { kind: 'text', source: { path: name, text } };
      // What was in the folder and has no text any more was taken into another file, or never was one.
      return known.has(name) && environment.readFile(name).kind === 'text'
        ? { kind: 'absent' }
        : environment.readFile(name);
    },
  };
}
