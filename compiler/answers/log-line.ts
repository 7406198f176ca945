/** The packet of a line of the kernel log, as a question (kernel: net/netfilter/nf_log_syslog.c). */

import { fits } from '../ir/interfaces.ts';
import type { Model } from '../model/index.ts';
import { holds as isIn, parseAddress } from '../net/address.ts';
import type { TypedQuestion } from './question.ts';

/** The question that a line of the log answers; a text says what the line lacks. */
export function questionOfLog(line: string, model: Model): TypedQuestion | string {
  const fields = new Map([...line.matchAll(/\b([A-Z]+)=(\S*)/g)].map(([, name = '', value = '']) => [name, value]));
  const [source, destination] = [fields.get('SRC'), fields.get('DST')];
  if (!source || !destination) return 'the line has no SRC= and DST=: it is not one that the kernel logs of a packet';
  const from = endOf(fields.get('IN') ?? '', source, model);
  const to = endOf(fields.get('OUT') ?? '', destination, model);
  if (!from) return `no zone has ${source} at interface ${fields.get('IN')}`;
  if (!to) return `no zone has ${destination} at interface ${fields.get('OUT')}`;
  const protocol = fields.get('PROTO')?.toLowerCase();
  const port = fields.get('DPT') ?? icmpOf(fields);
  return {
    from,
    to,
    ...(protocol && { protocol }),
    ...(port !== undefined && { port }),
    ...named('sourcePort', fields.get('SPT')),
    ...named('in', fields.get('IN')),
    ...named('out', fields.get('OUT')),
  };
}

function icmpOf(fields: ReadonlyMap<string, string>): string | undefined {
  const [type, code] = [fields.get('TYPE'), fields.get('CODE')];
  return type === undefined ? undefined : `${type}/${code ?? '0'}`;
}

function named(name: 'sourcePort' | 'in' | 'out', value: string | undefined) {
  return value === undefined || value === '' ? {} : { [name]: value };
}

/** The first zone that has the address at the interface; without an interface the firewall itself. */
function endOf(name: string, text: string, model: Model): string | undefined {
  if (name === '') return `${model.firewall}:${text}`;
  const address = parseAddress(text);
  if (!address) return undefined;
  const found = model.zones.find(({ hosts }) =>
    hosts.some(
      ({ interface: { pattern }, ranges, except, versions }) =>
        fits(pattern, name) &&
        versions.includes(address.version) &&
        (!ranges || isIn(ranges, address.version, address.value)) &&
        !isIn(except, address.version, address.value),
    ),
  );
  return found && `${found.name}:${text}`;
}
