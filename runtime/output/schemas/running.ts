/** The firewall that runs: its loads, its state, its counters, its packets. */
import { outcomes } from '../../generations/generation.ts';
import { compiledFolder, findings, firewallStatus, livePacket } from './parts.ts';
import { changed, list, number, type OutputSchema, object, oneOf, schema, text, textOrNull } from './words.ts';

export const runningSchemas: readonly OutputSchema[] = [
  {
    verbs: ['trace'],
    schema: object('a traced packet; each is one document on its own line', {
      schema,
      verdict: oneOf('the verdict of the kernel', ['accept', 'drop', 'reject']),
      from: text('the source zone; `-` for none'),
      to: text('the destination zone; `-` for none'),
      line: textOrNull('the line that decided'),
      text: text('the text of this line, or another reason for the verdict'),
      packet: livePacket,
      'dnat?': text('the translation of the destination, in the syntax of nft(8)'),
    }),
  },
  {
    verbs: ['logs'],
    schema: object('a logged packet; each is one document on its own line', {
      schema,
      from: text('the source zone; `-` for none'),
      to: text('the destination zone; `-` for none'),
      prefix: text('the log prefix'),
      line: textOrNull('the line that logged it'),
      text: text('the text of this line'),
      packet: livePacket,
    }),
  },
  { verbs: ['status'], schema: firewallStatus },
  {
    verbs: ['start', 'restart', 'reload', 'safe-start', 'safe-restart', 'try'],
    schema: object(
      'the result of loading a configuration; if it has errors, the findings are printed instead, as by `check`',
      {
        schema,
        result: oneOf('pending rules wait for `ftpwall confirm`', ['loaded', 'pending', 'refused']),
        changed,
        'status?': firewallStatus,
        findings,
      },
    ),
  },
  {
    verbs: [
      ...['stop', 'clear', 'confirm', 'rollback', 'save', 'restore', 'forget', 'refresh'],
      ...['enable', 'disable', 'reenable'],
      ...['drop', 'reject', 'logdrop', 'logreject', 'blacklist', 'allow', 'open', 'close', 'add', 'delete', 'switch'],
    ],
    schema: object('the result of the verb', {
      schema,
      result: oneOf('whether the verb succeeded', ['done', 'refused']),
      changed,
      status: firewallStatus,
    }),
  },
  {
    verbs: ['generations'],
    schema: object('the firewalls that were loaded, the oldest first', {
      schema,
      generations: list(
        'each one',
        object('a generation', {
          number: number('its number, for `ftpwall rollback`'),
          links: list(
            'its links',
            oneOf('`current`: the active generation; `boot`: the generation that is loaded at boot', [
              'current',
              'boot',
            ]),
          ),
          outcome: oneOf(
            'the outcome; refused: it was not confirmed; rolled-back: it was confirmed and later rolled back',
            [...outcomes],
          ),
          'replaces?': number('the number of the generation that was current before it'),
          'schema?': schema,
          'time?': text('when it was compiled (ISO 8601)'),
          'ftpwall?': text('the version that compiled it'),
          'node?': text('the version of Node.js that compiled it'),
          'families?': list(
            'the families of its tables',
            oneOf('`inet` is for both IP versions', ['inet', 'ip', 'ip6']),
          ),
          'configuration?': object('the compiled folder', compiledFolder),
          'configuration6?': object('the folder for IPv6, if each IP version has a folder', compiledFolder),
          'damage?': text('why it cannot be loaded'),
        }),
      ),
    }),
  },
  {
    verbs: ['hits'],
    schema: object('the counters of the lines of the loaded configuration', {
      schema,
      lines: list(
        'each line with a counter',
        object('a line', {
          'line?': object('the line in the configuration', {
            file: text('the file, as the configuration names it'),
            line: number('from 1'),
            'text?': text('the text of the line, if the active generation contains it'),
          }),
          'builtin?': text('instead of `line`: the comment of a rule that does not belong to a line'),
          packets: number('number of packets'),
          bytes: number('number of bytes, including headers'),
        }),
      ),
    }),
  },
];
