/** The `mangle` file: which packets get which marks and headers, and where on their way. */
import type { Config } from '../../2-parse/parse.ts';
import { placeIn } from '../../2-parse/value.ts';
import { mangleChain } from '../../diagnostics/catalogue/marks.ts';
import { withValue } from '../../language/schema.ts';
import type { HostPlace, MangleText } from '../../language/values.ts';
import type { MangleHook, MangleRule } from '../../model/marks.ts';
import { withFirewall } from '../columns/host-places.ts';
import { withoutRawTarget } from '../iptables/targets.ts';
import { asRuleRow } from '../rules/rule-row.ts';
import type { Scope } from '../scope.ts';
import { asAction, type ChainSign, type MangleTarget, mangleTargets, readMangleAction } from './mangle-actions.ts';
import { type MangleRow, mangleLines } from './mangle-lines.ts';

const hooks: Readonly<Record<ChainSign, MangleHook>> = {
  P: 'prerouting',
  R: 'proxy',
  I: 'input',
  F: 'forward',
  O: 'output',
  T: 'postrouting',
};

/** Chains of nat are met by the first packet of a connection alone. */
const natChains: Readonly<Record<string, MangleHook>> = {
  NP: 'prerouting',
  NI: 'input',
  NO: 'output',
  NT: 'postrouting',
};

/** Every line of `mangle`. */
export function resolveMangle(rows: Config['mangle'], scope: Scope): readonly MangleRule[] {
  return rows.flatMap((row) => {
    const meant = withoutTarget(row, scope);
    const place = meant && placeOf(meant, scope);
    return place ? mangleLines(meant, place.hook, scope).map((line) => ({ ...line, ...place })) : [];
  });
}

/** INLINE and IPTABLES(…) as the action that they stand for. */
function withoutTarget(row: MangleRow, scope: Scope): MangleRow | undefined {
  const { action } = row.cells;
  if (!['INLINE', 'IPTABLES', 'IP6TABLES'].includes(action.value.name)) return row;
  const plain = asAction(action);
  const [only, ...more] = action.value.parameters ?? [];
  if (action.value.name === 'INLINE' && only && more.length === 0) {
    const { chain, at } = action.value;
    return {
      ...row,
      cells: { ...row.cells, action: withValue(action, { ...named(only.text, at), ...(chain ? { chain } : {}) }) },
    };
  }
  const found = withoutRawTarget(asRuleRow({ action: plain }, row), scope, 'mangle');
  if (!found) return undefined;
  const { inlineMatches: _raw, ...rest } = row;
  const meant =
    found.cells.action === plain ? action : readMangleAction(found.cells.action.text, found.cells.action.span, scope);
  const { chain } = action.value;
  if (!meant) return undefined;
  return {
    ...rest,
    ...(found.inlineMatches ? { inlineMatches: found.inlineMatches } : {}),
    cells: { ...row.cells, action: withValue(meant, { ...meant.value, ...(chain ? { chain } : {}) }) },
  };
}

/** `INLINE(MARK(5))` as `MARK(5)`. */
function named(text: string, at: MangleText['at']): MangleText {
  const [, name = '', inside] = /^([A-Z]+)(?:\((.*)\))?$/.exec(text.trim()) ?? [];
  return { name, at, ...(inside === undefined ? {} : { parameters: [{ text: inside, at }] }) };
}

/** Where a line acts; undefined after a message. */
function placeOf({ cells }: MangleRow, scope: Scope): Pick<MangleRule, 'hook' | 'first'> | undefined {
  const { action, source, dest } = cells;
  const target: MangleTarget | undefined = mangleTargets[action.value.name];
  const sign = action.value.chain?.name;
  const allowed = target?.allowed ?? (['P', 'F', 'O', 'I', 'T', 'R'] as const);
  const refuse = (chain: string): undefined => {
    const place = action.value.chain ? placeIn(action, action.value.chain.at) : action.span;
    scope.report.add(mangleChain(place, action.value.name, chain, allowed));
  };
  if (sign !== undefined && Object.hasOwn(natChains, sign)) {
    const hook = natChains[sign] as MangleHook;
    return target?.first ? { hook, first: true } : refuse(sign);
  }
  const usual = target?.usual ?? (scope.settings.marking.inForward ? 'F' : 'P');
  const isFirewall = (place: HostPlace) => withFirewall(place, scope).firewall;
  const fromFirewall = source?.value.some(isFirewall);
  const toFirewall = dest?.value.some(isFirewall);
  const wanted = sign ?? (fromFirewall && usual !== 'T' ? 'O' : toFirewall ? 'I' : usual);
  const chain = fromFirewall && wanted === 'P' ? 'O' : toFirewall && wanted === 'P' ? 'I' : wanted;
  if (!Object.hasOwn(hooks, chain) || !allowed.some((each) => each === chain)) return refuse(chain);
  return { hook: hooks[chain as ChainSign], first: false };
}
