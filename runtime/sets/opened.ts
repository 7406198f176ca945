/** `open` and `close`: connections that are let through for the time being. */

import { openedSet, protocolsWithPorts } from '../../compiler/language/names.ts';
import { everyAddress } from '../../compiler/net/address.ts';
import type { AddressRange } from '../../compiler/net/ranges.ts';
import type { Version } from '../../compiler/net/version.ts';
import { openDatabases } from '../environment/databases.ts';
import { distrust } from '../environment/trust.ts';
import { say } from '../output/output.ts';
import { type Call, type Status, status } from '../verb.ts';
import type { Span } from './boxes.ts';
import { changeSets } from './change.ts';
import { describeElement } from './describe.ts';
import type { Change, Outcome } from './plan.ts';
import { isNearlyEverything, noAddress, readHosts } from './words.ts';

/** Opens or closes SOURCE, DEST, and what of them: each `all`, or an address; a protocol, and a port of it. */
export async function changeOpened(call: Call, operation: 'add' | 'delete'): Promise<Status> {
  const [source = '', dest = '', protocol, port] = call.arguments;
  const ends = [source, dest].map((text) => (text === 'all' ? ('all' as const) : readHosts(text)));
  const wrong = [source, dest].find((_, index) => ends[index] === undefined);
  if (wrong !== undefined) return noAddress(wrong);
  const service = readService(protocol, port);
  if (typeof service === 'string') {
    say(`${service}; nothing was changed`);
    return status.usage;
  }
  const versions = ([4, 6] as const).filter((version) =>
    ends.every((end) => end === 'all' || end?.version === version),
  );
  if (versions.length === 0) {
    say('SOURCE and DEST are of different IP versions; nothing was changed');
    return status.usage;
  }
  const changes = versions.map((version): Change => {
    const hosts = ends.map((end) => (end === 'all' || end === undefined ? everyAddress(version) : end));
    return { operation, set: openedSet(version), spans: [...hosts, service.protocol, service.ports] };
  });
  if (operation === 'add' && !call.options.force && changes.some(opensEverything)) {
    say(
      `${call.arguments.join(' ')}: this opens the machine to everybody; nothing was changed. --force does it all the same`,
    );
    return status.refused;
  }
  const outcomes = await changeSets(call, changes);
  return outcomes ? tell(call, operation, outcomes) : status.refused;
}

/** Every port of a protocol, from (nearly) everywhere to (nearly) everywhere. */
function opensEverything({ set, spans }: Change): boolean {
  const version: Version = set === openedSet(4) ? 4 : 6;
  const [source, dest, protocol, ports] = spans;
  const ends = [source, dest].map((span) => span && ({ version, ...span } satisfies AddressRange));
  if (!ends.every((end) => end && isNearlyEverything(end))) return false;
  if (!protocol || !ports || ports.last - ports.first < 32_768n) return false;
  return [...protocolsWithPorts].some((each) => protocol.first <= BigInt(each) && BigInt(each) <= protocol.last);
}

function tell(call: Call, operation: Change['operation'], outcomes: readonly Outcome[]): Status {
  const what = call.arguments.join(' ');
  const known = outcomes.filter(({ kind }) => kind !== 'no set');
  const others = known.flatMap((outcome) => outcome.others).map(describeElement);
  if (known.length === 0) {
    say('the firewall that runs has no such set; it needs DYNAMIC_BLACKLIST=Yes, and the IP version to be compiled');
    return status.refused;
  }
  if (operation === 'add') {
    say(`${what}: open until it is closed`);
    return status.done;
  }
  const closed = known.some(({ kind }) => kind === 'deleted');
  const still = others.length === 0 ? '' : `; connections also opened by ${others.join(', ')} stay open`;
  say(
    `${what}: ${closed ? 'closed again' : 'not open with these words, nothing to do: see `ftpwall show opens`'}${still}`,
  );
  // What others keep open is not closed, whatever was asked for.
  return closed || others.length === 0 ? status.done : status.refused;
}

interface Service {
  readonly protocol: Span;
  readonly ports: Span;
}

const anyProtocol: Span = { first: 0n, last: 255n };
const anyPort: Span = { first: 0n, last: 65_535n };

/** Protocol and port as spans; why they are none as a clause. */
function readService(protocol = 'all', port: string | undefined): Service | string {
  const number = numberOf(protocol);
  if (protocol !== 'all' && number === undefined) return notProtocol(protocol);
  const span = number === undefined ? anyProtocol : { first: BigInt(number), last: BigInt(number) };
  if (port === undefined) return { protocol: span, ports: anyPort };
  if (number === undefined) return 'a port needs a protocol, such as tcp';
  if (!protocolsWithPorts.has(number)) return `${protocol} has no ports: leave \`${port}\` out, or write a rule`;
  const ports = readPorts(port, protocol);
  return ports === undefined ? `\`${port}\` is not a port or a range of ports` : { protocol: span, ports };
}

/** Why a word is no protocol, with the two words that `8080/tcp` and `tcp:8080` stand for in other tools. */
function notProtocol(text: string): string {
  const [, port, name] = /^([\w-]+)\/(tcp|udp|sctp|dccp)$/.exec(text) ?? [];
  const [, first, second] = /^(tcp|udp|sctp|dccp)[:/]([\w-]+)$/.exec(text) ?? [];
  const meant = name !== undefined ? `${name} ${port}` : first !== undefined ? `${first} ${second}` : undefined;
  if (meant !== undefined) return `\`${text}\` is not a protocol; write two words, \`${meant}\``;
  return /^\d+$/.test(text)
    ? `no protocol has the number ${text}; for a port write \`tcp ${text}\``
    : `\`${text}\` is not a protocol`;
}

function numberOf(protocol: string): number | undefined {
  if (!/^\d{1,3}$/.test(protocol)) return openDatabases(distrust).protocolNumber(protocol);
  return Number(protocol) <= 255 ? Number(protocol) : undefined;
}

/** A port by number or name, or `first-last`, also with a colon. A name may hold hyphens itself. */
function readPorts(text: string, protocol: string): Span | undefined {
  const whole = portOf(text, protocol);
  if (whole !== undefined) return { first: BigInt(whole), last: BigInt(whole) };
  const separator = text.includes(':') ? ':' : '-';
  const words = text.split(separator);
  for (let count = 1; count < words.length; count += 1) {
    const first = portOf(words.slice(0, count).join(separator), protocol);
    const last = portOf(words.slice(count).join(separator), protocol);
    if (first !== undefined && last !== undefined && first <= last) return { first: BigInt(first), last: BigInt(last) };
  }
  return undefined;
}

function portOf(text: string, protocol: string): number | undefined {
  const port = /^\d{1,5}$/.test(text) ? Number(text) : openDatabases(distrust).servicePort(text, protocol);
  return port !== undefined && port <= 65_535 ? port : undefined;
}
