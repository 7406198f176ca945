/** Text as HTML. */

/** HTML that holds no text of anybody but us, or text that is escaped. */
export interface Html {
  readonly html: string;
}

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (character) => entities[character] ?? character);
}

/** A template whose holes are escaped, unless they are HTML; lists are put one behind the other. */
export function html(
  parts: TemplateStringsArray,
  ...holes: readonly (string | number | Html | readonly Html[])[]
): Html {
  const texts = holes.map((hole) =>
    typeof hole === 'string' || typeof hole === 'number'
      ? escaped(String(hole))
      : 'html' in hole
        ? hole.html
        : hole.map((each) => each.html).join(''),
  );
  return { html: parts.map((part, index) => `${part}${texts[index] ?? ''}`).join('') };
}

/** What is HTML already: our own style and script. */
export function trusted(text: string): Html {
  return { html: text };
}

/** Data for a block of JSON: no character in it can end the block. */
export function jsonBlock(data: unknown): Html {
  return {
    html: JSON.stringify(data)
      .replace(/</g, '\\u003c')
      .replace(/\u2028/g, '\\u2028')
      .replace(/\u2029/g, '\\u2029'),
  };
}
