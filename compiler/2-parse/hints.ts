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
  if (type === 'ports' && address.test(text))
    return column === 'sport'
      ? 'an address that the client asked for belongs into ORIGDEST: write `-` for SPORT, and the address after it'
      : 'an address belongs into SOURCE or DEST, after the zone and `:`';
  if (type === 'interfaceName' && /^[\w.-]+\*$/.test(text)) return `write \`${text.slice(0, -1)}+\``;
  if (type === 'snatDest' && address.test(text))
    return 'SOURCE comes before DEST: write the addresses first, and then the interface';
  if (type === 'endpoint' && /^\d+\/(?:tcp|udp)$/.test(text))
    return 'ports have columns of their own, PROTO and DPORT: write `tcp 22` after DEST';
  if (type === 'policyAction' && /^[A-Z]+\(.*\)$/.test(text))
    return 'a policy has no macro: write `DROP`, `REJECT` or `ACCEPT`, and rules for single services';
  return undefined;
}

/** The variable behind the colon that ends a value: it is there in the file, and its value is nothing. */
function emptyVariable(value: TracedText): string | undefined {
  if (!/[:,]$/.test(value.text)) return undefined;
  const { source, end } = spanOf(value);
  return /^\$(?:\w+|\{\w+\})/.exec(source.text.slice(end, end + 80))?.[0];
}
