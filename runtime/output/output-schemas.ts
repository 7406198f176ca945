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
  description: 'the version of this document; it grows when a field changes its meaning or goes',
  type: 'integer',
  const: 1,
};

const firewallStatus = object('what is loaded', {
  schema,
  state: oneOf('what the machine does', ['running', 'stopped', 'cleared']),
  'generation?': number('the number of the generation that runs'),
  'pending?': object('rules that wait for `ftpwall confirm`', {
    secondsLeft: number('seconds until they are taken back'),
    watched: whether('false when the process that would take them back is dead'),
  }),
  'drift?': whether('whether others have changed the rules since they were loaded; absent when nobody can tell'),
  foreign: list(
    'chains of others that see the same packets',
    object('a chain, in the words of nft', {
      family: text('the family of its table'),
      table: text('the name of its table'),
      chain: text('its name'),
      type: text('its type'),
      hook: text('where it sees them'),
      priority: text('when, beside other chains of this hook'),
      policy: text('what becomes of packets that none of its rules decides'),
    }),
  ),
  modules: list(
    'kernel modules that the rules need',
    object('a module', {
      name: text('its name'),
      loaded: whether('whether it is loaded as a module; false also where it is built into the kernel'),
      'ports?': list('the ports that it was loaded with', number('a port')),
      line: text('the line that needs it: `rules:15`'),
    }),
  ),
  'lastFailure?': object('what went wrong since something last succeeded', {
    code: oneOf('what it was', [...failureCodes]),
    message: text('the same in words'),
    'time?': text('when, by the clock of the machine (ISO 8601, local time)'),
  }),
});

const place = {
  file: text('the file, as the configuration names it'),
  start: object('where it begins', { line: number('from 1'), column: number('from 1, in UTF-16 units') }),
  end: object('behind its last character', { line: number('from 1'), column: number('from 1') }),
  text: text('what is said there'),
};

const findings = list(
  'what there is to say of the configuration',
  object('a message', {
    code: text('its code, for `ftpwall explain`'),
    severity: oneOf('an error keeps the configuration from being loaded; notes are for `--notes`', [
      'error',
      'warning',
      'note',
    ]),
    message: text('what is wrong'),
    label: object('the place', place),
    related: list('other places that have to do with it', object('a place', place)),
    'help?': text('what to do'),
    'folder?': text('the folder that it is about, where two were named'),
    'fix?': object('a replacement of the text in its range', place),
  }),
);

const changed = whether('whether the machine is another than before, for configuration management');

const symptom = object('a finding', {
  code: text('which one; it stays the same over versions'),
  severity: oneOf('whether something fails by it, or may', ['error', 'warning']),
  message: text('what is wrong'),
  reason: text('why it is wrong'),
  next: text('what to do next'),
});

const compiledFolder = { folder: text('the folder'), sha256: text('the hash of all its files') };

const ftpLine = {
  place: text('`rules:14`'),
  source: text('the zone of the clients'),
  dest: text('the zone of the server'),
  servers: list('addresses of the server; none when the line is for all', text('as nft writes it')),
  asked: list('ports that clients ask for', number('a port')),
  listens: list('ports that the server listens on', number('a port')),
  publicAddresses: list("addresses that clients ask for, when these are not the server's own", text('an address')),
  translated: whether('whether clients ask for another address than the server has'),
};

const textOrNull = (description: string): JsonSchema => ({ description, type: ['string', 'null'] });
const numberOrNull = (description: string): JsonSchema => ({ description, type: ['integer', 'null'] });

/** Packets by what they have in common; lists are separated by commas. */
const packets = (description: string): JsonSchema =>
  list(
    description,
    object('packets; what is absent may be anything', {
      'version?': number('the IP version'),
      'state?': text('the state of the connection, where it is not new'),
      'in?': text('interfaces by which they arrive'),
      'out?': text('interfaces by which they leave'),
      'protocol?': text('protocols'),
      'source?': text('source addresses'),
      'sourcePort?': text('source ports'),
      'destination?': text('destination addresses, before DNAT'),
      'port?': text('destination ports, before DNAT'),
      'icmpType?': text('ICMP types, with the code where it matters'),
      'other?': { description: 'fields that few rules ask for', type: 'object' },
    }),
  );

