/** Lines whose cells stand in the wrong columns: one message each, with the line as it was meant. */
import { columnsOutOfOrder, columnsWithoutBraces, rateInWords } from '../diagnostics/catalogue/parsing.ts';
import type { Diagnostic } from '../diagnostics/message.ts';
import type { FileTable } from '../language/schema.ts';
import { join, spanOf, type TracedText } from '../source.ts';
import { fits } from './value.ts';

/** The message for such a line; undefined for all others. `isZone` says whether `zones` declares a name. */
export function misplacedIn(
  table: FileTable,
  order: readonly string[],
  cells: readonly TracedText[],
  isZone: (name: string) => boolean,
): Diagnostic | undefined {
  return namesOfColumns(table, order, cells) ?? wordsOfRate(order, cells) ?? otherOrder(table, cells, isZone);
}

/** `ACCEPT source=net dest=$FW`: columns by name stand in braces. */
function namesOfColumns(
  table: FileTable,
  order: readonly string[],
  cells: readonly TracedText[],
): Diagnostic | undefined {
  if (!cells.some(({ text }) => text.includes('='))) return undefined;
  const isPair = ({ text }: TracedText) => /^([a-z]+)=/i.test(text) && columnNamed(table, text) !== undefined;
  const first = cells.findIndex((cell, index) => {
    const type = table.columns[order[index] ?? '']?.type;
    return isPair(cell) && (type === undefined || !fits(type, cell.text));
  });
  if (first === -1) return undefined;
  const pairs = cells.slice(first);
  const before = cells.slice(0, first).map(({ text }) => text);
  const plain = pairs.map(({ text }) => text.replace(/^[a-z]+=/i, ''));
  const inOrder = pairs.every((cell, index) => !isPair(cell) || columnNamed(table, cell.text) === order[first + index]);
  const meant = pairs.every(isPair)
    ? [...before, '{', ...pairs.map(({ text }) => text), '}']
    : inOrder
      ? [...before, ...plain]
      : undefined;
  return columnsWithoutBraces(spanOf(join(pairs)), meant?.map(asWritten).join(' '));
}

function columnNamed(table: FileTable, text: string): string | undefined {
  const name = text.slice(0, text.indexOf('=')).toLowerCase();
  return Object.keys(table.columns).find((column) => column === name || table.columns[column]?.also?.includes(name));
}

const units: Readonly<Record<string, string>> = { s: 'sec', m: 'min', h: 'hour', d: 'day' };

/** `3 per minute`, `3 / min`, `3/minute burst 5`. */
function wordsOfRate(order: readonly string[], cells: readonly TracedText[]): Diagnostic | undefined {
  const at = order.indexOf('rate');
  if (at === -1 || cells.length < at + 2) return undefined;
  const words = cells.slice(at);
  const [, count, unit, burst] =
    /^(\d+)(?: per | ?\/ ?)(s|m|h|d)[a-z]*(?: burst (\d+))?(?: |$)/i.exec(words.map(({ text }) => text).join(' ')) ??
    [];
  if (count === undefined || unit === undefined) return undefined;
  const last = words.findIndex(
    ({ text }) => (burst === undefined ? /^(?:\d*\/)?[smhd][a-z]*$/i : /^\d+$/).test(text) && text !== count,
  );
  const span = spanOf(join(words.slice(0, Math.max(last, 0) + 1)));
  const rate = `${count}/${units[unit.toLowerCase()]}${burst === undefined ? '' : `:${burst}`}`;
  return last < 1 ? undefined : rateInWords(span, rate);
}

const protocols: ReadonlySet<string> = new Set(['tcp', 'udp', 'icmp', 'ipv6-icmp', 'sctp', 'gre', 'esp', 'ah']);
const verdicts: ReadonlySet<string> = new Set(['ACCEPT', 'DROP', 'REJECT']);
const isPort = (text: string) => /^\d+(?:[:,-]\d+)*$/.test(text);

/** Whether a word may be a verdict or a protocol in a column before or after its own. */
export function isOutOfOrder(word: string, index: number): boolean {
  return (index > 0 && verdicts.has(word)) || (index < 3 && protocols.has(word));
}

/** `ACCEPT tcp 80 net $FW`, `SSH ACCEPT net $FW`: columns of rules in the order of another tool. */
function otherOrder(
  table: FileTable,
  cells: readonly TracedText[],
  isZone: (name: string) => boolean,
): Diagnostic | undefined {
  // Lines of macros and actions may begin with DEFAULT or PARAM.
  if (table.name !== 'rules' && table.name !== 'blrules') return undefined;
  // Most lines have neither: this is asked for each of them.
  if (!cells.some(({ text }, index) => isOutOfOrder(text, index))) return undefined;
  const words = cells.map(({ text }) => text);
  const isProtocol = (text = '') => protocols.has(text) && !isZone(text);
  const protocol = words.findIndex(isProtocol);
  const verdict = words.findIndex((text) => verdicts.has(text) && !isZone(text));
  if (verdict === 1 && protocol === -1 && /^[A-Z]\w*$/.test(words[0] ?? ''))
    return columnsOutOfOrder(
      spanOf(join(cells.slice(0, 2))),
      asWritten(`${words[0]}(${words[1]}) ${words.slice(2).join(' ')}`),
    );
  const isTooEarly = protocol > 0 && protocol < 3 && !isProtocolColumn(words[3], isZone);
  if (!isTooEarly && (verdict < 1 || (protocol === -1 && verdict < 2))) return undefined;
  return columnsOutOfOrder(spanOf(join(cells)), inOrder(words, { protocol, verdict }, isProtocol));
}

/** Whether PROTO can hold the word, and it is neither a port nor a zone. */
function isProtocolColumn(text: string | undefined, isZone: (name: string) => boolean): boolean {
  return text === undefined || (!isPort(text) && !isZone(text) && fits('protocols', text));
}

/** The line in the order of rules; undefined where its zones cannot be told. */
function inOrder(
  words: readonly string[],
  { protocol, verdict }: { readonly protocol: number; readonly verdict: number },
  isProtocol: (text: string) => boolean,
): string | undefined {
  const action = verdict === -1 ? 0 : verdict;
  const zones = words.filter(
    (word, index) => index !== action && index !== protocol && !isPort(word) && word !== '-' && !isProtocol(word),
  );
  if (zones.length === 0 || zones.length > 2) return undefined;
  const meant = [words[action], zones[0], zones[1] ?? 'ZONE', words[protocol], words.find(isPort)];
  return asWritten(meant.filter((word) => word !== undefined).join(' '));
}

/** The firewall zone as people write it. */
function asWritten(text: string): string {
  return text.replace(/(?<=^|[ =])fw(?=$|[ :])/g, '$FW');
}
