import { databaseOpen, openToOutside } from '../../diagnostics/catalogue/holes.ts';
import type { Rule } from '../../model/rule.ts';
import type { Origin } from '../../source.ts';
import { admits, serverPort, singlePorts } from '../ftp/ports.ts';
import type { Law } from '../law.ts';
import { isFromAnybody, outsideZones } from './outside.ts';

/** Databases and the like: whoever connects may read them, or try passwords (IANA, Service Names and Port Numbers). */
const databases: ReadonlyMap<number, string> = new Map([
  [1433, 'Microsoft SQL Server'],
  [1521, 'Oracle'],
  [2375, 'Docker'],
  [2379, 'etcd'],
  [3306, 'MySQL'],
  [5432, 'PostgreSQL'],
  [5984, 'CouchDB'],
  [6379, 'Redis'],
  [9042, 'Cassandra'],
  [9200, 'Elasticsearch'],
  [11211, 'memcached'],
  [27017, 'MongoDB'],
]);

/** Neither everything nor a database is open to the outside. */
export const closedToOutside: Law = (model, { report }) => {
  const outside = new Set(outsideZones(model).map(({ name }) => name));
  const seen = new Set<Origin[number]>();
  const once = (origin: Origin, say: () => void): void => {
    const [line] = origin;
    if (!seen.has(line)) say();
    seen.add(line);
  };
  for (const { verdict, implicit, source, dest, origin, written, rate, connectionLimit } of model.policies) {
    if (verdict.kind !== 'accept' || implicit || !outside.has(source) || outside.has(dest) || rate || connectionLimit)
      continue;
    once(origin, () => report.add(openToOutside(origin, source, written?.dest ?? dest)));
  }
  for (const rule of model.rules.filter(admits)) {
    if (!isFromAnybody(rule.traffic)) continue;
    const pair = rule.pairs.find((each) => outside.has(each.source) && !outside.has(each.dest));
    if (!pair) continue;
    if (isOfEverything(rule)) once(rule.origin, () => report.add(openToOutside(rule.origin, pair.source, pair.dest)));
    const port = [...singlePorts(rule), serverPort(rule) ?? 0].find((each) => databases.has(each));
    if (port !== undefined)
      once(rule.origin, () => report.add(databaseOpen(rule.origin, databases.get(port) ?? '', port, pair.source)));
  }
};

function isOfEverything({ action, traffic }: Rule): boolean {
  const { protocols, dest, rates } = traffic;
  return action.kind === 'accept' && protocols.length === 0 && dest === undefined && rates.length === 0;
}
