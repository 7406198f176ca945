/** What documents of several verbs have in common. */
import { failureCodes } from '../../status/firewall-status.ts';
import {
  type JsonSchema,
  list,
  number,
  numberOrNull,
  object,
  oneOf,
  schema,
  text,
  textOrNull,
  verdicts,
  whether,
} from './words.ts';

export const firewallStatus = object('the state of the firewall', {
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

export const findings = list(
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

export const symptom = object('a finding', {
  code: text('its code, stable across versions'),
  severity: oneOf('error: something fails; warning: something can fail', ['error', 'warning']),
  message: text('the problem'),
  reason: text('the reason'),
  next: text('the next step'),
});

export const compiledFolder = { folder: text('the folder'), sha256: text('the hash of all its files') };

export const ftpLine = {
  place: text('`rules:14`'),
  source: text('the zone of the clients'),
  dest: text('the zone of the server'),
  servers: list('addresses of the server; empty if the line matches all', text('as nft writes it')),
  asked: list('destination ports of the clients, before DNAT', number('a port')),
  listens: list('ports that the server listens on', number('a port')),
  publicAddresses: list('destination addresses of the clients, if DNAT translates them', text('an address')),
  translated: whether('whether DNAT translates the address of the server'),
};

/** A set of packets by its common fields; lists are separated by commas. */
export const packets = (description: string): JsonSchema =>
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

export const answer = object('the result for a part of the packets', {
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
    'lines that accept and nearly match, the nearest first; empty, like `steps`, in a document of more than 50 answers',
    object('a line', {
      line: text('`rules:12`'),
      text: text('the text of the line'),
      reasons: list('reasons why it does not match', text('a reason')),
    }),
  ),
  'admit?': text(
    'the line that would accept exactly these packets before `line`: of `rules`, or of `blrules` if that line is there',
  ),
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

export const change = object('packets of a zone pair with a different result', changeFields);

export const otherChange = object('a change', {
  from: text('the source zone; `table arp ftpwall` or `table bridge ftpwall` for what passes below IP'),
  to: text('the destination zone, or the chain'),
  line: textOrNull('the line of the configuration'),
  before: list('removed statements', text('in the syntax of nft(8)')),
  after: list('added statements', text('in the syntax of nft(8)')),
});

export const mismatch = object('packets with different results in the listing and in the configuration', {
  ...changeFields,
  before: outcome('the result of the listing'),
  after: outcome('the result of the configuration'),
  dependsOn: list('conditions outside the packet on which the difference depends', text('a rate, a set, a time')),
});

export const unknownParts = (description: string): JsonSchema =>
  list(
    description,
    object('a part of a line', {
      line: number('the line of the listing, from 1'),
      kind: oneOf('the kind of part; `line` is the whole line', ['condition', 'target', 'line']),
      text: text('the words'),
    }),
  );

export const livePacket = object('the packet', {
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

export const planFields: Readonly<Record<string, JsonSchema>> = {
  equal: whether('whether all packets have the same result'),
  changes: list('packets with a different result than in the loaded rules', change),
  uncertain: list('packets whose result can differ, depending on unknown parts', change),
  unknown: unknownParts('parts of the loaded rules that ftpwall does not understand'),
};
