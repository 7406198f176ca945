/** The `maclist` file: which hardware addresses may speak on an interface. */
import type { Config } from '../2-parse/parse.ts';
import { unknownInterface } from '../diagnostics/catalogue/interfaces.ts';
import { macAddressMissing } from '../diagnostics/catalogue/other-files.ts';
import { unknownAction } from '../diagnostics/catalogue/targets.ts';
import { nearest } from '../diagnostics/suggest.ts';
import { habits } from '../language/targets.ts';
import type { MacEntry } from '../model.ts';
import { resolveHosts } from './hosts.ts';
import { interfaceNamed } from './interfaces.ts';
import { resolveLog } from './logging.ts';
import { ofVersion } from './rule-row.ts';
import type { Scope } from './scope.ts';

const actions = {
  ACCEPT: 'accept',
  DROP: 'drop',
  REJECT: 'reject',
  A_ACCEPT: 'accept',
  A_DROP: 'drop',
  A_REJECT: 'reject',
} as const;

/** Every line of `maclist`, in order. */
export function resolveMaclist(rows: Config['maclist'], scope: Scope): readonly MacEntry[] {
  return rows.flatMap((row) => {
    const { disposition, interface: name, mac, addresses } = row.cells;
    const written = `${name.value.name}${name.value.wildcard ? '+' : ''}`;
    const entry = interfaceNamed(scope.interfaces, written);
    const word = disposition.value.name;
    if (!entry) scope.report.add(unknownInterface(name.span, written, nearest(written, [...scope.interfaces.keys()])));
    if (!Object.hasOwn(actions, word))
      scope.report.add(
        unknownAction(
          disposition.span,
          word,
          habits[word.toUpperCase()] ?? nearest(word, Object.keys(actions)) ?? 'ACCEPT',
        ),
      );
    const macs = mac ? resolveHosts(mac, mac.value, { ...scope, namesInline: 'addresses' }) : undefined;
    const allowed = addresses
      ? resolveHosts(addresses, addresses.value, { ...scope, namesInline: 'addresses' })
      : undefined;
    if (!entry || !Object.hasOwn(actions, word) || (mac && !macs) || (addresses && !allowed)) return [];
    if (!macs?.macs[0] && !allowed?.ranges) {
      scope.report.add(macAddressMissing(row.origin));
      return [];
    }
    const log = resolveLog(disposition, disposition.value.log, scope.report);
    return [
      {
        action: actions[word as keyof typeof actions],
        interface: entry,
        ...(macs?.macs[0] ? { mac: macs.macs[0] } : {}),
        ...(allowed?.ranges ? { addresses: allowed.ranges } : {}),
        ...(log ? { log } : {}),
        ...ofVersion(row.line),
        origin: row.origin,
      },
    ];
  });
}
