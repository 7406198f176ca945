/** The anchors of a page: of its sections, headings and terms, each once. */
import type { Block, Page, Section, Term } from '../document.ts';

/** What has an anchor. */
export type Anchored = Section | Extract<Block, { readonly kind: 'heading' }> | Term;

/** The anchors of all that has one, in the order of the page. */
export function anchorsOf(page: Page): ReadonlyMap<Anchored, string> {
  const anchors = new Map<Anchored, string>();
  const taken = new Set<string>(['see-also', 'content', 'search', 'results']);
  const give = (thing: Anchored, text: string) => {
    let anchor = anchorOf(text);
    for (let number = 2; taken.has(anchor); number += 1) anchor = `${anchorOf(text)}-${number}`;
    taken.add(anchor);
    anchors.set(thing, anchor);
  };
  for (const section of page.sections) {
    give(section, section.title);
    for (const block of section.blocks) {
      if (block.kind === 'heading') give(block, block.text);
      if (block.kind === 'terms') for (const term of block.terms) give(term, term.term);
    }
  }
  return anchors;
}

/** A text as an anchor. */
export function anchorOf(text: string): string {
  const anchor = text
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '');
  return anchor === '' ? 'place' : anchor;
}
