/** What is asked of a configuration: `why`, `diff`, `plan`, `verify`, `matrix`. */
import { answer, change, mismatch, otherChange, packets, unknownParts } from './parts.ts';
import { list, number, numberOrNull, type OutputSchema, object, oneOf, schema, text, whether } from './words.ts';

export const answersSchemas: readonly OutputSchema[] = [
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
      others: list('other changes: log lines, helpers, marks, rates', otherChange),
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
      others: list('different rules of the tables for what passes below IP', otherChange),
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
];
