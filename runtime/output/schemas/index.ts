/** What `--json` prints, as JSON Schema (draft 2020-12): the manual page ftpwall-json(5) is made from it. A verb's document is in the file of its subject. */
import { answersSchemas } from './answers.ts';
import { configurationSchemas } from './configuration.ts';
import { remoteSchemas } from './remote.ts';
import { runningSchemas } from './running.ts';
import { showSchemas } from './show.ts';
import type { OutputSchema } from './words.ts';

/** The folder in which packages put the schemas. */
export const schemaFolder = '/usr/share/ftpwall/schemas';

/** The file of a verb in that folder: `status.json`, `show-ftp.json`. */
export function schemaFile(verb: string): string {
  return `${verb.replace(' ', '-')}.json`;
}

/** Every document. */
export const outputSchemas: readonly OutputSchema[] = [
  ...answersSchemas,
  ...runningSchemas,
  ...configurationSchemas,
  ...showSchemas,
  ...remoteSchemas,
];
