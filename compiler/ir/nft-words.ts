/**
 * Words of nft(8) that the user writes into a rule (`NFT(…)`, `;; nft …`). What they mean nft alone knows; here they are
 * read as far as it takes to know that they stay within their rule, and where their verdict begins.
 */
import type { Version } from '../net/version.ts';

/** A part of the words that cannot stand in a rule. */
export interface Flaw {
  /** Offsets in the text. */
  readonly start: number;
  readonly end: number;
  readonly kind: 'empty' | 'character' | 'quote' | 'bracket' | 'chain' | 'statement' | 'mark';
}

interface Token {
  readonly text: string;
  readonly start: number;
  readonly kind: 'word' | 'quoted' | 'open' | 'close' | 'sign' | 'blank' | 'strange';
}

/**
 * What nft's own scanner takes for one token of these kinds, or for several; never for a part of one (nft(8), LEXICAL
 * CONVENTIONS). `$`, `;`, `#`, `\` and line ends are signs of files, not of rules, and are strange.
 */
const tokens =
  /(?<blank> +)|(?<quoted>"[\x20-\x21\x23\x25-\x5b\x5d-\x7e]*")|(?<word>[A-Za-z0-9_][A-Za-z0-9_.:/*-]*)|(?<open>[{([])|(?<close>[})\]])|(?<sign>[@=!<>&|^~,:+*./%-])|(?<strange>[\s\S])/g;

function tokensOf(text: string): readonly Token[] {
  return [...text.matchAll(tokens)].map(({ 0: found, index, groups = {} }) => {
    const kind = Object.keys(groups).find((name) => groups[name] !== undefined) as Token['kind'];
    return { text: found, start: index, kind };
  });
}

const closing: Readonly<Record<string, string>> = { '{': '}', '(': ')', '[': ']' };

/** Names of chains are ours and change; CONTINUE goes back, and the comment of a rule is its line. */
const ofChains: ReadonlySet<string> = new Set(['jump', 'goto', 'return', 'continue']);
const ofFiles: ReadonlySet<string> = new Set(['comment', 'include', 'define', 'redefine', 'undefine']);

/** The first part that cannot stand in a rule; undefined when all stays within it. */
export function flawOf(text: string): Flaw | undefined {
  const open: Token[] = [];
  const flaw = ({ text: found, start }: Token, kind: Flaw['kind']): Flaw => ({
    start,
    end: start + found.length,
    kind,
  });
  const all = tokensOf(text).filter(({ kind }) => kind !== 'blank');
  for (const [index, token] of all.entries()) {
    if (token.kind === 'strange') return flaw(token, token.text === '"' ? 'quote' : 'character');
    if (token.kind === 'open') open.push(token);
    if (token.kind === 'close' && closing[open.pop()?.text ?? ''] !== token.text) return flaw(token, 'bracket');
    if (token.kind !== 'word') continue;
    if (ofChains.has(token.text)) return flaw(token, 'chain');
    if (ofFiles.has(token.text)) return flaw(token, 'statement');
    const [mark, set] = all.slice(index + 1, index + 3).map((each) => each.text);
    if (token.text === 'ct' && mark === 'mark' && set === 'set') return flaw(token, 'mark');
  }
  const unclosed = open.at(-1);
  if (unclosed) return flaw(unclosed, 'bracket');
  return all.length === 0 ? { start: 0, end: text.length, kind: 'empty' } : undefined;
}

/** What only packets of one IP version have (nft(8), PAYLOAD EXPRESSIONS). */
const ofVersion = {
  4: /\b(?:ip (?:version|hdrlength|dscp|ecn|length|id|frag-off|ttl|protocol|checksum|saddr|daddr|option)|icmp (?:type|code|id|sequence|mtu|gateway)) /,
  6: /\b(?:ip6 (?:version|dscp|ecn|flowlabel|length|nexthdr|hoplimit|saddr|daddr)|icmpv6 (?:type|code|id|sequence|mtu|max-delay)) /,
} as const;

/** The IP version whose packets alone the words can be about; undefined where they name none, or both. */
export function versionIn(text: string): Version | undefined {
  const plain = `${text.replace(/"[^"]*"/g, '""')} `;
  const [four, six] = [ofVersion[4].test(plain), ofVersion[6].test(plain)];
  return four === six ? undefined : four ? 4 : 6;
}

const verdicts: ReadonlySet<string> = new Set(['accept', 'drop', 'reject', 'queue', 'synproxy']);

/** The words before the verdict, and those from it on. A verdict in braces is one of several, and stays with the first. */
export function partAtVerdict(text: string): { readonly before: string; readonly verdict?: string } {
  let depth = 0;
  for (const { kind, text: found, start } of tokensOf(text)) {
    if (kind === 'open') depth += 1;
    if (kind === 'close') depth -= 1;
    if (kind === 'word' && depth === 0 && verdicts.has(found))
      return { before: text.slice(0, start).trim(), verdict: text.slice(start).trim() };
  }
  return { before: text.trim() };
}

/** Whether a packet may leave the rules within these words, where no verdict behind them says so. */
export function decidesInside(text: string): boolean {
  return tokensOf(text).some(({ kind, text: found }) => kind === 'word' && found === 'vmap');
}

/** What `set` can follow and no rule of ours asks for: the fate of the packet hangs on none of these. */
const harmless: ReadonlySet<string> = new Set([
  'ip dscp',
  'ip ecn',
  'ip6 dscp',
  'ip6 ecn',
  'meta priority',
  'meta nftrace',
]);

/** Whether the words set one field, and do nothing else that the fate of a packet could hang on. */
export function isFieldChange(text: string): boolean {
  const words = text.trim().split(/ +/);
  return words.length === 4 && words[2] === 'set' && harmless.has(words.slice(0, 2).join(' '));
}
