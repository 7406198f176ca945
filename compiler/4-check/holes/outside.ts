/** Which zones are the outside: those that private addresses are hidden from, and those whose name says so. */
import type { Model } from '../../model/index.ts';
import type { Traffic } from '../../model/traffic.ts';
import type { Zone } from '../../model/zone.ts';

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

/** Whether packets of everybody in SOURCE are meant: no address, set or condition limits who sends. */
export function isFromAnybody({ source, conditions, events, connectionLimit }: Traffic): boolean {
  return (
    !source?.ranges &&
    !source?.runtime &&
    (source?.sets.length ?? 0) + (source?.macs.length ?? 0) + conditions.length === 0 &&
    events === undefined &&
    connectionLimit === undefined
  );
}
