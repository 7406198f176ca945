/** What `--json` prints, as JSON Schema (draft 2020-12): the manual page ftpwall-json(5) is made from it. */

import { outcomes } from '../generations/generation.ts';
import { failureCodes } from '../status/firewall-status.ts';

/** As much of JSON Schema as is used here. */
export interface JsonSchema {
  readonly description: string;
  readonly type:
    | 'object'
    | 'array'
    | 'string'
    | 'integer'
    | 'number'
    | 'boolean'
    | readonly ['string' | 'integer' | 'array', 'null'];
  readonly const?: number;
  readonly enum?: readonly string[];
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: boolean;
  readonly items?: JsonSchema;
}

/** A document and the verbs that print it. */
export interface OutputSchema {
  readonly verbs: readonly string[];
  readonly schema: JsonSchema;
}

/** The folder in which packages put the schemas. */
export const schemaFolder = '/usr/share/ftpwall/schemas';

/** The file of a verb in that folder: `status.json`, `show-ftp.json`. */
export function schemaFile(verb: string): string {
  return `${verb.replace(' ', '-')}.json`;
}

const text = (description: string): JsonSchema => ({ description, type: 'string' });
const whether = (description: string): JsonSchema => ({ description, type: 'boolean' });
const number = (description: string): JsonSchema => ({ description, type: 'integer' });
const oneOf = (description: string, words: readonly string[]): JsonSchema => ({
  description,
  type: 'string',
  enum: words,
});
const list = (description: string, items: JsonSchema): JsonSchema => ({ description, type: 'array', items });

/** Names that end in `?` may be left out. */
function object(description: string, named: Readonly<Record<string, JsonSchema>>): JsonSchema {
  const entries = Object.entries(named);
  return {
    description,
    type: 'object',
    properties: Object.fromEntries(entries.map(([name, schema]) => [name.replace('?', ''), schema])),
    required: entries.map(([name]) => name).filter((name) => !name.endsWith('?')),
    additionalProperties: false,
  };
}

const schema: JsonSchema = {
  description: 'the version of this document; it increases when a field changes its meaning or is removed',
  type: 'integer',
  const: 1,
};

const firewallStatus = object('the state of the firewall', {
  schema,
  state: oneOf('the state of the machine', ['running', 'stopped', 'cleared']),
  'generation?': number('the number of the active generation'),
  'pending?': object('rules that wait for `ftpwall confirm`', {
    secondsLeft: number('seconds until the rollback'),
    watched: whether('false if the process for the rollback is not running'),
  }),
  'drift?': whether('whether the rules were changed outside ftpwall since they were loaded; absent if unknown'),
  foreign: list(
    'other nftables chains that filter the same packets',
    object('a chain, in the terms of nft(8)', {
      family: text('the family of its table'),
      table: text('the name of its table'),
      chain: text('its name'),
      type: text('its type'),
      hook: text('its hook'),
      priority: text('its priority in the hook'),
      policy: text('its policy'),
    }),
  ),
  modules: list(
    'kernel modules that the rules need',
    object('a module', {
      name: text('its name'),
      loaded: whether('whether it is loaded as a module; false if it is built into the kernel'),
      'ports?': list('the value of its parameter `ports`', number('a port')),
      line: text('the line that needs it: `rules:15`'),
    }),
  ),
  'lastFailure?': object('the last failure, if nothing has succeeded since', {
    code: oneOf('the code of the failure', [...failureCodes]),
    message: text('the failure as text'),
    'time?': text('the time (ISO 8601, local time)'),
  }),
});

const place = {
  file: text('the file, as the configuration names it'),
  start: object('its start', { line: number('from 1'), column: number('from 1, in UTF-16 units') }),
  end: object('its end, after the last character', { line: number('from 1'), column: number('from 1') }),
  text: text('the text of the place'),
};

const findings = list(
  'the messages for the configuration',
  object('a message', {
    code: text('its code, for `ftpwall explain`'),
    severity: oneOf('a configuration with an error is not loaded; notes are only for `--notes`', [
      'error',
      'warning',
      'note',
    ]),
    message: text('the problem'),
    label: object('the place', place),
    related: list('related places', object('a place', place)),
    'help?': text('the correction'),
    'folder?': text('the folder of the message, if the call has two folders'),
    'fix?': object('the replacement for the text of its range', place),
  }),
);