const endpoint = (description: string): JsonSchema =>
  object(description, {
    address: textOrNull('the address; null where it is open, or known only to the kernel'),
    port: numberOrNull('the port; null where it is open'),
  });

const translated = (description: string): JsonSchema =>
  object(description, { line: textOrNull('the line that translates'), to: text('as nft writes it') });

const verdicts = ['accept', 'drop', 'reject', 'depends'];

const answer = object('what becomes of some of the packets', {
  verdict: oneOf('what happens', verdicts),
  line: textOrNull('the line that decides, `rules:12`; null where none does'),
  by: text('that line as it was written, or what decides in its place'),
  'detail?': text('the line of the macro or action'),
  destination: endpoint('where the packets arrive, after DNAT'),
  source: endpoint('where they seem to come from, after SNAT'),
  'dnat?': translated('the translation of the destination'),
  'snat?': translated('the translation of the source'),
  dependsOn: list('what no packet tells, and the verdict depends on', text('a rate, a time, a set')),
  'outcomes?': list(
    'what can become of them, where it depends',
    object('an outcome', {
      verdict: text('what happens'),
      line: textOrNull('the line'),
      by: text('the line as written'),
    }),
  ),
  packets: packets('the packets'),
  allPackets: whether('whether `packets` are all of them'),
  example: object('one of them', { source: text('address and port'), destination: text('address and port') }),
  steps: list(
    'the way of the example',
    object('something that happened to it', {
      phase: oneOf('where', ['conntrack', 'helper', 'DNAT', 'rules', 'policy', 'SNAT']),
      line: textOrNull('the line'),
      text: text('the line as written'),
      result: text('what it did'),
    }),
  ),
  nearest: list(
    'lines that would have accepted it and do not match, the nearest first',
    object('a line', {
      line: text('`rules:12`'),
      text: text('the line as written'),
      reasons: list('why not', text('a reason')),
    }),
  ),
  'admit?': text('the line of rules that would accept just what was asked about'),
});

const outcome = (description: string): JsonSchema =>
  object(description, {
    verdict: oneOf('what happens', verdicts),
    line: textOrNull('the line that decides'),
    by: text('that line as it was written'),
    'dnat?': text('the translation of the destination'),
    'snat?': text('the translation of the source'),
  });

const changeFields: Readonly<Record<string, JsonSchema>> = {
  from: text('the zone that they come from; `-` for none'),
  to: text('the zone that they go to; `-` for none'),
  before: outcome('what happened to them'),
  after: outcome('what happens to them'),
  packets: packets('the packets'),
  allPackets: whether('whether `packets` are all of them'),
  size: {
    description: 'how many combinations of addresses, protocol and ports they are; a rough figure',
    type: 'number',
  },
  witness: object('one of them', {
    version: number('the IP version'),
    protocol: number('the number of the protocol'),
    source: text('the source address'),
    sourcePort: numberOrNull('the source port'),
    destination: text('the destination address'),
    port: numberOrNull('the destination port'),
    icmpType: numberOrNull('the ICMP type'),
    in: textOrNull('the interface by which it arrives'),
    out: textOrNull('the interface by which it leaves'),
    state: text('the state of the connection'),
  }),
};

const change = object('packets between two zones that fare otherwise', changeFields);

const mismatch = object('packets that fare otherwise in the listing than in the configuration', {
  ...changeFields,
  before: outcome('what the listing does with them'),
  after: outcome('what the configuration does with them'),
  dependsOn: list('what no packet tells, and the difference depends on', text('a rate, a set, a time')),
});

const unknownParts = (description: string): JsonSchema =>
  list(
    description,
    object('a part of a line', {
      line: number('the line of the listing, from 1'),
      kind: oneOf('what it is; a line is left out as a whole', ['condition', 'target', 'line']),
      text: text('the words'),
    }),
  );

