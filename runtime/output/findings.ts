/** Prints the findings of a compilation: for people on standard error, for programs as JSON on standard output. */
import { gather } from '../../compiler/diagnostics/gather.ts';
import type { Diagnostic } from '../../compiler/diagnostics/message.ts';
import { type Paint, render, renderJson } from '../../compiler/diagnostics/render.ts';
import type { Options } from '../verb.ts';
import { wantsColor, write } from './output.ts';

export async function showFindings(found: readonly Diagnostic[], options: Options): Promise<void> {
  const diagnostics = gather(found);
  if (options.junit !== undefined || options.sarif !== undefined || options.tap)
    await writeForPipelines(found, options);
  if (options.tap) return;
  if (options.json) {
    write(1, renderJson(diagnostics));
    return;
  }
  if (diagnostics.length === 0) return;
  write(2, render(diagnostics, wantsColor(options.color, 2) ? { paint: await colours() } : {}));
}

/** The same for the programs of pipelines, each in the form that it asks for. */
async function writeForPipelines(found: readonly Diagnostic[], { junit, sarif, tap }: Options): Promise<void> {
  const { junitOf, sarifOf, tapOf } = await import('./pipeline-formats.ts');
  const { writeResult } = await import('./write-result.ts');
  if (junit !== undefined) writeResult(junit, junitOf(found), 0o644);
  if (sarif !== undefined) writeResult(sarif, sarifOf(found), 0o644);
  if (tap) write(1, tapOf(found));
}

async function colours(): Promise<Paint> {
  const { default: picocolors } = await import('picocolors');
  return picocolors.createColors(true);
}
