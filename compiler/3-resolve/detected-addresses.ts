/** `detect` in ORIGDEST, and DETECT_DNAT_IPADDRS: connections to the addresses of the interfaces by which they come. */
import type { HostMatch, Rule, ZonePair } from '../model.ts';
import type { RuleRow } from './rule-row.ts';
import type { Scope } from './scope.ts';

/** The line without `detect`, and whether the addresses are to be detected (rules(5), shorewall.conf(5)). */
export function withoutDetect(
  row: RuleRow,
  target: string | undefined,
  { settings }: Scope,
): { readonly row: RuleRow; readonly detect: boolean } {
  const { origdest, ...cells } = row.cells;
  const [only, ...more] = origdest?.value.items ?? [];
  const asked = only?.kind === 'detect' && more.length === 0 && origdest?.value.except.length === 0;
  const translates = target === 'DNAT' || target === 'REDIRECT';
  if (!asked || !translates) return { row, detect: settings.detectDnatAddresses && target === 'DNAT' && !origdest };
  return { row: { ...row, cells: { ...cells, origdest: undefined } }, detect: settings.detectDnatAddresses };
}

/** The rule for each interface of each source zone; a zone without interfaces (the firewall) asks for any address. */
export function detected(rule: Rule, { zones }: Scope): readonly Rule[] {
  const sources = [...new Set(rule.pairs.map(({ source }) => source))];
  return sources.flatMap((source) => {
    const pairs: readonly ZonePair[] = rule.pairs.filter((pair) => pair.source === source);
    const names = new Set((zones.get(source)?.hosts ?? []).map((group) => group.interface.pattern.name));
    if (names.size === 0) return [{ ...rule, pairs }];
    return [...names].map((name): Rule => {
      const originalDest: HostMatch = { except: [], macs: [], sets: [], runtime: { kind: 'address', interface: name } };
      const versions = rule.traffic.versions.filter((version) => version === 4);
      return { ...rule, pairs, traffic: { ...rule.traffic, originalDest, versions } };
    });
  });
}
