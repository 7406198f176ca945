/** The `snat` file: whose packets leave with which address. */
import type { Config } from '../../2-parse/parse.ts';
import { placeIn } from '../../2-parse/value.ts';
import { unknownModifier } from '../../diagnostics/catalogue/actions.ts';
import { unsupportedMatch } from '../../diagnostics/catalogue/matches.ts';
import { noOutboundInterface } from '../../diagnostics/catalogue/translation.ts';
import type { Match } from '../../ir/ruleset.ts';
import type { SnatRule } from '../../model/nat.ts';
import { resolveInterface, resolvePlaces } from '../columns/host-places.ts';
import { behindName } from '../expand/action-lookup.ts';
import type { Scope } from '../scope.ts';
import { takesAddressOfInterface } from './snat-action.ts';
import { sourceLines } from './snat-calls.ts';
import { soundDest } from './snat-line.ts';

type SnatRow = Config['snat'][number];

/** Every line of `snat`, in order. */
export function resolveSnat(rows: Config['snat'], scope: Scope): readonly SnatRule[] {
  return rows.flatMap((row) => resolveRow(row, scope));
}

function resolveRow(row: SnatRow, scope: Scope): readonly SnatRule[] {
  const { action, dest } = row.cells;
  const inward = goesToFirewall(row, scope);
  if (inward === 'mistake') return [];
  const interfaces = inward
    ? []
    : dest.value.interfaces.map(({ provider: _of, ...each }) => resolveInterface(dest, each, scope));
  const provider = providerOf(row, scope);
  const { hosts } = dest.value;
  const together = row.cells.probability !== undefined;
  const places = hosts ? resolvePlaces(dest, { hosts }, scope, { together }) : [undefined];
  if (provider === 'mistake' || interfaces.includes(undefined) || !places?.every((to) => soundDest(dest, to, scope)))
    return [];
  return places.flatMap((to) => {
    const line = { ...row, users: [], ...(to ? { to } : {}) };
    return sourceLines(line, { inward, caller: 'snat' }, scope).map((each) => ({
      ...each,
      traffic: { ...each.traffic, conditions: [...each.traffic.conditions, ...provider] },
      interfaces: interfaces.filter((pattern) => pattern !== undefined),
      before: action.value.modifier === '+',
    }));
  });
}

/** `eth0(ISP2)`: what the routes of that provider lead out, of several that share the interface. */
function providerOf({ cells: { dest } }: SnatRow, { providers, report }: Scope): readonly Match[] | 'mistake' {
  const [named, ...others] = dest.value.interfaces;
  const wanted = dest.value.interfaces.find(({ provider }) => provider)?.provider;
  if (!wanted) return [];
  const found = providers.find(({ name, number }) => name === wanted.name || String(number) === wanted.name);
  const shared = found?.address !== undefined && found.interface === named?.name && found.versions.includes(4);
  if (found && shared && others.length === 0)
    return [{ kind: 'field', field: 'realm', negated: false, ranges: [{ first: found.number, last: found.number }] }];
  const why = 'it must be a provider of IPv4 that shares this one interface: `eth0:192.0.2.1` in `providers`';
  report.add(unsupportedMatch(placeIn(dest, wanted.at), `the provider \`${wanted.name}\``, why));
  return 'mistake';
}

/** Whether DEST is the firewall itself: the packets leave by no interface. */
function goesToFirewall({ cells }: SnatRow, { firewall, report }: Scope): boolean | 'mistake' {
  const { action, dest, user } = cells;
  const named = dest.value.interfaces.find(({ name }) => name === firewall);
  if (!named) return false;
  const why =
    dest.value.interfaces.length > 1
      ? {
          cell: dest,
          what: '`$FW` in a list of interfaces',
          why: 'packets to the firewall leave by none: write a line for them',
        }
      : user && {
          cell: user,
          what: 'USER where DEST is `$FW`',
          why: 'no process of the firewall has sent the packets',
        };
  if (why) report.add(unsupportedMatch(why.cell.span, why.what, why.why));
  else if (action.value.modifier === '+') report.add(unknownModifier(behindName(action), action.value.name, '+', ''));
  else if (takesAddressOfInterface(action.value)) report.add(noOutboundInterface(action.span, action.text.text));
  else return true;
  return 'mistake';
}
