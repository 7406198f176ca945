/** Prints the findings of a compilation: for people on standard error, for programs as JSON on standard output. */
import pc from 'picocolors';
import type { Diagnostic } from '../compiler/diagnostics/diagnostic.ts';
import { render, renderJson } from '../compiler/diagnostics/render.ts';
import { wantsColor, write } from './output.ts';
import type { Options } from './verb.ts';

export function showFindings(diagnostics: readonly Diagnostic[], options: Options): void {
  if (options.json) {
    write(1, renderJson(diagnostics));
    return;
  }
  if (diagnostics.length > 0) write(2, render(diagnostics, { paint: pc.createColors(wantsColor(options.color, 2)) }));
}
