/** Prints the findings of a compilation: for people on standard error, for programs as JSON on standard output. */
import { gather } from '../../compiler/diagnostics/gather.ts';
import type { Diagnostic } from '../../compiler/diagnostics/message.ts';
import { type Paint, render, renderJson } from '../../compiler/diagnostics/render.ts';
import type { Options } from '../verb.ts';
import { wantsColor, write } from './output.ts';

export async function showFindings(found: readonly Diagnostic[], options: Options): Promise<void> {
  const diagnostics = gather(found);
  if (options.json) {
    write(1, renderJson(diagnostics));
    return;
  }
  if (diagnostics.length === 0) return;
  write(2, render(diagnostics, wantsColor(options.color, 2) ? { paint: await colours() } : {}));
}

async function colours(): Promise<Paint> {
  const { default: picocolors } = await import('picocolors');
  return picocolors.createColors(true);
}
