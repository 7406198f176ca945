/** Statements that the user writes in the words of nft(8), for what the language cannot say. */
import { invariant } from '../../invariant.ts';
import type { StatementKind, StatementOf } from '../kind.ts';

/** Whether the text sets a field of the packet, and can mean nothing else: no verdict, no second statement, no quotes. */
export function isFieldChange(text: string): boolean {
  if (!/^[A-Za-z0-9 ._:/+-]+$/.test(text)) return false;
  const words = text.trim().split(/ +/);
  const at = words.indexOf('set');
  if (at < 2 || words.length !== at + 2) return false;
  return headers.has(words[0] ?? '') && !marks.has(words.slice(0, 2).join(' '));
}

/** What `set` can follow (nft(8), PAYLOAD STATEMENT, META STATEMENT, EXTENSION HEADER STATEMENT). */
const headers: ReadonlySet<string> = new Set(['meta', 'ip', 'ip6', 'tcp', 'udp', 'icmp', 'icmpv6', 'ether', 'vlan']);

/** These have targets of the language, which know whose bits they are. */
const marks: ReadonlySet<string> = new Set(['meta mark']);

/** It stands behind the counter in a rule of its own; nothing that a verdict hangs on is changed by it. */
export const rawStatement: StatementKind<StatementOf<'raw'>> = {
  print({ text }) {
    invariant(isFieldChange(text), `no statement that sets a field: ${text}`);
    return text.trim();
  },
  run: () => undefined,
};
