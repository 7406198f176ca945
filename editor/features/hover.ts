/** What the word under the cursor means. */
import type { Hover, Position } from 'vscode-languageserver/node';
import { logLevels } from '../../compiler/language/names.ts';
import { targets } from '../../compiler/language/targets.ts';
import { explain } from '../../runtime/generated/explain.js';
import type { Digest, Finding } from '../analysis/digest.ts';
import { pathIn } from '../folder/texts.ts';
import { rangeInLine } from '../places.ts';
import type { FolderWords, Occurrence, WordFile } from '../words/folder-words.ts';
import { actionsOf } from './actions.ts';
import { describeCall, describeColumn, describeSetting, directives, optionsOf } from './descriptions.ts';
import { servicePorts } from './services.ts';

/** What is known of the folder. */
export interface Known {
  readonly words: FolderWords;
  readonly digest: Digest;
  /** The messages of the file as they are shown now. */
  readonly findings: readonly Finding[];
  readonly textOf: (path: string) => string | undefined;
}

export function hoverAt(known: Known, file: WordFile, { line, character }: Position): Hover | undefined {
  const at = known.words.wordAt(file.path, line, character);
  const cell = file.lines[line]?.cells.find(({ start, end }) => start <= character && character <= end);
  const parts = [
    at && describeWord(known, at),
    ...describeSettingOfLine(file, line, at),
    cell && describeLevel(known, file, line, cell, character),
    cell && file.kind.kind === 'table' && at?.word.kind !== 'comment'
      ? describeColumn(file.kind.table, file.lines[line]?.order ?? [], cell.column)
      : undefined,
    cell?.type === 'ports' ? describePorts(known, file, line, cell) : undefined,
    ...describeMessages(known, { line, character }),
  ].filter((part) => part !== undefined && part !== '');
  if (parts.length === 0) return undefined;
  const { start, end } = at?.word ?? cell ?? { start: character, end: character };
  return { contents: { kind: 'markdown', value: parts.join('\n\n---\n\n') }, range: rangeInLine(line, start, end) };
}

function describeWord(known: Known, at: Occurrence): string | undefined {
  const { word, file } = at;
  if (word.kind === 'option') {
    const doc = optionsOf(file.name)[word.name]?.doc;
    return doc && `option \`${word.name}\`: ${doc}`;
  }
  if (word.kind === 'setting') {
    const doc = describeSetting(word.name);
    return doc && `setting \`${word.name}\`: ${doc}`;
  }
  if (word.kind === 'directive') {
    const doc = directives[word.name];
    return doc && `\`${word.name}\`: ${doc}`;
  }
  if (word.kind === 'comment') return describeAllowed(known, at);
  return describeThing(known, at);
}

/** A value says little without its setting. */
function describeSettingOfLine(file: WordFile, line: number, at: Occurrence | undefined): readonly string[] {
  if (file.kind.kind !== 'settings' || at?.word.kind === 'setting' || at?.word.kind === 'comment') return [];
  const setting = file.lines[line]?.words.find(({ kind }) => kind === 'setting');
  const doc = setting && describeSetting(setting.name);
  return setting && doc ? [`setting \`${setting.name}\`: ${doc}`] : [];
}

/** The level of `ACCEPT:info`, or of a column of levels. */
function describeLevel(
  { textOf }: Known,
  file: WordFile,
  line: number,
  { start, end, type }: { readonly start: number; readonly end: number; readonly type: string },
  character: number,
): string | undefined {
  if (type !== 'action' && type !== 'logLevel') return undefined;
  const text = (textOf(file.path) ?? '').split('\n')[line]?.slice(start, end) ?? '';
  const found = (type === 'logLevel' ? /^()(\w+)/ : /^([^():]+(?:\(.*\))?:)(\w+)/).exec(text);
  const [, before = '', level = ''] = found ?? [];
  const [first, last] = [start + before.length, start + before.length + level.length];
  if (!Object.hasOwn(logLevels, level) || character < first || character > last) return undefined;
  return `log level \`${level}\`: each packet that the line decides is written to the kernel log at this level (syslog(3)), as LOGLIMIT allows`;
}

function describeThing(known: Known, at: Occurrence): string | undefined {
  const { word, file } = at;
  if (word.kind === 'include') return describeIncluded(known, at);
  const thing = known.words.thingOf(word);
  if (word.kind === 'variable' && word.name !== 'FW') return describeVariable(known, word.name);
  if (thing?.kind === 'zone') return describeZone(known, thing.name);
  if (thing?.kind === 'interface') return describeInterface(known, thing.name);
  if (thing === undefined && word.kind === 'call' && Object.hasOwn(targets, word.name))
    return `\`${word.name}\`: ${describeCall(word.name)}`;
  if (thing?.kind !== 'call') return undefined;
  const action = actionsOf(file.name)?.[thing.name];
  if (action !== undefined) return `\`${thing.name}\`: ${action}`;
  const own = known.words.declared.call.get(thing.name);
  const body = own && own.file !== file ? ownText(known, own) : undefined;
  const doc = body ?? describeCall(thing.name);
  return doc && `\`${thing.name}\`: ${doc}`;
}