const changed = whether('whether the verb changed the machine, for configuration management');

const symptom = object('a finding', {
  code: text('its code, stable across versions'),
  severity: oneOf('error: something fails; warning: something can fail', ['error', 'warning']),
  message: text('the problem'),
  reason: text('the reason'),
  next: text('the next step'),
});

const compiledFolder = { folder: text('the folder'), sha256: text('the hash of all its files') };

const ftpLine = {
  place: text('`rules:14`'),
  source: text('the zone of the clients'),
  dest: text('the zone of the server'),
  servers: list('addresses of the server; empty if the line matches all', text('as nft writes it')),
  asked: list('destination ports of the clients, before DNAT', number('a port')),
  listens: list('ports that the server listens on', number('a port')),
  publicAddresses: list('destination addresses of the clients, if DNAT translates them', text('an address')),
  translated: whether('whether DNAT translates the address of the server'),
};

const textOrNull = (description: string): JsonSchema => ({ description, type: ['string', 'null'] });
const numberOrNull = (description: string): JsonSchema => ({ description, type: ['integer', 'null'] });

/** A set of packets by its common fields; lists are separated by commas. */
const packets = (description: string): JsonSchema =>
  list(
    description,
    object('packets; an absent field has any value', {
      'version?': number('the IP version'),
      'state?': text('the connection state, if it is not new'),
      'in?': text('incoming interfaces'),
      'out?': text('outgoing interfaces'),
      'protocol?': text('protocols'),
      'source?': text('source addresses'),
      'sourcePort?': text('source ports'),
      'destination?': text('destination addresses, before DNAT'),
      'port?': text('destination ports, before DNAT'),
      'icmpType?': text('ICMP types, with the code if it is relevant'),
      'other?': { description: 'rarely used fields', type: 'object' },
    }),
  );

const endpoint = (description: string): JsonSchema =>
  object(description, {
    address: textOrNull('the address; null if it is not fixed, or known only to the kernel'),
    port: numberOrNull('the port; null if it is not fixed'),
  });

const translated = (description: string): JsonSchema =>
  object(description, { line: textOrNull('the line that translates'), to: text('as nft writes it') });

const verdicts = ['accept', 'drop', 'reject', 'depends'];

const answer = object('the result for a part of the packets', {
  verdict: oneOf('the verdict', verdicts),
  line: textOrNull('the line that decides, `rules:12`; null if no line decides'),
  by: text('the text of this line, or another reason for the verdict'),
  'detail?': text('the line in the macro or action'),
  destination: endpoint('the destination, after DNAT'),
  source: endpoint('the source, after SNAT'),
  'dnat?': translated('the translation of the destination'),
  'snat?': translated('the translation of the source'),
  dependsOn: list('conditions outside the packet on which the verdict depends', text('a rate, a time, a set')),
  'outcomes?': list(
    'the possible results, if the verdict is `depends`',
    object('an outcome', {
      verdict: text('the verdict'),
      line: textOrNull('the line'),
      by: text('the text of the line'),
    }),
  ),
  packets: packets('the packets'),
  allPackets: whether('whether `packets` lists all of the packets'),
  example: object('an example', { source: text('address and port'), destination: text('address and port') }),
  steps: list(
    'the path of the example packet',
    object('a step', {
      phase: oneOf('the phase', ['conntrack', 'helper', 'DNAT', 'rules', 'policy', 'SNAT']),
      line: textOrNull('the line'),
      text: text('the text of the line'),
      result: text('the result'),
    }),
  ),
  nearest: list(
    'lines that accept and nearly match, the nearest first',
    object('a line', {
      line: text('`rules:12`'),
      text: text('the text of the line'),
      reasons: list('reasons why it does not match', text('a reason')),
    }),
  ),
  'admit?': text('the line of `rules` that would accept exactly these packets'),
});

const outcome = (description: string): JsonSchema =>
  object(description, {
    verdict: oneOf('the verdict', verdicts),
    line: textOrNull('the line that decides'),
    by: text('the text of this line'),
    'dnat?': text('the translation of the destination'),
    'snat?': text('the translation of the source'),
  });

