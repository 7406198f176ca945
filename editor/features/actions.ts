/** What the column ACTION of each file may begin with, in files whose actions are not those of `rules`. */
import { targets } from '../../compiler/language/targets.ts';

type Words = Readonly<Record<string, string>>;

const [ACCEPT, DROP] = [targets.ACCEPT.doc, targets.DROP.doc];

const logging: Words = {
  LOG: 'write a line to the log, and go on: `LOG:info`',
  NFLOG: 'hand the packet to the logging daemon of a group, and go on: `NFLOG(1)`',
};

/** By file: snat(5), mangle(5), conntrack(5), stoppedrules(5), accounting(5) of Shorewall; `assertions` are ours. */
const actions: Readonly<Record<string, Words>> = {
  assertions: {
    ACCEPT: 'all of these packets are accepted',
    DROP: 'all of these packets are dropped',
    REJECT: 'all of these packets are rejected',
    DENY: 'all of these packets are dropped or rejected',
  },
  stoppedrules: { ACCEPT, DROP, NOTRACK: 'do not track the connection' },
  snat: {
    MASQUERADE:
      'the source becomes the address that the interface has at the time: `MASQUERADE(:4000-4999)` names ports',
    SNAT: 'the source becomes this address: `SNAT(203.0.113.2)`; `&eth0` and `%eth0` read it from an interface',
    CONTINUE: 'leave the source as it is: no later line translates it',
    ...logging,
  },
  mangle: {
    MARK: 'mark the packet: `MARK(1):F`',
    CONNMARK: 'mark the connection',
    SAVE: 'copy the mark of the packet to the connection',
    RESTORE: 'copy the mark of the connection to the packet',
    CONTINUE: 'no later line of this hook sees the packet',
    ACCEPT,
    DROP,
    CLASSIFY: 'put the packet into a class of shaping: `CLASSIFY(1:11)`',
    TOS: 'set the type of service',
    DSCP: 'set the class of service: `DSCP(EF)`',
    TTL: 'set, raise or lower the hop limit of IPv4',
    HL: 'set, raise or lower the hop limit of IPv6',
    TCPMSS: 'clamp the segment size of TCP',
    ECN: 'take explicit congestion notification away',
    TPROXY: 'hand the connection to a proxy of this machine, its addresses as they are',
    DIVERT: 'let packets of proxied connections stay on this machine',
    SAME: 'connections of one host take the same provider',
    COUNT: 'count the packet',
    ADD: 'put the address into a set',
    DEL: 'take the address out of a set',
    NFLOG: logging.NFLOG ?? '',
    NFT: 'statements of nft, as they are',
  },
  accounting: {
    COUNT: 'count the packet, and go on',
    DONE: 'count the packet; no later line sees it',
    ACCOUNT: 'count by address: `ACCOUNT(table,network)`',
    JUMP: 'go on with the lines of a chain: `JUMP(chain)`',
  },
};

/** The actions of a file with what each does; undefined for a file that has those of `rules`. */
export function actionsOf(file: string): Words | undefined {
  return Object.hasOwn(actions, file) ? actions[file] : undefined;
}
