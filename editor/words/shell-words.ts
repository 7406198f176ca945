/** Variables: where a line uses one, and where a line of `params` gives one its value. */
import type { Word } from './token.ts';

const variable = /\$(?:([A-Za-z_]\w*)|\{([A-Za-z_]\w*)\})/g;

/** Every `$NAME` and `${NAME}` of a text; the word is the name alone. */
export function variableWords(text: string): readonly Word[] {
  return [...text.matchAll(variable)].map((found): Word => {
    const name = found[1] ?? found[2] ?? '';
    const start = found.index + found[0].indexOf(name);
    return { start, end: start + name.length, kind: 'variable', name };
  });
}

/** The text with each `$NAME` as blanks, so that no part of it is taken for another name. */
export function withoutVariables(text: string): string {
  return text.replace(variable, (whole) => '$'.repeat(whole.length));
}

/** The words of a variable's value that may name zones, `at` characters from the beginning of the line. */
export function valueWords(value: string, variable: string, at: number): readonly Word[] {
  return [...withoutVariables(value).matchAll(/(?<![\w.$:@/-])[A-Za-z]\w*(?![\w.@/-])/g)].map(({ 0: name, index }) => ({
    start: at + index,
    end: at + index + name.length,
    kind: 'zone' as const,
    name,
    maybe: true as const,
    inValueOf: variable,
  }));
}

/** The words of a line of `params`: what it assigns, and what it uses. */
export function shellWords(text: string): readonly Word[] {
  const hash = /^\s*#/.test(text) ? text.indexOf('#') : text.search(/\s#/);
  const code = hash === -1 ? text : text.slice(0, hash);
  const include = /^(\s*(?:INCLUDE|\.)\s+)([^\s#]+)/.exec(code);
  const [, lead = '', name = ''] = /^(\s*(?:export\s+)?)([A-Za-z_]\w*)=/.exec(code) ?? [];
  const words: Word[] = [...variableWords(code)];
  if (name !== '') {
    const from = lead.length + name.length + 1;
    words.push(...valueWords(code.slice(from), name, from));
    words.unshift({ start: lead.length, end: lead.length + name.length, kind: 'variable', name, declares: true });
  }
  if (include?.[1] !== undefined && include[2] !== undefined) {
    const start = include[1].length;
    words.unshift({ start, end: start + include[2].length, kind: 'include', name: include[2] });
  }
  if (hash !== -1) words.push({ start: hash, end: text.length, kind: 'comment', name: '' });
  return words.sort((a, b) => a.start - b.start);
}
