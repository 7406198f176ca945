import { ports, proto, user } from '../packet-columns.ts';
import { file } from '../schema.ts';

/** Counters, by lines in chains. */
export const accounting = file({
  name: 'accounting',
  summary: 'counters of traffic',
  treatment: 'compiled',
  sections: true,
  inlineMatches: true,
  byVersion: true,
  columns: {
    action: {
      type: 'word',
      required: true,
      doc: '`COUNT`, `DONE`, `ACCOUNT(table,network)`, `NFACCT(name,…)`, `NFLOG(group)`, or a chain, with `:COUNT` or `:JUMP`',
    },
    chain: { type: 'word', doc: 'the chain of the line; the chain of the section when omitted' },
    source: { type: 'snatSource', doc: 'an interface, addresses, or `interface:address`; `any`' },
    dest: { type: 'snatSource', doc: 'an interface, addresses, or `interface:address`; `any`' },
    proto,
    ...ports,
    user,
    mark: { type: 'mark', doc: 'the mark that packets must have' },
    ipsec: { type: 'ipsec', doc: '`in` or `out`, and options of IPsec' },
    headers: { type: 'headers', doc: 'headers of IPv6' },
  },
});
