/** ACTION of `mangle`: what each does, where it may act, and where it acts when the line does not say. */
import { parseWithRule } from '../../2-parse/value.ts';
import { badParameter, noEquivalent, unexpectedParameters } from '../../diagnostics/catalogue/targets.ts';
import type { Match, Statement } from '../../ir/ruleset.ts';
import { markNumber } from '../../language/mark-layout.ts';
import { type Cell, withValue } from '../../language/schema.ts';
import type { ActionText, MangleText } from '../../language/values.ts';
import type { MangleAction, MangleChange } from '../../model/marks.ts';
import { parseAddress } from '../../net/address.ts';
import type { TcpFlag } from '../../net/packet-kinds.ts';
import type { Version } from '../../net/version.ts';
import { parametersPlace, resolveTarget } from '../rules/rule-action.ts';
import { newConnections } from '../rules/rule-row.ts';
import { compiles, type Scope } from '../scope.ts';
import { copyAction, markAction, parameterText, wrong } from './mark-values.ts';
import { codePoint, typeOfService } from './service-bits.ts';

/** A chain, as the sign behind an action says it. */
export type ChainSign = 'P' | 'F' | 'O' | 'I' | 'T' | 'R';

/** An action: where it acts by itself (nothing: as the settings say), where it may act, and what it does. */
export interface MangleTarget {
  readonly usual?: ChainSign;
  readonly allowed: readonly ChainSign[];
  /** Also in chains of nat. */
  readonly first?: true;
  readonly parameters: 'none' | 'optional' | 'required';
  readonly make: (cell: Cell<MangleText>, scope: Scope) => MangleAction | undefined;
}

const everywhere = ['P', 'F', 'O', 'I', 'T', 'R'] as const;

function change(...statements: readonly Statement[]): MangleAction {
  return { kind: 'changes', changes: [{ conditions: [], statements }] };
}

function asRule(cell: Cell<MangleText>, scope: Scope): MangleAction | undefined {
  const { chain: _chain, ...value } = cell.value;
  const found = resolveTarget(withValue(cell, value), newConnections, scope);
  if (!found || found.action.kind === 'translate') return undefined;
  return { kind: 'rule', action: found.action };
}

/** TTL and HL: a value, or a step from what it is. */
function hopLimit(version: Version) {
  return (cell: Cell<MangleText>, scope: Scope): MangleAction | undefined => {
    const [, sign = '', digits = ''] = /^([+-]?)(\d{1,3})$/.exec(parameterText(cell)) ?? [];
    const number = digits === '' ? 256 : Number(digits);
    if (number > 255 || (sign !== '' && number === 0)) return wrong(cell, 'a number up to 255, `+n` or `-n`', scope);
    if (!compiles(scope, version)) {
      const word = version === 4 ? 'TTL' : 'HL';
      scope.report.add(noEquivalent(cell.span, word, `${word} is of IPv${version}, which is not compiled here`));
      return undefined;
    }
    if (sign !== '') return { kind: 'hops', version, step: sign === '+' ? number : -number };
    const set: Statement = { kind: 'setField', field: 'hopLimit', version, value: number };
    return { kind: 'changes', changes: [{ version, conditions: [], statements: [set] }] };
  };
}

const syn: Match = { kind: 'tcpFlags', negated: false, mask: ['syn', 'rst'], set: ['syn'] };

/** TCPMSS(size[,all|none|ipsec]): whether packets pass IPsec does not matter, they do not, or they do. */
function segmentSize(cell: Cell<MangleText>, scope: Scope): MangleAction | undefined {
  const [, size = '', which = 'all'] = /^(pmtu|\d{3,5})(?:,(all|none|ipsec))?$/.exec(parameterText(cell)) ?? [];
  if (size === '' || Number(size) > 65535)
    return wrong(cell, 'a size in bytes or `pmtu`, and `all`, `none` or `ipsec`', scope);
  const sealed: readonly Match[] =
    which === 'all' ? [] : [{ kind: 'ipsec', direction: 'out', present: which === 'ipsec' }];
  const statement: Statement = { kind: 'clampMss', size: size === 'pmtu' ? 'path' : Number(size) };
  return { kind: 'changes', changes: [{ conditions: [syn, ...sealed], statements: [statement] }] };
}

/** The bit that leads packets to a local proxy. */
function toProxy({ settings: { marks } }: Scope): Statement {
  return { kind: 'setMark', target: 'packet', mask: marks.proxy, value: marks.proxy };
}

const accepted: Statement = { kind: 'verdict', verdict: { kind: 'accept' } };

