/** What somebody meant by a word that is no verb: a mistyped one, or the word of another firewall for it. */
import { nearest } from '../../compiler/diagnostics/suggest.ts';
import { files } from '../../compiler/language/files/index.ts';
import { verbs } from './index.ts';

/** Verbs of ufw(8), firewall-cmd(1), shorewall(8), nft(8) and systemctl(1), by ours. */
const ofOthers: ReadonlyMap<string, string> = new Map([
  ...['list', 'counters', 'stats'].map((word) => [word, 'hits'] as const),
  ...['up', 'load'].map((word) => [word, 'start'] as const),
  ...['apply', 'commit'].map((word) => [word, 'safe-restart'] as const),
  ...['down'].map((word) => [word, 'stop'] as const),
  ...['flush', 'reset'].map((word) => [word, 'clear'] as const),
  ...['deny', 'block', 'ban'].map((word) => [word, 'drop'] as const),
  ...['undrop', 'unban', 'unblock'].map((word) => [word, 'allow'] as const),
  ...['undo', 'revert', 'back'].map((word) => [word, 'rollback'] as const),
  ...['log', 'logwatch'].map((word) => [word, 'logs'] as const),
  ...['validate', 'test', 'lint'].map((word) => [word, 'check'] as const),
  ...['update', 'convert', 'import'].map((word) => [word, 'migrate'] as const),
  ...['format', 'indent'].map((word) => [word, 'fmt'] as const),
  ...['state', 'info', 'running'].map((word) => [word, 'status'] as const),
]);

/** The verb that was meant; undefined when none is near. */
export function meantVerb(word: string): string | undefined {
  return (
    nearest(
      word,
      verbs.map(({ name }) => name),
    ) ?? ofOthers.get(word.toLowerCase())
  );
}

/** A sentence on a word that stands where a verb belongs. */
export function noVerb(word: string): string {
  if (word.startsWith('-')) return `${word}: options follow the verb: ftpwall VERB ${word}`;
  const verb = meantVerb(word);
  if (verb !== undefined) return `there is no verb \`${word}\`; did you mean \`ftpwall ${verb}\`?`;
  return `there is no verb \`${word}\`; \`ftpwall help\` lists them`;
}

/** Where the manual tells of a configuration file; undefined when the name is none. */
export function manualOf(name: string): string | undefined {
  if (name !== 'ftpwall.conf' && !files.some((file) => file.name === name)) return undefined;
  return `\`man ${name === 'ftpwall.conf' ? name : `ftpwall-${name}`}\` tells of the file`;
}