function describeIncluded({ textOf, words }: Known, { word }: Occurrence): string {
  const text = textOf(pathIn(words.folder, word.name));
  if (text === undefined) return `file \`${word.name}\`: not there`;
  return `file \`${word.name}\`, read here\n\n\`\`\`ftpwall\n${text.split('\n').slice(0, 20).join('\n')}\n\`\`\``;
}

function ownText({ textOf }: Known, { file }: Occurrence): string | undefined {
  const lines = (textOf(file.path) ?? '').split('\n').slice(0, 20);
  return /^(?:macro|action)\./.test(file.name)
    ? `of this folder\n\n\`\`\`ftpwall\n${lines.join('\n')}\n\`\`\``
    : undefined;
}

function describeZone({ digest, words }: Known, name: string): string {
  const facts = digest.zones.find((zone) => zone.name === name);
  const firewall = name === words.firewall ? ' (the firewall itself, `$FW`)' : '';
  if (!facts)
    return `zone \`${name}\`${firewall}${words.declared.zone.has(name) ? '' : ': no line of `zones` declares it'}`;
  const within = facts.parents.length > 0 ? `, a part of ${facts.parents.map((each) => `\`${each}\``).join(', ')}` : '';
  const hosts = facts.hosts.map((each) => `\n- ${each}`).join('');
  return `zone \`${name}\`${firewall}${within}${hosts === '' ? '' : `\n${hosts}`}`;
}

function describeInterface({ words, textOf }: Known, name: string): string {
  const declared = words.declared.interface.get(name);
  const line = declared && (textOf(declared.file.path) ?? '').split('\n')[declared.line];
  return `interface \`${name}\`${line === undefined ? ': no line of `interfaces` declares it' : `\n\n\`\`\`ftpwall\n${line.trim()}\n\`\`\``}`;
}

function describeVariable({ words, digest, textOf }: Known, name: string): string {
  const value = digest.variables.get(name);
  const places = words.occurrences({ kind: 'variable', name }).filter(({ word }) => word.declares);
  const lines = places
    .slice(0, 5)
    .map(
      ({ file, line }) => `\n- \`${(textOf(file.path) ?? '').split('\n')[line]?.trim()}\` (${file.name}:${line + 1})`,
    );
  const setting =
    value === undefined && lines.length === 0 ? describeSettingAsVariable({ words, textOf }, name) : undefined;
  if (setting !== undefined) return setting;
  const holds = value === undefined ? '' : ` is \`${value}\``;
  return `variable \`$${name}\`${holds}${lines.length === 0 && value === undefined ? ' has no value' : lines.join('')}`;
}

/** Each setting is a variable, too. */
function describeSettingAsVariable(
  { words, textOf }: Pick<Known, 'words' | 'textOf'>,
  name: string,
): string | undefined {
  const doc = describeSetting(name);
  if (doc === undefined) return undefined;
  const place = words.setting(name);
  const line = place && (textOf(place.file.path) ?? '').split('\n')[place.line]?.trim();
  const where = place && line ? `\n- \`${line}\` (${place.file.name}:${place.line + 1})` : '';
  return `variable \`$${name}\`, a setting: ${doc}${where}`;
}

/** `# ftpwall: allow CODE` */
function describeAllowed({ textOf }: Known, { file, line, word }: Occurrence): string | undefined {
  const text = (textOf(file.path) ?? '').split('\n')[line]?.slice(word.start) ?? '';
  const [, codes = ''] = /#\s*ftpwall:\s*allow\s+([\w-]+(?:[\s,]+[\w-]+)*)/.exec(text) ?? [];
  const pages = codes.split(/[\s,]+/).flatMap((code) => pageOf(code) ?? []);
  return pages.length > 0 ? pages.join('\n\n') : undefined;
}

function describeMessages({ findings }: Known, { line, character }: Position): readonly string[] {
  const here = findings.filter(
    ({ range: { start, end } }) =>
      (start.line < line || (start.line === line && start.character <= character)) &&
      (end.line > line || (end.line === line && character <= end.character)),
  );
  return [...new Set(here.map(({ code }) => code))].flatMap((code) => pageOf(code) ?? []);
}

/** What the page of a message says before its examples. */
function pageOf(code: string): string | undefined {
  const pages = explain();
  if (!Object.hasOwn(pages, code)) return undefined;
  const [text = ''] = (pages[code] ?? '').split(/^## (?:Wrong|Right)/m);
  return text
    .replace(/^# (.*)$/m, '**$1**')
    .replace(/^## (.*)$/gm, '*$1*')
    .trim();
}

function describePorts(
  { textOf }: Known,
  file: WordFile,
  line: number,
  { start, end }: { readonly start: number; readonly end: number },
): string | undefined {
  const text = (textOf(file.path) ?? '').split('\n')[line]?.slice(start, end) ?? '';
  const known = servicePorts();
  const found = text.split(/[,:!]/).flatMap((word) => {
    const service = known.find(({ name, port }) => name === word || String(port) === word);
    return service ? [`${service.port} is \`${service.name}\``] : [];
  });
  return found.length > 0 ? found.join(', ') : undefined;
}
