/** What `remote` prints. */
import { firewallStatus, planFields } from './parts.ts';
import { type JsonSchema, list, type OutputSchema, object, oneOf, schema, text, textOrNull, whether } from './words.ts';

const hosts = (description: string, fields: Readonly<Record<string, JsonSchema>>): JsonSchema =>
  object(description, {
    schema,
    hosts: list(
      'each host, in the order of the call',
      object('a host', { host: text('the host as given in the call'), ...fields }),
    ),
  });

const configurationOfHost = text('the configuration folder of the host');

export const remoteSchemas: readonly OutputSchema[] = [
  {
    verbs: ['remote plan'],
    schema: hosts('the packets that a deployment would open and close', {
      folder: configurationOfHost,
      result: oneOf('whether the plan succeeded', ['planned', 'refused']),
      'plan?': object('the plan', planFields),
      'reason?': text('why there is no plan'),
    }),
  },
  {
    verbs: ['remote deploy'],
    schema: hosts('the result of a deployment', {
      folder: configurationOfHost,
      result: oneOf('`skipped`: an earlier host refused or rolled back, and this host was not changed', [
        ...['unchanged', 'deployed', 'refused', 'rolled-back', 'skipped'],
      ]),
      'reason?': text('the reason for `refused` or `rolled-back`'),
      'words?': list('the output of the host', text('a line')),
    }),
  },
  {
    verbs: ['remote status'],
    schema: hosts('the firewalls of the hosts', {
      result: oneOf('whether the host replied', ['answered', 'refused']),
      'reason?': text('why it did not reply'),
      'managed?': whether('whether ftpwall itself is installed on the host, instead of a deployed script'),
      'script?': textOrNull('the SHA-256 of the last deployed script; null if none was deployed'),
      'status?': firewallStatus,
    }),
  },
];
