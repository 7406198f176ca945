/** Finds the user's own scripts beside the configuration files; none of them is run here. */
import { perlHook, scriptNotRun } from '../diagnostics/catalogue/reading.ts';
import { carriedScripts, perlHooks, shellScripts } from '../language/extension-scripts.ts';
import { lineSpan, type Source } from '../source.ts';
import { refuseUnreadable, type Surroundings } from './reading.ts';

/** The shell scripts that say something, by name. A script in Perl that says something is refused. */
export function extensionScripts(surroundings: Surroundings): ReadonlyMap<string, Source> {
  const found = new Map<string, Source>();
  for (const name of shellScripts) {
    const script = saying(name, surroundings);
    if (!script) continue;
    found.set(name, script);
    if (!carriedScripts.includes(name))
      surroundings.report.add(scriptNotRun(lineSpan(script, liveLine(script) ?? 1), name));
  }
  for (const name of perlHooks) {
    const script = saying(name, surroundings);
    if (script) surroundings.report.add(perlHook(lineSpan(script, liveLine(script) ?? 1), name));
  }
  return found;
}

function saying(name: string, { environment, report }: Surroundings): Source | undefined {
  if (!environment.listFolder().includes(name)) return undefined;
  const result = environment.readFile(name);
  if (result.kind === 'unreadable') refuseUnreadable(report, result.path, result.reason);
  return result.kind === 'text' && liveLine(result.source) !== undefined ? result.source : undefined;
}

/** The number of the first line that is neither blank nor a comment. */
function liveLine({ text }: Source): number | undefined {
  const index = text.split('\n').findIndex((line) => /^\s*[^\s#]/.test(line));
  return index === -1 ? undefined : index + 1;
}
