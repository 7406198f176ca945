/** Text of the user inside nft: what can be quoted, what can be a name, and how long it may be. */
import { invariant } from '../invariant.ts';
import { reservedWords } from './reserved-words.ts';

/** The longest texts in bytes (kernel: NF_LOG_PREFIXLEN, NFTNL_UDATA_COMMENT_MAXLEN, IFNAMSIZ, NFT_NAME_MAXLEN). */
export const longest = { logPrefix: 127, comment: 128, interfaceName: 15, name: 127, setName: 31 } as const;

/** The number of bytes that a text takes in UTF-8. */
export function byteLength(text: string): number {
  let bytes = 0;
  for (let at = 0; at < text.length; at += 1) {
    const code = text.codePointAt(at) ?? 0;
    bytes += code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
    if (code >= 0x10000) at += 1; // two code units
  }
  return bytes;
}

/** The longest beginning of a text that fits in `limit` bytes and splits no character. */
export function cutToBytes(text: string, limit: number): string {
  let bytes = 0;
  let kept = '';
  for (const character of text) {
    bytes += byteLength(character);
    if (bytes > limit) break;
    kept += character;
  }
  return kept;
}

/** Whether nft can hold a text between double quotes: it knows no escapes, so no quote and no control character fits. */
export function canQuote(text: string): boolean {
  for (let at = 0; at < text.length; at += 1) if (!fits(text.charCodeAt(at))) return false;
  return true;
}

/** By code: neither a control character nor the quote itself. */
function fits(code: number): boolean {
  return code >= 0x20 && code !== 0x7f && code !== 0x22;
}

/** The text with `?` for each character that cannot stand between double quotes: for comments, which only people read. */
export function quotable(text: string): string {
  return canQuote(text) ? text : [...text].map((character) => (canQuote(character) ? character : '?')).join('');
}

/** Whether a text can be the prefix of log lines: as `canQuote`, and `$` would be taken for a variable of nft. */
export function canBeLogPrefix(text: string): boolean {
  return canQuote(text) && !text.includes('$') && byteLength(text) <= longest.logPrefix;
}

/**
 * Whether a text can name a chain, a set or a helper: nft(8), LEXICAL CONVENTIONS, and none of its own words, which
 * it never takes for a name.
 */
export function canBeName(text: string, limit: number = longest.name): boolean {
  return /^[A-Za-z_.][A-Za-z0-9_./-]*$/.test(text) && text.length <= limit && !reservedWords.has(text);
}

/** The text between double quotes. */
export function quoted(text: string, limit: number): string {
  invariant(canQuote(text), `text that nft cannot quote: ${text}`);
  // A UTF-16 code unit takes three bytes at most.
  invariant(text.length * 3 <= limit || byteLength(text) <= limit, `text longer than ${limit} bytes: ${text}`);
  return `"${text}"`;
}

/** The name as nft takes it, unquoted. */
export function named(text: string): string {
  invariant(canBeName(text), `no name for nft: ${text}`);
  return text;
}
