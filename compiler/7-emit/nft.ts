/** The ruleset as text for `nft -f`: one transaction that replaces our table and touches no other. */
import { printElement } from '../ir/elements.ts';
import { cutToBytes, longest, named, quotable, quoted } from '../ir/names.ts';
import type { Chain, FrameTable, HelperObject, Hook, NftRule, NftSet, Ruleset } from '../ir/ruleset.ts';
import type { Origin } from '../source.ts';
import { placesOf } from './places.ts';
import { printPriority } from './priority.ts';
import { printRule } from './rule.ts';

/** How to print: the comment that a rule has for its origin. */
export interface PrintOptions {
  readonly comments?: (origin: Origin) => string;
}

/**
 * The whole ruleset. The first line makes the table when it is missing, so that the second can delete it: nft 1.0.6
 * has no `destroy`.
 */
export function printRuleset(ruleset: Ruleset | FrameTable, { comments = placesOf }: PrintOptions = {}): string {
  const name = `${ruleset.family} ${named(ruleset.table)}`;
  return `table ${name}\ndelete table ${name}\n${printTable(ruleset, { comments })}`;
}

/** Tables for what passes below IP, and how they go when the firewall stops. */
export function printFrames(frames: readonly FrameTable[]): { readonly running: string; readonly stopped: string } {
  const removal = ({ family, table }: FrameTable) =>
    `table ${family} ${named(table)}\ndelete table ${family} ${named(table)}\n`;
  return { running: frames.map((each) => printRuleset(each)).join(''), stopped: frames.map(removal).join('') };
}

/** The table alone, as a listing shows it. */
export function printTable(ruleset: Ruleset | FrameTable, { comments = placesOf }: PrintOptions = {}): string {
  let before: Hook | undefined;
  const chains = ruleset.chains.map((chain) => {
    const text = printChain(chain, before, ruleset.family, (rule) =>
      printRule(rule, ruleset.family, commentOf(rule, comments)),
    );
    before = chain.base ?? before;
    return text;
  });
  const blocks = [
    ...('helpers' in ruleset ? ruleset.helpers.map(printHelper) : []),
    ...('sets' in ruleset ? ruleset.sets.map((set) => printSet(set, comments)) : []),
    ...chains,
  ];
  return `table ${ruleset.family} ${named(ruleset.table)} {\n${blocks.join('\n')}}\n`;
}

/** A chain of a table that the script makes of what it finds. */
export function printLooseChain(chain: Chain): string {
  return printChain(chain, chain.base, 'inet', (rule) => printRule(rule, 'inet', commentOf(rule, placesOf)));
}

function commentOf(rule: NftRule, comments: (origin: Origin) => string): string | undefined {
  const places = rule.comment ?? (rule.origin && comments(rule.origin));
  if (rule.remark === undefined || places === undefined) return places;
  return cutToBytes(`${places} ${quotable(rule.remark)}`, longest.comment);
}

function printHelper({ name, type, protocol }: HelperObject): string {
  return block(`ct helper ${named(name)}`, [`type ${quoted(type, longest.interfaceName)} protocol ${protocol};`]);
}

function printSet(set: NftSet, comments: (origin: Origin) => string): string {
  const flags = [
    set.dynamic ? 'dynamic' : '',
    set.interval ? 'interval' : '',
    set.timeout === undefined ? '' : 'timeout',
  ].filter((flag) => flag !== '');
  const lines = [
    ...comment(set.comment),
    `type ${set.type.join(' . ')}${set.to === undefined ? '' : ` : ${set.to}`}`,
    ...(set.size === undefined ? [] : [`size ${set.size}`]),
    ...(flags.length === 0 ? [] : [`flags ${flags.join(',')}`]),
    ...(set.timeout ? [`timeout ${set.timeout}s`] : []),
    ...(set.counted ? ['counter'] : []),
    ...(set.to === 'verdict' && isListOfLines(set) ? oneLineEach : elementLines)(
      set.elements.map((element) => printElement(element, set, comments)),
    ),
  ];
  return block(`${set.to === undefined ? 'set' : 'map'} ${named(set.name)}`, lines);
}

const lineWidth = 100;

function elementLines(elements: readonly string[]): readonly string[] {
  if (elements.length === 0) return [];
  const oneLine = `elements = { ${elements.join(', ')} }`;
  if (oneLine.length <= lineWidth) return [oneLine];
  const lines: string[] = [];
  let line = '';
  for (const element of elements) {
    if (line !== '' && line.length + element.length + 2 > lineWidth) {
      lines.push(`\t${line}`);
      line = '';
    }
    line += line === '' ? `${element},` : ` ${element},`;
  }
  return ['elements = {', ...lines, `\t${line.slice(0, -1)}`, '}'];
}

/** More elements that no line made stand side by side. */
const mostUnderEachOther = 40;

function isListOfLines({ elements }: NftSet): boolean {
  return elements.length <= mostUnderEachOther || elements.some(({ origin }) => origin !== undefined);
}

/** A line of the configuration is a line of the map. */
function oneLineEach(elements: readonly string[]): readonly string[] {
  return elements.length === 0 ? [] : ['elements = {', ...elements.map((each) => `\t${each},`), '}'];
}

function printChain(
  { name, base, comment: text, rules }: Chain,
  before: Hook | undefined,
  family: (Ruleset | FrameTable)['family'],
  print: PrintRule,
): string {
  const lines = [...(base ? [printHook(base, family)] : []), ...comment(text)];
  const bodies = rules.map((rule) => print(rule));
  const gap = lines.length > 0 && bodies.length > (base ? 0 : 2) ? [''] : [];
  const heading = base && headingOf(base) !== (before && headingOf(before)) ? `\t# ${headingOf(base)}\n` : '';
  return heading + block(`chain ${named(name)}`, [...lines, ...gap, ...bodies]);
}

type PrintRule = (rule: NftRule) => string;

function printHook(hook: Hook, family: (Ruleset | FrameTable)['family']): string {
  // In a bridge the names stand for other numbers.
  const priority = family === 'bridge' ? hook.priority : printPriority(hook);
  return `type ${hook.type} hook ${hook.hook} priority ${priority}; policy ${hook.policy};`;
}

const headings: Readonly<Record<Hook['hook'], string>> = {
  prerouting: 'Everything that arrives, before it is routed',
  input: 'To the firewall itself',
  forward: 'Through the firewall',
  output: 'From the firewall itself',
  postrouting: 'Everything that leaves, after it is routed',
};

function headingOf({ type, hook }: Hook): string {
  if (type !== 'nat') return headings[hook];
  return hook === 'prerouting' || hook === 'output' ? 'Translation of destinations' : 'Translation of sources';
}

function comment(text: string | undefined): readonly string[] {
  return text ? [`comment ${quoted(text, longest.comment)}`] : [];
}

/** A block of the table, its lines indented; empty lines stay empty. */
function block(head: string, lines: readonly string[]): string {
  const body = lines.flatMap((line) => line.split('\n')).map((line) => (line === '' ? '\n' : `\t\t${line}\n`));
  return `\t${head} {\n${body.join('')}\t}\n`;
}
