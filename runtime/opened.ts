/** `open` and `close`: connections that are let through for the time being. */
import { openedSet } from '../compiler/language/names.ts';
import { protocolNumber, servicePort } from './databases.ts';
import { type Change, changeSets, everyHost, type Hosts, noAddress, readHosts } from './dynamic-sets.ts';
import { say } from './output.ts';
import { type Call, type Status, status } from './verb.ts';

/** Opens or closes SOURCE, DEST, and what of them: each `all`, or an address; a protocol, and a port of it. */
export async function changeOpened(call: Call, operation: 'add' | 'delete'): Promise<Status> {
  const [source = '', dest = '', protocol, port] = call.arguments;
  const ends = [source, dest].map((text) => (text === 'all' ? ('all' as const) : readHosts(text)));
  const wrong = [source, dest].find((_, index) => ends[index] === undefined);
  if (wrong !== undefined) return noAddress(wrong);
  const what = readService(protocol, port);
  if (what === undefined) return status.usage;
  const versions = ([4, 6] as const).filter((version) =>
    ends.every((end) => end === 'all' || (end as Hosts).version === version),
  );
  if (versions.length === 0) {
    say('SOURCE and DEST are of different IP versions; nothing was changed');
    return status.usage;
  }
  const changes = versions.map((version): Change => {
    const [from, to] = ends.map((end) => (end === 'all' ? everyHost(version) : (end as Hosts).element));
    return { operation, set: openedSet(version), element: `${from} . ${to} . ${what}` };
  });
  const done = await changeSets(call, changes);
  if (!done) return status.refused;
  const good = done.some((each) => each === 'added' || each === 'again' || each === 'deleted');
  if (good) say(`${call.arguments.join(' ')}: ${operation === 'add' ? 'open until it is closed' : 'closed again'}`);
  else if (done.includes('absent')) say(`${call.arguments.join(' ')}: was not open`);
  else if (done.includes('overlaps'))
    say(`${call.arguments.join(' ')}: something that is open already holds a part of it`);
  else say('the firewall that runs has no such set; it needs DYNAMIC_BLACKLIST=Yes, and the IP version to be compiled');
  return good ? status.done : status.refused;
}

/** Protocol and port as parts of an element; undefined after a message. */
function readService(protocol: string | undefined, port: string | undefined): string | undefined {
  if (protocol === undefined || protocol === 'all') return '0-255 . 0-65535';
  const number = /^\d{1,3}$/.test(protocol) ? Number(protocol) : protocolNumber(protocol);
  if (number === undefined || number > 255) {
    say(`\`${protocol}\` is not a protocol; nothing was changed`);
    return undefined;
  }
  if (port === undefined) return `${number} . 0-65535`;
  const [first = '', last = first] = port.split(/[-:]/);
  const ports = [first, last].map((each) => (/^\d{1,5}$/.test(each) ? Number(each) : servicePort(each, protocol)));
  const [from = 65_536, to = 65_536] = ports;
  if (from <= to && to <= 65_535) return `${number} . ${from === to ? from : `${from}-${to}`}`;
  say(`\`${port}\` is not a port; nothing was changed`);
  return undefined;
}
