/** The `ecn` file: hosts whose connections say nothing of explicit congestion notification. */
import type { Config } from '../../2-parse/parse.ts';
import type { MangleRule } from '../../model/marks.ts';
import type { HostMatch } from '../../model/traffic.ts';
import { deviceOf } from '../routing/routing-rules.ts';
import type { Scope } from '../scope.ts';
import { resolveHosts } from '../zones/hosts.ts';
import { withoutEcn } from './mangle-actions.ts';

/** A line for what leaves by the interface to the hosts: the packet that begins a connection does not offer it. */
export function mangleOfEcn(rows: Config['ecn'], scope: Scope): readonly MangleRule[] {
  return rows.flatMap((row): readonly MangleRule[] => {
    const device = deviceOf(row.cells.interface, row.cells.interface.value.name, scope);
    const hosts = row.cells.hosts ? resolveHosts(row.cells.hosts, row.cells.hosts.value, scope) : undefined;
    if (device === undefined || (row.cells.hosts && !hosts)) return [];
    const dest: HostMatch = { except: [], macs: [], sets: [], ...hosts, interface: { name: device, wildcard: false } };
    const versions = scope.families.versions.filter(
      (version) => !hosts?.ranges || hosts.ranges.some((range) => range.version === version),
    );
    const traffic = { dest, protocols: [], rates: [], conditions: [], versions };
    return [{ traffic, action: withoutEcn, hook: 'postrouting', first: false, origin: row.origin }];
  });
}
