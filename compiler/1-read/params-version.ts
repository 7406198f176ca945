/** Whether `params` asks for the IP version that is compiled, by Shorewall's `g_family` (shorewall.org, SharedConfig). */
import type { Environment } from '../environment.ts';

/** Looks into `params` and what it includes by name. */
export function paramsAskVersion(environment: Environment): boolean {
  const waiting = ['params'];
  for (const name of waiting) {
    const file = environment.readFile(name);
    if (file.kind !== 'text') continue;
    if (/\bg_family\b/.test(file.source.text)) return true;
    for (const [, included = ''] of file.source.text.matchAll(/^[ \t]*(?:INCLUDE|\.)[ \t]+([^\s;#$]+)/gm))
      if (!waiting.includes(included)) waiting.push(included);
  }
  return false;
}
