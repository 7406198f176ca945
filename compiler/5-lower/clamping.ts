/** CLAMPMSS and `mss=`: the segment size that a connection may announce. */
import type { Match, NftRule } from '../ir/ruleset.ts';
import { onlyVersions, versionsWith } from './interface-versions.ts';
import { type Program, rule } from './program.ts';

/** CLAMPMSS and `mss=`: the segment size that a connection may announce (RFC 9293 section 3.7.1). */
export function clampRules({ model }: Program): readonly NftRule[] {
  const syn: Match = { kind: 'tcpFlags', negated: false, mask: ['syn', 'rst'], set: ['syn'] };
  const { clampMss } = model.settings;
  const byInterface = model.interfaces.flatMap((each) => {
    const sizes = new Set(model.families.versions.flatMap((version) => each.options[version]?.mss ?? []));
    return [...sizes].flatMap((size) =>
      (['iifname', 'oifname'] as const).map((field) =>
        rule(
          [
            { kind: 'interface', field, negated: false, interfaces: [each.pattern] },
            ...onlyVersions(
              versionsWith(each, ({ mss }) => mss === size, model),
              model,
            ),
            syn,
          ],
          [{ kind: 'clampMss', size }],
          { origin: each.origin },
        ),
      ),
    );
  });
  return [
    ...byInterface,
    ...(clampMss === undefined ? [] : [rule([syn], [{ kind: 'clampMss', size: clampMss }], { comment: 'CLAMPMSS' })]),
  ];
}
