/** Statements that change fields of the packet's header, or where it is queued and delivered. Named fields alone: nft keeps their checksums right. */
import { invariant } from '../../invariant.ts';
import { printAddress } from '../../net/address.ts';
import type { StatementKind, StatementOf } from '../kind.ts';
import { headerOf, versionIs } from '../matches/address.ts';
import { trafficClassParts } from '../matches/packet.ts';

const largestValue = { dscp: 63, ecn: 3, hopLimit: 255 } as const;

export const setFieldStatement: StatementKind<StatementOf<'setField'>> = {
  print({ field, version, value }, context) {
    invariant(value >= 0 && value <= largestValue[field], `no value of ${field}: ${value}`);
    const header = headerOf(version, context);
    if (field === 'hopLimit') return `${header} ${header === 'ip' ? 'ttl' : 'hoplimit'} set ${value}`;
    return `${header} ${field} set ${value}`;
  },
  requires: ({ version }) => [versionIs(version)],
  run({ field, value }, walk) {
    if (field === 'hopLimit') walk.setField('hopLimit', 0xff, value);
    else walk.setField('trafficClass', trafficClassParts[field], field === 'dscp' ? value << 2 : value);
    return undefined;
  },
};

/** No rule of ours asks for it. */
export const setPriorityStatement: StatementKind<StatementOf<'setPriority'>> = {
  print: ({ major, minor }) => `meta priority set ${major.toString(16)}:${minor.toString(16)}`,
  run: () => undefined,
};

/**
 * The rule asks for the SYN, or its answer, with what it says of ECN, so that nothing else is lost. The raw bits of nft 1.0.6 would leave a wrong
 * checksum (measured).
 */
export const withoutEcnStatement: StatementKind<StatementOf<'withoutEcn'>> = {
  print: ({ flags }) => `tcp flags set ${flags.join(' | ')}`,
  needs: () => [{ field: 'protocol', ranges: [{ first: 6, last: 6 }] }],
  run: (_statement, { situation }) => (situation.packet.protocol === 6 ? undefined : { kind: 'break' }),
};

/** The proxy is found or the rule ends; who asks `evaluate` is told of one that listens. */
export const tproxyStatement: StatementKind<StatementOf<'tproxy'>> = {
  print({ version, address, port }, context) {
    invariant(address !== undefined || port !== undefined, 'a proxy without address and port');
    const header = headerOf(version, context);
    const host = address === undefined ? '' : printAddress(version, address);
    const end = version === 6 && address !== undefined && port !== undefined ? `[${host}]` : host;
    return `tproxy ${context.family === 'inet' ? `${header} ` : ''}to ${end}${port === undefined ? '' : `:${port}`}`;
  },
  requires: ({ version }) => [versionIs(version)],
  run: () => undefined,
};
