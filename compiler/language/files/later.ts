import { file } from '../schema.ts';

/**
 * Files whose meaning comes later: routing, marks and shaping. Their names are known and a live line in one of them is
 * an error at its place, so that nothing is left out in silence.
 */
function later<const Name extends string>(name: Name, summary: string) {
  return file({ name, summary, treatment: 'later', columns: {} });
}

export const laterFiles = [
  later('providers', 'several connections to the internet'),
  later('rtrules', 'which traffic uses which provider'),
  later('routes', 'routes of the providers'),
  later('mangle', 'marks on packets'),
  later('tcrules', 'the old spelling of mangle'),
  later('tos', 'type of service'),
  later('tcinterfaces', 'simple traffic shaping'),
  later('tcpri', 'priorities of simple traffic shaping'),
  later('tcdevices', 'traffic shaping: devices'),
  later('tcclasses', 'traffic shaping: classes'),
  later('tcfilters', 'traffic shaping: filters'),
  later('accounting', 'counters'),
  later('proxyarp', 'proxy ARP'),
  later('proxyndp', 'proxy neighbour discovery'),
  later('ecn', 'explicit congestion notification'),
  later('secmarks', 'security marks'),
  later('arprules', 'rules for ARP'),
] as const;
