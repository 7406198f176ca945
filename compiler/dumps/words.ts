/** The words of a line, as iptables-save quotes them: within `"` a `\` stands before `"` and `\` (xtables_save_string). */
export function wordsOf(line: string): readonly string[] | undefined {
  const words: string[] = [];
  let word: string | undefined;
  let quoted = false;
  for (let at = 0; at < line.length; at += 1) {
    const character = line[at] as string;
    if (quoted && character === '\\' && at + 1 < line.length) {
      at += 1;
      word = (word ?? '') + line[at];
    } else if (character === '"') {
      quoted = !quoted;
      word ??= '';
    } else if (!quoted && /\s/.test(character)) {
      if (word !== undefined) words.push(word);
      word = undefined;
    } else word = (word ?? '') + character;
  }
  if (word !== undefined) words.push(word);
  return quoted ? undefined : words;
}
