/** Which zones are the outside: those that private addresses are hidden from, and those whose name says so. */
import type { Model } from '../../model/index.ts';
import type { Traffic } from '../../model/traffic.ts';
import type { Zone } from '../../model/zone.ts';
import type { AddressRange } from '../../net/ranges.ts';

const outsideNames = /^(?:net|inet|internet|wan\d*|ext|external|extern|outside|public|red|untrusted|world|isp\d*)$/i;

/** The zones that strangers send from. */
export function outsideZones({ zones, snat }: Model): readonly Zone[] {
  const named = zones.filter(({ kind, name }) => kind === 'network' && outsideNames.test(name));
  if (named.length > 0) return named;
  const translated = new Set(snat.flatMap((rule) => rule.interfaces.map((each) => each.name)));
  return zones.filter(
    ({ kind, hosts }) =>
      kind === 'network' &&
      hosts.some(
        (group) =>
          !group.ranges &&
          group.sets.length === 0 &&
          group.ipsec !== 'yes' &&
          translated.has(group.interface.pattern.name),
      ),
  );
}

/** Whether packets of everybody in SOURCE are meant: no address, set or condition limits who sends; `0.0.0.0/0` is everybody of IPv4. */
export function isFromAnybody({ source, conditions, events, connectionLimit }: Traffic): boolean {
  return (
    (!source?.ranges || source.ranges.some(isEverybody)) &&
    !source?.runtime &&
    (source?.sets.length ?? 0) + (source?.macs.length ?? 0) + conditions.length === 0 &&
    events === undefined &&
    connectionLimit === undefined
  );
}

function isEverybody({ version, first, last }: AddressRange): boolean {
  return first === 0n && last === (1n << (version === 4 ? 32n : 128n)) - 1n;
}