const changeFields: Readonly<Record<string, JsonSchema>> = {
  from: text('the source zone; `-` for none'),
  to: text('the destination zone; `-` for none'),
  before: outcome('the old result'),
  after: outcome('the new result'),
  packets: packets('the packets'),
  allPackets: whether('whether `packets` lists all of the packets'),
  size: {
    description: 'the approximate number of combinations of addresses, protocol and ports',
    type: 'number',
  },
  witness: object('an example', {
    version: number('the IP version'),
    protocol: number('the number of the protocol'),
    source: text('the source address'),
    sourcePort: numberOrNull('the source port'),
    destination: text('the destination address'),
    port: numberOrNull('the destination port'),
    icmpType: numberOrNull('the ICMP type'),
    in: textOrNull('the incoming interface'),
    out: textOrNull('the outgoing interface'),
    state: text('the state of the connection'),
  }),
};

const change = object('packets of a zone pair with a different result', changeFields);

const mismatch = object('packets with different results in the listing and in the configuration', {
  ...changeFields,
  before: outcome('the result of the listing'),
  after: outcome('the result of the configuration'),
  dependsOn: list('conditions outside the packet on which the difference depends', text('a rate, a set, a time')),
});

const unknownParts = (description: string): JsonSchema =>
  list(
    description,
    object('a part of a line', {
      line: number('the line of the listing, from 1'),
      kind: oneOf('the kind of part; `line` is the whole line', ['condition', 'target', 'line']),
      text: text('the words'),
    }),
  );

const livePacket = object('the packet', {
  in: text('the incoming interface; empty for none'),
  out: text('the outgoing interface; empty for none'),
  source: text('the source address'),
  destination: text('the destination address'),
  protocol: text('the protocol'),
  'sourcePort?': number('the source port'),
  'port?': number('the destination port'),
  'icmpType?': number('the ICMP type'),
  'icmpCode?': number('the ICMP code'),
});

const planFields: Readonly<Record<string, JsonSchema>> = {
  equal: whether('whether all packets have the same result'),
  changes: list('packets with a different result than in the loaded rules', change),
  uncertain: list('packets whose result can differ, depending on unknown parts', change),
  unknown: unknownParts('parts of the loaded rules that ftpwall does not understand'),
};

const hosts = (description: string, fields: Readonly<Record<string, JsonSchema>>): JsonSchema =>
  object(description, {
    schema,
    hosts: list(
      'each host, in the order of the call',
      object('a host', { host: text('the host as given in the call'), ...fields }),
    ),
  });

const configurationOfHost = text('the configuration folder of the host');

