/** A configuration folder: its messages, its form, what `doctor` and `migrate` find. */
import { findings, symptom } from './parts.ts';
import { changed, list, number, type OutputSchema, object, oneOf, schema, text } from './words.ts';

export const configurationSchemas: readonly OutputSchema[] = [
  {
    verbs: ['migrate'],
    schema: object('the result of a migration', {
      schema,
      result: oneOf('refused: nothing was written', ['written', 'refused']),
      from: list('the old folders, as given in the call', text('a folder')),
      to: text('the new folder'),
      'reason?': text('why nothing was written'),
      notes: list(
        'the notes, one for each changed line',
        object('a note', {
          kind: oneOf(
            'changed: a line was changed; added: a setting was added; differs: Shorewall does not do what the line describes; advice: check this; left: a file was not copied',
            ['changed', 'added', 'differs', 'advice', 'left'],
          ),
          file: text('the file, by its name in its folder'),
          'line?': number('from 1'),
          'was?': text('the old text'),
          'now?': text('the new text'),
          why: text('the change and its reason'),
        }),
      ),
      proved: list(
        'the IP versions for which both configurations give every packet the same result, running and stopped',
        number('4 or 6'),
      ),
      differences: list(
        'different results of the new configuration',
        object('packets with the same results', {
          packet: text('running or stopped, the zones, and an example packet, or an effect other than the verdict'),
          before: text('the old result, and the line that decides'),
          after: text('the new result'),
        }),
      ),
      findings,
    }),
  },
  { verbs: ['check', 'compile'], schema: object('the messages for a configuration', { schema, findings }) },
  {
    verbs: ['fmt'],
    schema: object('the files that were aligned, or with --check and --diff would be aligned', {
      schema,
      result: oneOf('refused: no file was written, or some files could not be read', ['done', 'refused']),
      changed,
      files: list('files that were or would be aligned', text('its name in the folder')),
      unreadable: list(
        'files that were not changed',
        object('a file', { file: text('its name in the folder'), reason: text('why') }),
      ),
      'reason?': text('why no file was written'),
    }),
  },
  { verbs: ['version'], schema: object('the version', { schema, version: text('as in the package: `0.1.0`') }) },
  {
    verbs: ['doctor'],
    schema: object('the results of the examinations of the machine', {
      schema,
      findings: list('the problems', symptom),
      examinations: list(
        'each examination',
        object('an examination', {
          name: text('the subject of the examination'),
          seen: list('facts, with or without a problem', text('a fact')),
          findings: list('the problems that it found', symptom),
        }),
      ),
    }),
  },
];
