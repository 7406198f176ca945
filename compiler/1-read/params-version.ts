/** What `params` and the files that it includes say, without running them. */
import type { Environment } from '../environment.ts';

/** Whether `params` asks for the IP version that is compiled, by Shorewall's `g_family` (shorewall.org, SharedConfig). */
export function paramsAskVersion(environment: Environment): boolean {
  let asks = false;
  includedByParams((name) => {
    const file = environment.readFile(name);
    if (file.kind !== 'text') return undefined;
    asks ||= /\bg_family\b/.test(file.source.text);
    return file.source.text;
  });
  return asks;
}

/** `params` and every file that it, or one of them, includes by name: those that are there. `read` gives their text. */
export function includedByParams(read: (name: string) => string | undefined): readonly string[] {
  const waiting = ['params'];
  const there: string[] = [];
  for (const name of waiting) {
    const text = read(name);
    if (text === undefined) continue;
    there.push(name);
    for (const [, included = ''] of text.matchAll(
      /(?:^|[;&|({]|\bthen|\bdo|\belse)[ \t]*(?:INCLUDE|source|\.)[ \t]+["']?([^\s;#$"']+)/gm,
    ))
      if (!waiting.includes(included)) waiting.push(included);
  }
  return there;
}
