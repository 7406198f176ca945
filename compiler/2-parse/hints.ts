/** What is most likely meant by a value that its column cannot hold. */
import type { ValueTypes } from '../language/value-types.ts';
import { spanOf, type TracedText } from '../source.ts';

const address = /^!?(?:\d{1,3}(?:\.\d{1,3}){3}(?:\/\d+)?|\[?[0-9a-f]*:[0-9a-f:]*:[0-9a-f]*\]?(?:\/\d+)?)$/i;

/** A help for a value of a column; undefined where nothing is likely. */
export function hintFor(type: keyof ValueTypes, column: string, value: TracedText): string | undefined {
  const { text } = value;
  const variable = emptyVariable(value);
  if (variable !== undefined)
    return `the variable \`${variable}\` is empty: give it a value in \`params\`, or leave the \`:\` out`;
  return ofType[type]?.(text, column) ?? ofAnyColumn(text, column);
}

type Hint = (text: string, column: string) => string | undefined;

/** By what the column should hold. */
const ofType: Readonly<Partial<Record<keyof ValueTypes, Hint>>> = {
  ports: notPorts,
  protocols: (text) => {
    const [, protocol, port] = /^(tcp|udp|sctp|dccp):([\w-]+)$/i.exec(text) ?? [];
    return protocol === undefined ? undefined : `write two columns, PROTO and DPORT: \`${protocol} ${port}\``;
  },
  rate: (text) => (/^\d+$/.test(text) ? `write the rate without blanks: \`${text}/min\`` : undefined),
  time: (text) => {
    const [, from, to] = /^(\d{1,2}:\d\d)-(\d{1,2}:\d\d)$/.exec(text) ?? [];
    return from === undefined ? undefined : `write \`timestart=${from}&timestop=${to}\``;
  },
  action: (text) =>
    address.test(text) ? `a rule begins with its action and names zones: \`DROP net:${text} all\`` : undefined,
  interfaceName: (text) => (/^[\w.-]+\*$/.test(text) ? `write \`${text.slice(0, -1)}+\`` : undefined),
  snatDest: (text) =>
    address.test(text)
      ? 'SOURCE comes before DEST: write the addresses first, and then the interface; the address for SNAT belongs in parentheses: `SNAT(192.0.2.1)`'
      : undefined,
  endpoint: (text) =>
    /^\d+\/(?:tcp|udp)$/.test(text)
      ? 'ports have columns of their own, PROTO and DPORT: write `tcp 22` after DEST'
      : undefined,
  policyAction: (text) =>
    /^[A-Z]+\(.*\)$/.test(text)
      ? 'a policy has no macro: write `DROP`, `REJECT` or `ACCEPT`, and rules for single services'
      : undefined,
};

function notPorts(text: string, column: string): string | undefined {
  if (address.test(text))
    return column === 'sport'
      ? 'an address that the client asked for belongs into ORIGDEST: write `-` for SPORT, and the address after it'
      : 'an address belongs into SOURCE or DEST, after the zone and `:`';
  if (/^\d+\/(?:s|sec|min|hour|day)/.test(text))
    return 'a rate belongs into RATE, the eighth column: write `-` for those before it';
  const [, first, last] = /^(\d+)\.\.+(\d+)$/.exec(text) ?? [];
  return first === undefined ? undefined : `a range of ports has \`:\`: write \`${first}:${last}\``;
}

/** What is as wrong in one column as in another. */
function ofAnyColumn(text: string, column: string): string | undefined {
  if (/^(?:source|dest|proto|dport|sport|origdest|rate|action)=/i.test(text))
    return `pairs of a column and its value stand in braces: \`{ ${text} }\``;
  const without = text.replace(/,{2,}/g, ',').replace(/^,|,$/g, '');
  if (without !== text && without !== '' && column !== 'options')
    return `remove the comma that has no item: write \`${without}\``;
  return undefined;
}

/** The variable behind the colon that ends a value: it is there in the file, and its value is nothing. */
function emptyVariable(value: TracedText): string | undefined {
  if (!/[:,]$/.test(value.text)) return undefined;
  const { source, end } = spanOf(value);
  return /^\$(?:\w+|\{\w+\})/.exec(source.text.slice(end, end + 80))?.[0];
}
