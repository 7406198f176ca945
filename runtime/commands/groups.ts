/** The groups of verbs in help, by purpose. */
import type { Verb } from '../verb.ts';

/** Every verb is in one group; a test of the command line checks this. */
export const groups: readonly (readonly [heading: string, verbs: readonly string[]])[] = [
  ['Set up', ['init', 'check', 'fmt', 'compile', 'migrate']],
  ['Check before loading', ['plan', 'diff', 'verify', 'why', 'matrix', 'report']],
  ['Load', ['start', 'restart', 'reload', 'safe-start', 'safe-restart', 'try', 'stop', 'clear']],
  ['Confirm and roll back', ['confirm', 'rollback', 'generations', 'save', 'restore', 'forget']],
  [
    'Change at run time',
    [
      'drop',
      'reject',
      'logdrop',
      'logreject',
      'blacklist',
      'allow',
      'open',
      'close',
      'add',
      'delete',
      'switch',
      'refresh',
      'enable',
      'disable',
      'reenable',
      'monitor',
    ],
  ],
  ['Monitor and diagnose', ['status', 'hits', 'top', 'trace', 'logs', 'metrics', 'doctor', 'show']],
  ['Other machines', ['remote']],
  ['Learn', ['explain', 'help', 'schema', 'lsp', 'version']],
];

/** The groups with their verbs; those of no group come last. */
export function inGroups(verbs: readonly Verb[]): readonly (readonly [heading: string, verbs: readonly Verb[]])[] {
  const grouped = groups.map(([heading, names]) => {
    const found = names.flatMap((name) => verbs.filter((verb) => verb.name === name));
    return [heading, found] as const;
  });
  const others = verbs.filter(({ name }) => !groups.some(([, names]) => names.includes(name)));
  return others.length === 0 ? grouped : [...grouped, ['Others', others]];
}
