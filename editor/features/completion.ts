/** What may stand at the cursor: by the file, the column, and what was begun. */
import { readdirSync } from 'node:fs';
import { networkInterfaces } from 'node:os';
import { join } from 'node:path';
import { type CompletionItem, CompletionItemKind, type Position } from 'vscode-languageserver/node';
import { helperTable, icmpTypes, icmpv6Types, logLevels, zoneTypes } from '../../compiler/language/names.ts';
import type { FileTable } from '../../compiler/language/schema.ts';
import { type SettingDescription, settings } from '../../compiler/language/settings.ts';
import { targets } from '../../compiler/language/targets.ts';
import type { ValueTypes } from '../../compiler/language/value-types.ts';
import { rangeInLine } from '../places.ts';
import { fileKind } from '../words/file-kinds.ts';
import type { FolderWords, WordFile } from '../words/folder-words.ts';
import { scan } from '../words/scan.ts';
import { actionsOf } from './actions.ts';
import { describeColumn, directives, optionsOf } from './descriptions.ts';
import { callables } from './library-docs.ts';
import { servicePorts } from './services.ts';

/** Where something is completed. */
interface Place {
  readonly words: FolderWords;
  readonly file: WordFile;
  /** The cell up to the cursor. */
  readonly cell: string;
  /** The cells of the line before this one, as they are written. */
  readonly cellsBefore: readonly string[];
}

/** A proposal. */
interface Proposal {
  readonly label: string;
  readonly doc?: string;
  readonly kind: CompletionItemKind;
}

export function completionsAt(
  words: FolderWords,
  file: WordFile,
  { line, character }: Position,
  text: string,
): readonly CompletionItem[] {
  const before = (text.split('\n')[line] ?? '').slice(0, character);
  const [begun = ''] = (/^\s*\??INCLUDE\s/i.test(before) ? /\S*$/ : /[?\w.@%+-]*$/).exec(before) ?? [];
  const range = rangeInLine(line, character - begun.length, character);
  return proposals(words, file, { before, begun, lines: text.split('\n').slice(0, line) }).map(
    ({ label, doc, kind }) => ({
      label,
      kind,
      ...(doc === undefined ? {} : { documentation: { kind: 'markdown', value: doc } }),
      textEdit: { range, newText: label },
    }),
  );
}

interface Written {
  /** The line up to the cursor. */
  readonly before: string;
  /** The word that was begun. */
  readonly begun: string;
  readonly lines: readonly string[];
}

