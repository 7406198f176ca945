/** The `snat` file: whose packets leave with which address. */
import type { Config } from '../../2-parse/parse.ts';
import { unknownModifier } from '../../diagnostics/catalogue/actions.ts';
import { unsupportedMatch } from '../../diagnostics/catalogue/matches.ts';
import { noOutboundInterface } from '../../diagnostics/catalogue/translation.ts';
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
  const interfaces = inward ? [] : dest.value.interfaces.map((each) => resolveInterface(dest, each, scope));
  const { hosts } = dest.value;
  const together = row.cells.probability !== undefined;
  const places = hosts ? resolvePlaces(dest, { hosts }, scope, { together }) : [undefined];
  if (interfaces.includes(undefined) || !places?.every((to) => soundDest(dest, to, scope))) return [];
  return places.flatMap((to) => {
    const line = { ...row, users: [], ...(to ? { to } : {}) };
    return sourceLines(line, { inward, caller: 'snat' }, scope).map((each) => ({
      ...each,
      interfaces: interfaces.filter((pattern) => pattern !== undefined),
      before: action.value.modifier === '+',
    }));
  });
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
