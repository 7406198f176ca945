import { unreadName } from '../../diagnostics/catalogue/holes.ts';
import { editDistance } from '../../diagnostics/suggest.ts';
import { perlHooks, shellScripts } from '../../language/extension-scripts.ts';
import { files } from '../../language/files/index.ts';
import type { Law } from '../law.ts';

const settingsFiles = ['ftpwall.conf', 'shorewall.conf', 'shorewall6.conf'];
const tables = files.map(({ name }) => name);
const known: ReadonlySet<string> = new Set([
  ...tables,
  ...settingsFiles,
  'params',
  'ipsets',
  ...shellScripts,
  ...perlHooks,
]);

/** What editors, package managers and people put behind the name of a file that is to be kept. */
const copies = /(?:\.(?:bak|old|orig|save|saved|backup|disabled|off|new|tmp|dpkg-\w+|ucf-\w+|rpm\w+)|~)$/;

/** A file whose name is nearly one that is read is not overlooked. */
export const namesAreRead: Law = (_model, { environment, report }) => {
  for (const name of environment.listFolder()) {
    const meant = known.has(name) || report.wasOpened(name) ? undefined : nameMeant(name);
    if (!meant || isMentioned(name, environment)) continue;
    report.add(unreadName({ source: { path: name, text: '' }, start: 0, end: 0 }, name, meant, name.endsWith('.d')));
  }
};

/** The file that is read, where a name is a copy of its name, a folder beside it, or one letter or ending away. */
function nameMeant(name: string): string | undefined {
  const whole = name.replace(copies, '');
  if (whole !== name) return known.has(whole) ? whole : undefined;
  if (name.endsWith('.d')) return tables.find((each) => `${each}.d` === name);
  const singular = tables.find(
    (each) => each === `${name}s` || `${each}s` === name || each.replace(/y$/, 'ies') === name,
  );
  if (singular) return singular;
  const typed = name.replace(/\.(?:txt|conf|cfg)$/, '');
  if (typed !== name) return tables.find((each) => each === typed);
  return name.length < 4
    ? undefined
    : [...tables, ...settingsFiles, 'params'].find((each) => editDistance(name.toLowerCase(), each) <= 1);
}

/** Whether a file names it: what a branch for another machine includes is not overlooked. */
function isMentioned(name: string, environment: Parameters<Law>[1]['environment']): boolean {
  return environment.listFolder().some((each) => {
    if (!known.has(each)) return false;
    const file = environment.readFile(each);
    return file.kind === 'text' && mention(name).test(file.source.text);
  });
}

function mention(name: string): RegExp {
  const escaped = name.replace(/[.*+?^$()[\]{}|\\]/g, '\\$&');
  return new RegExp(`^[^#\\n]*(?<![\\w.-])${escaped}(?![\\w.-])`, 'm');
}