function proposals(words: FolderWords, file: WordFile, { before, begun, lines }: Written): readonly Proposal[] {
  if (/\$\{?\w*$/.test(before)) return variables(words, before);
  if (before.includes('#') || file.kind.kind === 'script' || file.kind.kind === 'params') return [];
  if (/^\s*\?\w*$/.test(before)) return named(directives, CompletionItemKind.Keyword);
  if (/^\s*\??INCLUDE\s+[^\s#]*$/i.test(before)) return plain(includable(words.folder), CompletionItemKind.File);
  if (/^\s*\?SECTION\s+\w*$/i.test(before))
    return plain(['ALL', 'ESTABLISHED', 'RELATED', 'INVALID', 'UNTRACKED', 'NEW']);
  if (file.kind.kind === 'settings') return settingProposals(before);
  if (isNameOfPair(before)) return columnNames(file.kind.table);
  const scanned = scan(file.name, file.kind, [...lines, lineToRead(before, begun)].join('\n')).at(-1);
  const cell = scanned?.cells.at(-1);
  if (!cell || !scanned) return [];
  const place = {
    words,
    file,
    cell: before.slice(cell.start),
    cellsBefore: scanned.cells.slice(0, -1).map(({ start, end }) => before.slice(start, end)),
  };
  const found = byType[cell.type]?.(place) ?? [];
  const isFirst = scanned.cells.length === 1;
  const { table } = file.kind;
  const isEmpty = place.cell === '';
  return [
    ...found,
    ...(isEmpty && !isFirst && !table.columns[cell.column]?.required
      ? [{ label: '-', doc: describeColumn(table, scanned.order, cell.column), kind: CompletionItemKind.Value }]
      : []),
  ];
}

const keyword = CompletionItemKind.Keyword;
const levels = [...Object.keys(logLevels).filter((name) => !/^\d/.test(name)), 'none', 'NFLOG'];

/** The line as it would be read: it ends at the cursor, where a cell is begun, and braces are closed. */
function lineToRead(before: string, begun: string): string {
  const isPair = /[;{]/.test(before) && /(?:=|=>)\s*$/.test(before);
  const cell = begun === '' && (isPair || /\s$|^$/.test(before)) ? 'x' : '';
  return `${before}${cell}${/(?<![$&@%])\{[^}]*$/.test(before) ? ' }' : ''}`;
}

/** What a column of each type may hold. */
const byType: { readonly [Type in keyof ValueTypes]?: (place: Place) => readonly Proposal[] } = {
  zoneType: () => plain(Object.keys(zoneTypes).filter((name) => name !== '-')),
  zoneName: ({ words }) => zones(words),
  zoneNames: ({ words }) => zones(words),
  zoneDeclaration: ({ words, cell }) => (cell.includes(':') ? parents(words, cell) : []),
  zoneSelector: ({ words }) => [...zones(words), ...everywhere],
  endpoint: endpoints,
  interfaceName: ({ words, file }) =>
    file.name === 'interfaces'
      ? plain(Object.keys(networkInterfaces()), CompletionItemKind.Interface)
      : interfaces(words),
  interfaces: ({ words }) => interfaces(words),
  labelledInterfaces: ({ words }) => interfaces(words),
  hostPlace: ({ words }) => interfaces(words),
  snatSource: ({ words }) => interfaces(words),
  snatDest: ({ words }) => interfaces(words),
  masqInterface: ({ words }) => interfaces(words),
  options: ({ file, cell }) => (/=[^,]*$/.test(cell) ? [] : named(optionsOf(file.name), CompletionItemKind.Property)),
  action: actionProposals,
  mangleAction: actionProposals,
  policyAction: ({ cell }) =>
    cell.includes(':')
      ? calls('action')
      : plain(['ACCEPT', 'DROP', 'REJECT', 'CONTINUE', 'QUEUE', 'NFQUEUE', 'NONE', 'BLACKLIST']),
  protocols: () => plain(['tcp', 'udp', 'icmp', 'ipv6-icmp', 'sctp', 'udplite', 'dccp', 'gre', 'esp', 'ah', 'all']),
  ports,
  logLevel: () => plain(levels),
  helper: () => plain(Object.keys(helperTable)),
  trackingAction: () => plain(['NOTRACK', 'CT:helper:', 'CT:notrack', 'DROP', 'LOG:']),
  actionFile: ({ words }) => plain([...words.declared.call.keys()], CompletionItemKind.Function),
  yesNo: () => plain(['Yes', 'No']),
  word: ({ file, cellsBefore }) => (cellsBefore.length === 0 ? named(actionsOf(file.name) ?? {}, keyword) : []),
};

const everywhere: readonly Proposal[] = [
  { label: 'all', doc: 'every zone', kind: CompletionItemKind.Keyword },
  { label: 'any', doc: 'every zone, without regard to zones within others', kind: CompletionItemKind.Keyword },
];

function plain(
  labels: readonly string[],
  kind: CompletionItemKind = CompletionItemKind.EnumMember,
): readonly Proposal[] {
  return labels.map((label) => ({ label, kind }));
}

function named(
  table: Readonly<Record<string, string | { readonly doc: string }>>,
  kind: CompletionItemKind,
): readonly Proposal[] {
  return Object.entries(table).map(([label, doc]) => ({ label, doc: typeof doc === 'string' ? doc : doc.doc, kind }));
}

function zones(words: FolderWords): readonly Proposal[] {
  const own = [...words.declared.zone.keys()].map((label) => ({ label, kind: CompletionItemKind.Module }));
  return [...own, { label: '$FW', doc: 'the firewall itself', kind: CompletionItemKind.Constant }];
}

function interfaces(words: FolderWords): readonly Proposal[] {
  return plain([...words.declared.interface.keys()], CompletionItemKind.Interface);
}

/** The zones that a zone may be a part of: not itself, nor the firewall. */
function parents(words: FolderWords, cell: string): readonly Proposal[] {
  const [name] = cell.split(':');
  return zones(words).filter(({ label }) => ![name, words.firewall, '$FW'].includes(label));
}

function endpoints({ words, cell, file }: Place): readonly Proposal[] {
  const isCaller = /^(?:macro|action)\./.test(file.name);
  if (cell.includes(':')) return interfaces(words);
  return [...zones(words), ...everywhere, ...(isCaller ? plain(['SOURCE', 'DEST', 'PARAM']) : [])];
}

function calls(kind: 'macro' | 'action'): readonly Proposal[] {
  return callables(kind).map(({ name, doc }) => ({ label: name, doc, kind: CompletionItemKind.Function }));
}

function actionProposals({ words, cell, file }: Place): readonly Proposal[] {
  if (/^[^():]+(?:\(.*\))?:\w*$/.test(cell))
    return file.name === 'mangle' ? plain(['P', 'F', 'T', 'I', 'O', 'R']) : plain(levels);
  const ofFile = actionsOf(file.name);
  if (ofFile) return named(ofFile, keyword);
  if (/[(/]/.test(cell)) return plain(['ACCEPT', 'DROP', 'REJECT', 'DNAT', 'REDIRECT', 'CONTINUE', 'LOG']);
  const own = plain([...words.declared.call.keys()], CompletionItemKind.Function);
  const known = new Set(own.map(({ label }) => label));
  const standard = [...named(targets, CompletionItemKind.Keyword), ...calls('macro'), ...calls('action')];
  return [...own, ...standard.filter(({ label }) => !known.has(label))];
}

/** Services of the protocol that stands before; types of messages for ICMP. */
function ports({ cellsBefore }: Place): readonly Proposal[] {
  if (cellsBefore.some((cell) => /^icmp$/i.test(cell))) return plain(Object.keys(icmpTypes));
  if (cellsBefore.some((cell) => /^(?:ipv6-icmp|icmpv6|icmp6)$/i.test(cell))) return plain(Object.keys(icmpv6Types));
  const wanted = cellsBefore.find((cell) => /^(?:tcp|udp|sctp|dccp)\b/i.test(cell))?.toLowerCase();
  const seen = new Set<string>();
  return servicePorts().flatMap(({ name, port, protocol }) => {
    if (seen.has(name) || (wanted !== undefined && !wanted.startsWith(protocol))) return [];
    seen.add(name);
    return [{ label: name, doc: `${port}/${protocol}`, kind: CompletionItemKind.Value }];
  });
}

function variables(words: FolderWords, before: string): readonly Proposal[] {
  const own = plain([...words.declared.variable.keys()], CompletionItemKind.Variable);
  // `${` is closed by the editor or the user.
  return before.endsWith('{')
    ? own
    : [...own, { label: 'FW', doc: 'the firewall zone', kind: CompletionItemKind.Constant }];
}

type Settings = Readonly<Record<string, SettingDescription>>;

function settingProposals(before: string): readonly Proposal[] {
  const [, name, value] = /^\s*(\w*)(=?)/.exec(before) ?? [];
  if (value === '') return named(settings, CompletionItemKind.Property);
  const found = Object.hasOwn(settings, name ?? '') ? (settings as Settings)[name ?? ''] : undefined;
  const kind = found?.value.kind;
  if (kind === 'logLevel') return plain(Object.keys(logLevels).filter((level) => !/^\d/.test(level)));
  return kind === 'actions' ? calls('action') : plain(found?.value.words ?? []);
}

/** Whether a name of a column is begun: behind `;`, or in braces. */
function isNameOfPair(before: string): boolean {
  const at = Math.max(before.search(/;(?!;)/), before.search(/(?<![$&@%])\{/));
  if (at === -1 || before.includes(';;')) return false;
  return /(?:^|[\s,])\w*$/.test(before.slice(at + 1)) && !/[=:>]\s*\w*$/.test(before.slice(at + 1));
}

function columnNames(table: FileTable): readonly Proposal[] {
  return Object.entries(table.columns).map(([name, { doc }]) => ({
    label: name,
    doc,
    kind: CompletionItemKind.Property,
  }));
}

/** Files that a line may include: those beside the file that nothing reads by itself, and those of folders there. */
function includable(folder: string): readonly string[] {
  try {
    return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
      if (entry.isDirectory()) return readdirSync(join(folder, entry.name)).map((name) => `${entry.name}/${name}`);
      return fileKind(entry.name) || /~$|\.bak$/.test(entry.name) ? [] : [entry.name];
    });
  } catch {
    return []; // it is gone, or not ours to read
  }
}