/**
 * TPROXY([port][,address]); the form with a mark in front is that of older versions. Without a port, or with 0, the proxy
 * has the one that the packet asks for, without an address the first of the interface it came by (nft_tproxy.c, as
 * xt_TPROXY.c); nft(8) wants one of the two, so a port 0 is written.
 */
function proxied(cell: Cell<MangleText>, scope: Scope): MangleAction | undefined {
  const [port = '', host = '', ...more] = (cell.value.parameters ?? []).map(({ text }) => text);
  const number = port === '' ? 0 : markNumber(port);
  const address = host === '' ? undefined : parseAddress(host);
  if (number === undefined || number > 65535 || more.length > 0 || (host !== '' && !address))
    return wrong(cell, '`port`, `,address` or `port,address`', scope);
  const versions = address ? [address.version] : scope.families.versions;
  const changes = versions.map((version) => ({
    version,
    conditions: [],
    statements: [
      {
        kind: 'tproxy' as const,
        version,
        ...(address ? { address: address.value } : {}),
        ...(number > 0 || !address ? { port: number } : {}),
      },
      toProxy(scope),
      accepted,
    ],
  }));
  return { kind: 'changes', changes };
}

const notSyn: Match = { kind: 'tcpFlags', negated: true, mask: ['fin', 'syn', 'rst', 'ack'], set: ['syn'] };

/** Packets of connections that a local socket has already. */
function diverted(which: 'transparent' | 'any') {
  return (_cell: Cell<MangleText>, scope: Scope): MangleAction => ({
    kind: 'changes',
    changes: [
      {
        conditions: [
          ...(which === 'transparent' ? [notSyn] : []),
          which === 'transparent'
            ? { kind: 'field', field: 'transparent socket', negated: false, ranges: [{ first: 1, last: 1 }] }
            : { kind: 'field', field: 'socket without address', negated: false, ranges: [{ first: 0, last: 0 }] },
        ],
        statements: [toProxy(scope), accepted],
      },
    ],
  });
}

/** CLASSIFY(major:minor), in hexadecimal as tc(8) has it. */
function classified(cell: Cell<MangleText>, scope: Scope): MangleAction | undefined {
  const [, major = '', minor = ''] = /^([0-9a-f]{1,4}):([0-9a-f]{1,4})$/i.exec(parameterText(cell)) ?? [];
  const numbers = [major, minor].map((text) => Number.parseInt(text, 16));
  if (major === '' || numbers.includes(0)) return wrong(cell, 'a class `major:minor` such as `1:11`', scope);
  return change({ kind: 'setPriority', major: numbers[0] ?? 0, minor: numbers[1] ?? 0 });
}

function sticky(cell: Cell<MangleText>, scope: Scope): MangleAction | undefined {
  const text = parameterText(cell);
  const seconds = text === '' ? 300 : Number(text);
  if (!/^\d{0,7}$/.test(text) || seconds === 0) return wrong(cell, 'a number of seconds', scope);
  if (scope.providers.some(({ track }) => track)) return { kind: 'same', seconds };
  scope.report.add(noEquivalent(cell.span, 'SAME', 'no provider has `track`, so there is nothing to stay with'));
  return undefined;
}

function withoutEcnIn(flags: readonly TcpFlag[], said: readonly TcpFlag[]): MangleChange {
  const mask: readonly TcpFlag[] = ['syn', 'ack', 'ecn', 'cwr'];
  const match: Match = { kind: 'tcpFlags', negated: false, mask, set: [...flags, ...said] };
  return { conditions: [match], statements: [{ kind: 'withoutEcn', flags }] };
}

/**
 * The packet that opens a connection does not offer it, and that which answers does not agree (RFC 3168 section 6.1.1), so
 * that nobody uses it later.
 */
export const withoutEcn: MangleAction = {
  kind: 'changes',
  changes: [withoutEcnIn(['syn'], ['ecn', 'cwr']), withoutEcnIn(['syn', 'ack'], ['ecn'])],
};

/** What nothing in nftables does, and what to write instead. */
function refused(why: string) {
  return (cell: Cell<MangleText>, { report }: Scope): undefined => {
    report.add(noEquivalent(cell.span, cell.value.name, why));
  };
}

