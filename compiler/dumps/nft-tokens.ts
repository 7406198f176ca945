/** The words of what `nft list ruleset` prints, with their lines. */

/** A word, a sign, or the end of a line. */
export interface Token {
  readonly text: string;
  /** From 1. */
  readonly line: number;
  /** Whether it stood between double quotes. */
  readonly quoted?: true;
}

/** All tokens; the end of a line is `\n`. What follows `#` is a remark. */
export function tokensOf(text: string): readonly Token[] {
  return text.split('\n').flatMap((line, index) => {
    const found: Token[] = [];
    for (const [word] of line.matchAll(/"[^"]*"|#.*|[{},;()]|[!=<>]=|[^\s{},;()"]+/g)) {
      if (word.startsWith('#')) break;
      const isQuoted = word.startsWith('"');
      found.push({
        text: isQuoted ? word.slice(1, -1) : word,
        line: index + 1,
        ...(isQuoted && { quoted: true as const }),
      });
    }
    return [...found, { text: '\n', line: index + 1 }];
  });
}

/** A place in tokens. */
export class Cursor {
  readonly #tokens: readonly Token[];
  at = 0;

  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens;
  }

  get done(): boolean {
    return this.at >= this.#tokens.length;
  }

  /** The text of the next token, or of one after it; empty behind the last. */
  peek(ahead = 0): string {
    return this.#tokens[this.at + ahead]?.text ?? '';
  }

  get line(): number {
    return this.#tokens[this.at]?.line ?? 0;
  }

  get isQuoted(): boolean {
    return this.#tokens[this.at]?.quoted === true;
  }

  take(): string {
    const text = this.peek();
    this.at += 1;
    return text;
  }

  /** All tokens that are left. */
  rest(): readonly Token[] {
    const left = this.#tokens.slice(this.at);
    this.at = this.#tokens.length;
    return left;
  }

  /** Takes the next tokens if they are these. */
  takes(...words: readonly string[]): boolean {
    if (!words.every((word, ahead) => this.peek(ahead) === word)) return false;
    this.at += words.length;
    return true;
  }

  /** The tokens of a block whose `{` has been taken, without its `}`; `keepsLines`: with the ends of lines. */
  block(keepsLines: boolean): readonly Token[] {
    const inner: Token[] = [];
    let depth = 1;
    while (!this.done) {
      const token = this.#tokens[this.at] as Token;
      this.at += 1;
      if (token.text === '{' && !token.quoted) depth += 1;
      if (token.text === '}' && !token.quoted) depth -= 1;
      if (depth === 0) break;
      if (token.text !== '\n' || keepsLines) inner.push(token);
    }
    return inner;
  }
}
