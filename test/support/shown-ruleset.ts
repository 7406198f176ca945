/** Rulesets as cases show them: without the chains and sets that are the same in a case that shows all. */

/** The part of a ruleset that is about the subject of a case, and the names of what is as in the other one. */
export function shownRuleset(text: string, usual: { readonly name: string; readonly text: string }): string {
  const known = new Set(blocksOf(usual.text));
  const all = blocksOf(text);
  const [same, own] = [all.filter((block) => known.has(block)), all.filter((block) => !known.has(block))];
  if (same.length === 0) return text;
  const head = text.slice(0, text.indexOf('{\n') + 2);
  const names = same.map((block) => /^\t(?:set|map|chain|ct helper) \S+/m.exec(block)?.[0].trim() ?? block).sort();
  const listed = names.map((name) => `#   ${name}\n`).join('');
  return `# As in the case ${usual.name}:\n${listed}${head}${own.join('\n')}}\n`;
}

/** Chains, sets, maps and helpers, each with the comments above it. */
function blocksOf(text: string): readonly string[] {
  const inside = text.slice(text.indexOf('{\n') + 2, text.lastIndexOf('}'));
  return inside.split(/(?<=^\t\}\n)\n/m).filter((block) => block.trim() !== '');
}