const remoteSchemas: readonly OutputSchema[] = [
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

export const outputSchemas: readonly OutputSchema[] = [
  {
    verbs: ['why'],
    schema: object('the verdict for packets, and its reason', {
      schema,
      answers: list('one for each verdict, line and translation', answer),
      'capture?': object('for --pcap: the verdicts for the packets of a capture', {
        counts: list(
          'the lines that decide, the most packets first',
          object('a line', {
            verdict: oneOf('the verdict', ['accept', 'drop', 'reject', 'depends']),
            line: text('the line, or another reason for the verdict'),
            packets: number('number of packets'),
            connections: number('number of connections'),
            example: text('the first packet'),
          }),
        ),
        passedOver: number('frames that are not IP, or whose incoming interface is unknown'),
      }),
    }),
  },
  {
    verbs: ['diff', 'plan'],
    schema: object('the packets that a change opens and closes', {
      schema,
      equal: whether('true exactly when the exit status is 0'),
      changes: list('packets with a different result, by the old and the new line', change),
      others: list(
        'other changes: log lines, helpers, marks, rates',
        object('a change', {
          from: text('the source zone'),
          to: text('the destination zone'),
          line: textOrNull('the line of the new configuration'),
          before: list('removed statements', text('in the syntax of nft(8)')),
          after: list('added statements', text('in the syntax of nft(8)')),
        }),
      ),
      'intent?': object('the change compared with --intent', {
        holds: whether('whether it opens exactly the intended packets'),
        missing: packets('intended packets that are not accepted'),
        beyond: packets('packets that are newly accepted but not intended'),
      }),
      'connections?': {
        description:
          'for `plan`: established connections that the new rules would not accept; null if they cannot be listed',
        type: ['array', 'null'],
        items: object('a connection, by its first packet', {
          protocol: number('the number of the protocol'),
          source: text('the source address'),
          sourcePort: numberOrNull('the source port'),
          destination: text('the destination address'),
          port: numberOrNull('the destination port'),
          by: text('the line that would decide, or another reason for the verdict'),
        }),
      },
      'uncertain?': list('for `plan --against`: packets whose result can differ, depending on unknown parts', change),
      'unknown?': unknownParts('for `plan --against`: parts of the listing that ftpwall does not understand'),
    }),
  },
  {
    verbs: ['verify'],
    schema: object('the comparison of a configuration with a listing of rules', {
      schema,
      equal: whether('true exactly when the exit status is 0'),
      versions: list('the compared IP versions', oneOf('a version', ['ipv4', 'ipv6'])),
      rules: number('the number of rules in the listing'),
      differences: list('packets with a different result, independent of unknown parts', mismatch),
      uncertain: list('packets whose result can differ, depending on unknown parts', mismatch),
      unknown: unknownParts('parts of the listing that ftpwall does not understand'),
    }),
  },
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
  {
    verbs: ['matrix'],
    schema: object('the services that are accepted between zones', {
      schema,
      cells: list(
        'each pair of zones with each service',
        object('a cell', {
          from: text('the source zone'),
          to: text('the destination zone'),
          service: text('`tcp 22`, or `everything else`'),
          verdict: oneOf('the verdict; `partly`: only a part of the packets is accepted', [
            'accept',
            'drop',
            'reject',
            'partly',
          ]),
          lines: list('the lines that decide', text('`rules:12`')),
        }),
      ),
    }),
  },
  { verbs: ['status'], schema: firewallStatus },
  ...remoteSchemas,
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
  {
    verbs: ['show ftp'],
    schema: object('the lines for FTP', {
      schema,
      ports: list('FTP ports', number('a port')),
      'portsPlace?': text('the line that lists them'),
      helped: list('lines with the helper', object('a line', ftpLine)),
      tls: list(
        'servers with TLS',
        object('a server', {
          ...ftpLine,
          passive: object('its open passive range', { first: number('a port'), last: number('a port') }),
          settings: list(
            'the settings for the servers',
            object('a server', {
              server: text('its name'),
              file: text('the configuration file'),
              lines: list('the lines', text('a line')),
            }),
          ),
        }),
      ),
    }),
  },
  {
    verbs: ['show modprobe'],
    schema: object('modules for machines that load them before the firewall', {
      schema,
      modules: list('for /etc/modules-load.d', text('a module')),
      options: list(
        'for /etc/modprobe.d',
        object('a module with its ports', { module: text('its name'), ports: list('eight at most', number('a port')) }),
      ),
    }),
  },
  {
    verbs: ['show marks'],
    schema: object('the owner of each bit of a mark', {
      schema,
      fields: list(
        'the fields of a mark, as the settings define them',
        object('a part', { mask: number('its bits'), owner: text('its owner') }),
      ),
      providers: list(
        'providers with a mark',
        object('a provider', { name: text('its name'), mark: number('its mark') }),
      ),
    }),
  },
  {
    verbs: ['show routing', 'show accounting', 'show tc', 'show classifiers'],
    schema: object('the state of the kernel, as ip(8), tc(8) and nft(8) list it', {
      schema,
      sections: list(
        'each listing',
        object('a listing', { title: text('what it lists'), lines: list('its lines', text('a line')) }),
      ),
    }),
  },
  {
    verbs: ['show blacklists', 'show opens', 'show events', 'show dynamic', 'show sets'],
    schema: object('the elements of sets of the running firewall', {
      schema,
      elements: list(
        'each element',
        object('an element', {
          kind: text('the command that added it, or the set'),
          set: text('the set of nftables'),
          element: text('as nft writes it'),
          'seconds?': number('the remaining time; absent: no timeout'),
        }),
      ),
    }),
  },
];
