/** The type of service in `tcclasses` and `tcfilters`. */
import { serviceOf } from '../marks/mangle-columns.ts';

/**
 * Names of RFC 1349, by the table of shorewall-tcclasses(5): the one bit of each, whatever the others are. The names of
 * iptables, which `mangle` takes, compare all of these bits.
 */
const names: Readonly<Record<string, string>> = {
  'tos-minimize-delay': '0x10/0x10',
  'tos-maximize-throughput': '0x08/0x08',
  'tos-maximize-reliability': '0x04/0x04',
  'tos-minimize-cost': '0x02/0x02',
  'tos-normal-service': '0x00/0x1e',
};

/** A name as `value/mask`; any other text as it is. */
export function serviceWords(text: string): string {
  return names[text.toLowerCase()] ?? text;
}

/** `value[/mask]` or a name as bits of the traffic class; undefined when it is neither. */
export function classServiceOf(text: string): ReturnType<typeof serviceOf> {
  return serviceOf(serviceWords(text));
}
