/** Lines that as a whole are written for another program, or for another file: one message each, with the line of ours. */
import { commentSign, foreignLine, lineOfOtherFile } from '../diagnostics/catalogue/parsing.ts';
import type { Diagnostic } from '../diagnostics/message.ts';
import type { FileTable } from '../language/schema.ts';
import { spanOf, type TracedText } from '../source.ts';

const interfaceName = /^[a-z][a-z_-]*\d[\w.@-]*\+?$|^ppp\+$/;
const network = /^!?(?:\d+\.\d+\.\d+\.\d+(?:\/[\d.]+)?|\[?[0-9a-f:]*::[0-9a-f:]*\]?(?:\/\d+)?)$/i;

/** Whether a line that begins with this word is none of another program or file, whatever follows but signs of comments. */
export function beginsOwnLine({ name }: FileTable, first: string): boolean {
  if (name === 'rules' || name === 'blrules')
    return /^[A-Z]/.test(first) && !/^(?:ufw|allow|deny|limit|reject)$/i.test(first);
  return (name !== 'snat' && name !== 'stoppedrules') || !interfaceName.test(nameAndHosts(first)[0] ?? '');
}

/** The message for such a line; undefined for all others. */
export function foreignIn(table: FileTable, line: TracedText): Diagnostic | undefined {
  const { text } = line;
  const sign = /^(?:\/\/|\/\*|--(?=\s)|;(?!;))/.exec(text)?.[0];
  if (sign !== undefined) return commentSign(spanOf(line, 0, sign.length), sign);
  const behind = /\s(\/\/|\/\*)(?=\s|$)/.exec(text);
  if (behind?.[1] !== undefined && !/;;|"/.test(text))
    return commentSign(spanOf(line, behind.index + 1, behind.index + 1 + behind[1].length), behind[1]);
  if (table.name === 'rules' || table.name === 'blrules') return toolOf(line);
  const words = text.split(/\s+/);
  const [first = '', second, third] = words;
  const [name = '', hosts] = nameAndHosts(first);
  if (
    table.name === 'snat' &&
    interfaceName.test(name) &&
    (words.length === 1 || network.test(second ?? '') || interfaceName.test(second ?? ''))
  ) {
    const action = third === undefined || third === '-' ? 'MASQUERADE' : `SNAT(${third})`;
    return lineOfOtherFile(spanOf(line), 'masq', `${action} ${second ?? '-'} ${first}`);
  }
  if (table.name === 'stoppedrules' && interfaceName.test(name) && words.length < 4) {
    const place = second === undefined || second === '-' ? first : `${name}:${hosts ?? second}`;
    return lineOfOtherFile(spanOf(line), 'routestopped', `ACCEPT ${place} -`);
  }
  return undefined;
}

/** The name before the first colon, and what is after it. */
function nameAndHosts(word: string): readonly string[] {
  return word.split(/:(.*)/s);
}

const ufw =
  /^(?:ufw\s+|(?:allow|deny|limit)\s+[a-z][\w-]*$|(?:allow|deny|reject|limit)\s+(?:(?:in|out)\s+)?(?:on\s|from\s|to\s|proto\s|\d+(?:[:,]\d+)*(?:\/(?:tcp|udp))?(?:\s|$)))/i;
const nft =
  /^(?:add\s+rule\s|table\s|chain\s|(?:tcp|udp|ip6?|iif(?:name)?|oif(?:name)?|ct|meta|icmp(?:v6)?)\s.*\b(?:accept|drop|reject|masquerade|dnat|snat|queue)\b)/;
const iptables = /^(?:ip6?tables\s|-[AIDPNFX]\s)/;
const firewalld = /^(?:firewall-cmd\s|rule\s+family=)/;

const tools = [
  { name: 'ufw', pattern: ufw },
  { name: 'nft', pattern: nft },
  { name: 'iptables', pattern: iptables },
  { name: 'firewalld', pattern: firewalld },
];

function toolOf(line: TracedText): Diagnostic | undefined {
  const { text } = line;
  const tool = tools.find(({ pattern }) => pattern.test(text))?.name;
  if (tool === undefined) return undefined;
  const port =
    /(?:--dport |dport | port |^(?:ufw )?\w+ (?:in )?)(\d+(?::\d+)?|(?<=^(?:ufw )?\w+ )[a-z][\w-]*$)|port="?(\d+)/.exec(
      text,
    );
  const verdict = /\b(?:deny|drop)\b/i.test(text) ? 'DROP' : /\breject\b/i.test(text) ? 'REJECT' : 'ACCEPT';
  const protocol = /\budp\b/.test(text) ? 'udp' : 'tcp';
  const from = /(?:(?:-s|--source|saddr|from)\s+)(?!any\b)(\S+)/.exec(text)?.[1];
  const columns = `${verdict} net${from === undefined ? '' : `:${from}`} $FW ${protocol} ${port?.[1] ?? port?.[2] ?? '22'}`;
  return foreignLine(spanOf(line, 0, /^\S*/.exec(text)?.[0].length), tool, columns);
}
