/** Elements of sets as people read them. */
import { protocolNumbers } from '../../compiler/language/names.ts';

const nameOf = new Map<string, string>(Object.entries(protocolNumbers).map(([name, number]) => [String(number), name]));

/** What stands for everything in the fields of what is opened: source, destination, protocol, ports. */
const everything = ['0.0.0.0/0', '::/0', '0-255', '0-65535'];

/**
 * An element as its command takes it: of what is opened the words of `ftpwall open`, so that `close` with the same words ends
 * it; of other sets of several fields the fields with blanks between them.
 */
export function describeElement(element: string): string {
  const parts = element.split(' . ');
  if (parts.length < 4) return parts.join(' ');
  const [source = '', dest = '', protocol = '', ports = '', ...more] = parts;
  if (more.length > 0) return parts.join(' ');
  const [from, to, of, at] = [source, dest, nameOf.get(protocol) ?? protocol, ports].map((field) =>
    everything.includes(field) ? 'all' : field,
  );
  const service = at === 'all' ? (of === 'all' ? [] : [of]) : [of, at];
  const ipv6 = source.includes(':') && from === 'all' && to === 'all' ? ['(IPv6)'] : [];
  return [from, to, ...service, ...ipv6].join(' ');
}
