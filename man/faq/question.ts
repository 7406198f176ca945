/** Questions that people ask, with answers whose examples and claims the tests try. */
import { type Block, example, type Page, text } from '../document.ts';

/** What `ftpwall why` says of the example: tried by the tests. */
export interface Ask {
  /** The words behind `ftpwall why`. */
  readonly words: string;
  readonly verdict: 'ACCEPT' | 'DROP' | 'REJECT';
  /** Where DNAT sends it: `10.0.2.20:80`. */
  readonly to?: string;
}

export interface Question {
  /** The page on the site is `faq-NAME`. */
  readonly name: string;
  readonly title: string;
  readonly blocks: readonly Block[];
  readonly asks: readonly Ask[];
}

/** Questions of one subject. */
export interface Subject {
  readonly title: string;
  readonly questions: readonly Question[];
}

/** Texts are paragraphs, as they are. */
export function question(name: string, title: string, ...parts: readonly (string | Block | Ask)[]): Question {
  const blocks: Block[] = [];
  const asks: Ask[] = [];
  for (const part of parts) {
    if (typeof part === 'string') blocks.push(text(part));
    else if ('kind' in part) blocks.push(part);
    else asks.push(part);
  }
  if (asks.length > 0) blocks.push(example(asks.map(printAsk).join('\n')));
  return { name, title, blocks, asks };
}

/** Lines of a configuration file; the tests compile them in a firewall with the zones net, loc and dmz. */
export function file(name: string, ...lines: readonly string[]): Block {
  return example(lines.join('\n'), name);
}

/** Lines for the shell, or what it shows. */
export function shell(...lines: readonly string[]): Block {
  return example(lines.join('\n'));
}

export function asks(words: string, verdict: Ask['verdict'], to?: string): Ask {
  return { words, verdict, ...(to !== undefined && { to }) };
}

function printAsk({ words, verdict, to }: Ask): string {
  return `ftpwall why ${words}   # ${verdict}${to === undefined ? '' : ` to ${to}`}`;
}

/** The question as a page of its own. */
export function questionPage({ name, title, blocks }: Question): Page {
  return {
    name: `faq-${name}`,
    section: 7,
    title,
    summary: title,
    sections: [{ title: 'Answer', blocks }],
    seeAlso: ['ftpwall-faq(7)'],
  };
}