const livePacket = object('the packet', {
  in: text('the interface by which it came; empty for none'),
  out: text('the interface by which it left; empty for none'),
  source: text('the source address'),
  destination: text('the destination address'),
  protocol: text('the protocol'),
  'sourcePort?': number('the source port'),
  'port?': number('the destination port'),
  'icmpType?': number('the ICMP type'),
  'icmpCode?': number('the ICMP code'),
});

const planFields: Readonly<Record<string, JsonSchema>> = {
  equal: whether('whether no packet fares otherwise'),
  changes: list('packets that fare otherwise than by what is loaded', change),
  uncertain: list('packets of which unknown parts decide whether they fare otherwise', change),
  unknown: unknownParts('what of the loaded rules is not understood'),
};

const hosts = (description: string, fields: Readonly<Record<string, JsonSchema>>): JsonSchema =>
  object(description, {
    schema,
    hosts: list('each host, in the order of the call', object('a host', { host: text('as it was named'), ...fields })),
  });

const configurationOfHost = text('the configuration folder of the host');

const remoteSchemas: readonly OutputSchema[] = [
  {
    verbs: ['remote plan'],
    schema: hosts('what a deployment would open and close', {
      folder: configurationOfHost,
      result: oneOf('whether there is a plan', ['planned', 'refused']),
      'plan?': object('the plan', planFields),
      'reason?': text('why there is none'),
    }),
  },
  {
    verbs: ['remote deploy'],
    schema: hosts('what came of a deployment', {
      folder: configurationOfHost,
      result: oneOf('skipped hosts come after one that refused or rolled back, and were not touched', [
        ...['unchanged', 'deployed', 'refused', 'rolled-back', 'skipped'],
      ]),
      'reason?': text('why it was refused or rolled back'),
      'words?': list('what the host says', text('a line')),
    }),
  },
  {
    verbs: ['remote status'],
    schema: hosts('what hosts have loaded', {
      result: oneOf('whether the host answered', ['answered', 'refused']),
      'reason?': text('why it did not'),
      'managed?': whether('whether the whole program runs there, not a deployment from here'),
      'script?': textOrNull('the SHA-256 of the script that was deployed last; null where none was'),
      'status?': firewallStatus,
    }),
  },
];

