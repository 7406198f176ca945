/** Interfaces with the option `unmanaged`. */
import type { Match, NftRule } from '../../ir/ruleset.ts';
import { onlyVersions, versionsWith } from '../interfaces/interface-versions.ts';
import { accept, counter } from '../rules/verdicts.ts';
import { type Program, rule } from '../ruleset-builder.ts';

/** What the firewall itself says and hears on interfaces that are not ours to judge. */
export function unmanaged(field: 'iifname' | 'oifname', { model }: Program): readonly NftRule[] {
  if (model.settings.complete) return [];
  return model.interfaces.flatMap((each) => {
    const versions = versionsWith(each, (options) => options.unmanaged, model);
    if (versions.length === 0) return [];
    const matches: readonly Match[] = [
      { kind: 'interface', field, negated: false, interfaces: [each.pattern] },
      ...onlyVersions(versions, model),
    ];
    return [rule(matches, [counter, accept], { origin: each.origin })];
  });
}