/** Every action of `mangle` that is built in (shorewall-mangle(5)). */
export const mangleTargets: Readonly<Record<string, MangleTarget>> = {
  MARK: {
    allowed: everywhere,
    first: true,
    parameters: 'required',
    make: (cell, scope) => markAction('packet', cell, scope),
  },
  CONNMARK: {
    allowed: everywhere,
    first: true,
    parameters: 'required',
    make: (cell, scope) => markAction('connection', cell, scope),
  },
  SAVE: {
    allowed: everywhere,
    first: true,
    parameters: 'optional',
    make: (cell, scope) => copyAction('connection', cell, scope),
  },
  RESTORE: {
    allowed: everywhere,
    first: true,
    parameters: 'optional',
    make: (cell, scope) => copyAction('packet', cell, scope),
  },
  CONTINUE: {
    allowed: everywhere,
    first: true,
    parameters: 'none',
    make: () => ({ kind: 'rule', action: { kind: 'return' } }),
  },
  DROP: { allowed: ['P', 'F', 'O', 'T', 'I'], parameters: 'none', make: asRule },
  ACCEPT: { allowed: everywhere, parameters: 'none', make: () => ({ kind: 'rule', action: { kind: 'accept' } }) },
  COUNT: { allowed: everywhere, parameters: 'none', make: () => ({ kind: 'rule', action: { kind: 'count' } }) },
  NFLOG: { allowed: everywhere, parameters: 'optional', make: asRule },
  ADD: { usual: 'P', allowed: everywhere, parameters: 'required', make: asRule },
  DEL: { usual: 'P', allowed: everywhere, parameters: 'required', make: asRule },
  NFT: { allowed: everywhere, parameters: 'required', make: asRule },
  CLASSIFY: { usual: 'T', allowed: ['T', 'F', 'O'], parameters: 'required', make: classified },
  TOS: { allowed: ['P', 'F', 'O', 'T', 'R'], parameters: 'required', make: typeOfService },
  DSCP: { usual: 'T', allowed: ['T', 'P', 'F', 'O'], parameters: 'required', make: codePoint },
  TTL: { usual: 'F', allowed: ['F', 'P', 'T', 'O'], parameters: 'required', make: hopLimit(4) },
  HL: { usual: 'F', allowed: ['F', 'P', 'T', 'O'], parameters: 'required', make: hopLimit(6) },
  TCPMSS: { usual: 'F', allowed: ['F', 'T', 'O'], parameters: 'required', make: segmentSize },
  ECN: {
    usual: 'T',
    allowed: ['T', 'O', 'F'],
    parameters: 'none',
    make: () => withoutEcn,
  },
  TPROXY: { usual: 'R', allowed: ['R', 'P'], parameters: 'optional', make: proxied },
  DIVERT: { usual: 'R', allowed: ['R', 'P'], parameters: 'none', make: diverted('transparent') },
  DIVERTHA: { usual: 'R', allowed: ['R', 'P'], parameters: 'none', make: diverted('any') },
  SAME: { usual: 'P', allowed: ['P', 'O'], parameters: 'optional', make: sticky },
  CHECKSUM: {
    usual: 'T',
    allowed: ['T', 'F', 'O'],
    parameters: 'none',
    make: refused('nothing fills in checksums; switch off the offload of the sender: `ethtool -K DEVICE tx off`'),
  },
  IPMARK: {
    allowed: everywhere,
    parameters: 'optional',
    make: refused('an address cannot become a mark; write a line of MARK for each address'),
  },
  IMQ: {
    allowed: everywhere,
    parameters: 'optional',
    make: refused('IMQ was never in the kernel; write an ifb device into `tcdevices`'),
  },
};

/** What a built-in action does; undefined after a message. */
export function mangleActionOf(cell: Cell<MangleText>, target: MangleTarget, scope: Scope): MangleAction | undefined {
  const { name, parameters } = cell.value;
  if (target.parameters === 'none' && parameters) scope.report.add(unexpectedParameters(parametersPlace(cell), name));
  else if (target.parameters === 'required' && !parameters)
    scope.report.add(badParameter(cell.span, name, '', 'a parameter'));
  else return target.make(cell, scope);
  return undefined;
}

/** The text of an action that stands for another one, read as an action of `mangle`. */
export function readMangleAction(
  text: Cell<unknown>['text'],
  span: Cell<unknown>['span'],
  scope: Scope,
): Cell<MangleText> | undefined {
  const say = () => badParameter(span, 'IPTABLES', text.text, 'a target that ftpwall knows');
  const value = parseWithRule('MangleAction', text, say, scope.report) as MangleText | undefined;
  return value && { value, text, span };
}

/** An action as other files write it: without chain. */
export function asAction(cell: Cell<MangleText>): Cell<ActionText> {
  const { chain: _chain, ...value } = cell.value;
  return withValue(cell, value);
}
