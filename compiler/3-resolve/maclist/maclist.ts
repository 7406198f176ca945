/** The `maclist` file: which hardware addresses may speak on an interface. */
import type { Config } from '../../2-parse/parse.ts';
import { unsupportedMatch } from '../../diagnostics/catalogue/matches.ts';
import { interfaceWithoutMaclist, macAddressMissing } from '../../diagnostics/catalogue/other-files.ts';
import { unknownAction } from '../../diagnostics/catalogue/targets.ts';
import { nearest } from '../../diagnostics/suggest.ts';
import { habits } from '../../language/targets.ts';
import type { Interface } from '../../model/interface.ts';
import type { MacEntry } from '../../model/maclist.ts';
import type { HostMatch } from '../../model/traffic.ts';
import { versionsRead } from '../columns/ip-versions.ts';
import { resolveLog } from '../columns/logging.ts';
import { reportUnknownInterface } from '../columns/unknown-names.ts';
import { remarkOf } from '../rules/rule-row.ts';
import type { Scope } from '../scope.ts';
import { resolveHosts } from '../zones/hosts.ts';
import { interfaceNamed } from '../zones/interfaces.ts';

const actions = {
  ACCEPT: { action: 'accept', audit: false },
  DROP: { action: 'drop', audit: false },
  REJECT: { action: 'reject', audit: false },
  A_ACCEPT: { action: 'accept', audit: true },
  A_DROP: { action: 'drop', audit: true },
  A_REJECT: { action: 'reject', audit: true },
} as const;

const nobody: HostMatch = { except: [], macs: [], sets: [] };

/** Whether anything asks for the hardware addresses of the interface: its option, or that of some hosts behind it. */
function asksForAddresses(entry: Interface, { zones }: Scope): boolean {
  const hosts = [...zones.values()].flatMap((zone) => zone.hosts);
  return (
    Object.values(entry.options).some((options) => options?.maclist) ||
    hosts.some((group) => group.interface.name === entry.name && group.checks?.includes('maclist'))
  );
}

/** Every line of `maclist`, in order. */
export function resolveMaclist(rows: Config['maclist'], scope: Scope): readonly MacEntry[] {
  return rows.flatMap((row) => {
    const { disposition, interface: name, mac, addresses } = row.cells;
    const written = `${name.value.name}${name.value.wildcard ? '+' : ''}`;
    const entry = interfaceNamed(scope.interfaces, written);
    const word = disposition.value.name;
    if (!entry) reportUnknownInterface(name.span, written, scope);
    if (!Object.hasOwn(actions, word))
      scope.report.add(
        unknownAction(
          disposition.span,
          word,
          habits[word.toUpperCase()] ?? nearest(word, Object.keys(actions)) ?? 'ACCEPT',
        ),
      );
    const known = mac ? resolveHosts(mac, mac.value, scope) : nobody;
    const allowed = addresses ? resolveHosts(addresses, addresses.value, scope) : nobody;
    if (!entry || !Object.hasOwn(actions, word) || !known || !allowed) return [];
    if (!mac && !addresses) {
      scope.report.add(macAddressMissing(row.origin));
      return [];
    }
    if (!asksForAddresses(entry, scope)) {
      scope.report.add(interfaceWithoutMaclist(name.span, written));
      return [];
    }
    const hosts: HostMatch = {
      ...known,
      ...allowed,
      macs: known.macs.length > 0 ? known.macs : allowed.macs,
      sets: [...known.sets, ...allowed.sets],
    };
    if (known.ranges || known.runtime || (known.macs.length > 0 && allowed.macs.length > 0)) {
      const why = 'MAC holds hardware addresses, and ADDRESSES those of IP';
      scope.report.add(unsupportedMatch((mac ?? name).span, 'this column', why));
      return [];
    }
    const log = resolveLog(disposition, disposition.value.log, scope.report);
    return [
      {
        ...actions[word as keyof typeof actions],
        interface: entry,
        hosts,
        ...(log ? { log } : {}),
        versions: versionsRead(row.line, scope),
        ...remarkOf(row),
        origin: row.origin,
      },
    ];
  });
}