export const outputSchemas: readonly OutputSchema[] = [
  {
    verbs: ['why'],
    schema: object('what becomes of packets, and why', {
      schema,
      answers: list('one for each verdict, line and translation', answer),
      'capture?': object('of --pcap: what becomes of the packets of a capture', {
        counts: list(
          'the lines that decide, the most packets first',
          object('a line', {
            verdict: oneOf('what happens', ['accept', 'drop', 'reject', 'depends']),
            line: text('the line, or what else decides'),
            packets: number('how many packets'),
            connections: number('of how many connections'),
            example: text('the first of them'),
          }),
        ),
        passedOver: number('frames that are no packets of IP, or came by no interface that could be told'),
      }),
    }),
  },
  {
    verbs: ['diff', 'plan'],
    schema: object('what a change opens and closes', {
      schema,
      equal: whether('true exactly when the exit status is 0'),
      changes: list('packets that fare otherwise, by the old line and the new one', change),
      others: list(
        'what is done besides: log lines, helpers, marks, rates',
        object('a change', {
          from: text('the zone that packets come from'),
          to: text('the zone that they go to'),
          line: textOrNull('the line of the new configuration'),
          before: list('what is done no more', text('in the words of nft')),
          after: list('what is done now', text('in the words of nft')),
        }),
      ),
      'intent?': object('the change compared with --intent', {
        holds: whether('whether it opens exactly what was meant'),
        missing: packets('packets that were meant to be accepted, and are not'),
        beyond: packets('packets that are accepted now and were not meant'),
      }),
      'connections?': {
        description:
          'of `plan`: open connections that would not be admitted any more; null where they cannot be listed',
        type: ['array', 'null'],
        items: object('a connection, as its first packet was', {
          protocol: number('the number of the protocol'),
          source: text('the address of the sender'),
          sourcePort: numberOrNull('the port of the sender'),
          destination: text('the address that it was sent to'),
          port: numberOrNull('the port that it was sent to'),
          by: text('what would decide: a line of the configuration, or what else does'),
        }),
      },
      'uncertain?': list(
        'of `plan --against`: packets of which unknown parts decide whether they fare otherwise',
        change,
      ),
      'unknown?': unknownParts('of `plan --against`: what of the listing is not understood'),
    }),
  },
  {
    verbs: ['verify'],
    schema: object('how a configuration compares with a listing of rules', {
      schema,
      equal: whether('true exactly when the exit status is 0'),
      versions: list('the IP versions that were compared', oneOf('a version', ['ipv4', 'ipv6'])),
      rules: number('how many rules the listing has'),
      differences: list('packets that fare otherwise, whatever unknown parts mean', mismatch),
      uncertain: list('packets of which unknown parts decide whether they fare otherwise', mismatch),
      unknown: unknownParts('what of the listing is not understood'),
    }),
  },
  {
    verbs: ['trace'],
    schema: object('a packet that was traced; each is a document on a line of its own', {
      schema,
      verdict: oneOf('what the kernel did with it', ['accept', 'drop', 'reject']),
      from: text('the zone that it came from; `-` for none'),
      to: text('the zone that it went to; `-` for none'),
      line: textOrNull('the line that decided'),
      text: text('that line as it was written, or what decided in its place'),
      packet: livePacket,
      'dnat?': text('the translation of the destination, in the words of nft'),
    }),
  },
  {
    verbs: ['logs'],
    schema: object('a packet that was logged; each is a document on a line of its own', {
      schema,
      from: text('the zone that it came from; `-` for none'),
      to: text('the zone that it went to; `-` for none'),
      prefix: text('what was logged in front of it'),
      line: textOrNull('the line that logged it'),
      text: text('that line as it was written'),
      packet: livePacket,
    }),
  },
  {
    verbs: ['matrix'],
    schema: object('what passes between which zones', {
      schema,
      cells: list(
        'each pair of zones with each service',
        object('a cell', {
          from: text('the zone that packets come from'),
          to: text('the zone that they go to'),
          service: text('`tcp 22`, or `everything else`'),
          verdict: oneOf('what happens; partly: to a part of them', ['accept', 'drop', 'reject', 'partly']),
          lines: list('the lines that decide', text('`rules:12`')),
        }),
      ),
    }),
  },
  { verbs: ['status'], schema: firewallStatus },
  ...remoteSchemas,
  {
    verbs: ['start', 'restart', 'reload', 'safe-start', 'safe-restart', 'try'],
    schema: object('what came of loading a configuration; one with errors prints its findings instead, as check', {
      schema,
      result: oneOf('pending rules wait for `ftpwall confirm`', ['loaded', 'pending', 'refused']),
      changed,
      'status?': firewallStatus,
      findings,
    }),
  },
  {
    verbs: [
      ...['stop', 'clear', 'confirm', 'rollback', 'save', 'restore', 'forget', 'refresh'],
      ...['enable', 'disable', 'reenable'],
      ...['drop', 'reject', 'logdrop', 'logreject', 'blacklist', 'allow', 'open', 'close', 'add', 'delete', 'switch'],
    ],
    schema: object('what came of the verb', {
      schema,
      result: oneOf('whether it was done', ['done', 'refused']),
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
          links: list('which one it is', oneOf('the one that runs, the one that comes up next', ['current', 'boot'])),
          outcome: oneOf(
            'whether it stands; refused: it was not confirmed; rolled-back: it was, and `rollback` left it',
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
          'configuration?': object('what was compiled', compiledFolder),
          'configuration6?': object('the folder for IPv6, where each IP version has a folder', compiledFolder),
          'damage?': text('why it cannot be loaded'),
        }),
      ),
    }),
  },
  {
    verbs: ['migrate'],
    schema: object('what came of a migration', {
      schema,
      result: oneOf('refused: nothing was written', ['written', 'refused']),
      from: list('the old folders, as they were named', text('a folder')),
      to: text('the new folder'),
      'reason?': text('why nothing was written'),
      notes: list(
        'what there is to tell, a line for each line that changed',
        object('one of them', {
          kind: oneOf(
            'changed: a line is another; added: a setting is written down; differs: Shorewall does otherwise than it is told; advice: worth a look; left: a file that was not copied',
            ['changed', 'added', 'differs', 'advice', 'left'],
          ),
          file: text('the file, by its name in its folder'),
          'line?': number('from 1'),
          'was?': text('the old text'),
          'now?': text('the new text'),
          why: text('what changed and why'),
        }),
      ),
      proved: list(
        'the IP versions of which both configurations do the same to every packet, running and stopped',
        number('4 or 6'),
      ),
      differences: list(
        'what the new configuration would do otherwise',
        object('packets that are treated alike', {
          packet: text('running or stopped, the zones, and a packet of them, or what is done beside the verdict'),
          before: text('what becomes of it, and the line that decides'),
          after: text('what would become of it'),
        }),
      ),
      findings,
    }),
  },
  { verbs: ['check', 'compile'], schema: object('what there is to say of a configuration', { schema, findings }) },
  {
    verbs: ['fmt'],
    schema: object('which files were aligned, or with --check and --diff would be', {
      schema,
      result: oneOf('refused: no file was written, or some could not be read', ['done', 'refused']),
      changed,
      files: list('files that are aligned, or would be', text('its name in the folder')),
      unreadable: list(
        'files that were left as they are',
        object('a file', { file: text('its name in the folder'), reason: text('why') }),
      ),
      'reason?': text('why no file was written'),
    }),
  },
  { verbs: ['version'], schema: object('the version', { schema, version: text('as in the package: `0.1.0`') }) },
  {
    verbs: ['doctor'],
    schema: object('what the examinations of the machine came to', {
      schema,
      findings: list('what is wrong', symptom),
      examinations: list(
        'each examination',
        object('one of them', {
          name: text('what it looked at'),
          seen: list('facts, whether or not something is wrong', text('a fact')),
          findings: list('what is wrong by it', symptom),
        }),
      ),
    }),
  },
  {
    verbs: ['hits'],
    schema: object('what the lines of the loaded configuration have met', {
      schema,
      lines: list(
        'each line that counts',
        object('a line', {
          'line?': object('the line that somebody wrote', {
            file: text('the file, as the configuration names it'),
            line: number('from 1'),
            'text?': text('what is said there, where the generation that runs tells'),
          }),
          'builtin?': text('in its place, the comment of a rule that no line made'),
          packets: number('how many'),
          bytes: number('how many, headers included'),
        }),
      ),
    }),
  },
  {
    verbs: ['show ftp'],
    schema: object('the lines that are about FTP', {
      schema,
      ports: list('ports that speak FTP', number('a port')),
      'portsPlace?': text('the line that lists them'),
      helped: list('lines whose transfers the helper follows', object('a line', ftpLine)),
      tls: list(
        'servers with TLS',
        object('a server', {
          ...ftpLine,
          passive: object('the range that is open to it', { first: number('a port'), last: number('a port') }),
          settings: list(
            'what servers must be told',
            object('a server', {
              server: text('its name'),
              file: text('where the lines belong'),
              lines: list('as they are', text('a line')),
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
    schema: object('whose which bits of a mark are', {
      schema,
      fields: list(
        'the parts of a mark, as the settings share it out',
        object('a part', { mask: number('its bits'), owner: text('what uses it') }),
      ),
      providers: list(
        'providers with a mark',
        object('a provider', { name: text('its name'), mark: number('its mark') }),
      ),
    }),
  },
  {
    verbs: ['show routing', 'show accounting', 'show tc', 'show classifiers'],
    schema: object('what the kernel has, as ip(8), tc(8) and nft(8) list it', {
      schema,
      sections: list(
        'each listing',
        object('a listing', { title: text('what it lists'), lines: list('its lines', text('a line')) }),
      ),
    }),
  },
  {
    verbs: ['show blacklists', 'show opens', 'show events', 'show dynamic', 'show sets'],
    schema: object('what sets of the running firewall hold', {
      schema,
      elements: list(
        'each element',
        object('an element', {
          kind: text('the command that put it there, or the set'),
          set: text('the set of nftables'),
          element: text('as nft writes it'),
          'seconds?': number('how long it stays; for ever when absent'),
        }),
      ),
    }),
  },
];
