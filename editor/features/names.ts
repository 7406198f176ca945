/** Definition, references and renaming: by the words of all files of the folder. */
import { type Location, type Range, ResponseError, type TextEdit } from 'vscode-languageserver/node';
import { reservedZoneNames } from '../../compiler/language/names.ts';
import { pathIn } from '../folder/texts.ts';
import { rangeInLine, uriOf } from '../places.ts';
import type { FolderWords, Occurrence, Thing } from '../words/folder-words.ts';

const invalidParameters = -32602; // JSON-RPC 2.0, "Invalid params"

function rangeOfWord({ line, word }: Occurrence): Range {
  return rangeInLine(line, word.start, word.end);
}

function locationOf(occurrence: Occurrence): Location {
  return { uri: uriOf(occurrence.file.path), range: rangeOfWord(occurrence) };
}

/** Where the thing under the cursor is declared; `library` gives the path of a file of the standard library. */
export function definitionAt(
  words: FolderWords,
  at: Occurrence,
  { folder, library }: { readonly folder: string; readonly library: (name: string) => string | undefined },
): readonly Location[] {
  const { word } = at;
  if (word.kind === 'include') return [{ uri: uriOf(pathIn(folder, word.name)), range: rangeInLine(0, 0, 0) }];
  const thing = words.thingOf(word);
  if (!thing) return [];
  const declared = words.declared[thing.kind].get(thing.name);
  if (declared) return [locationOf(declared)];
  const setting = thing.kind === 'variable' ? words.setting(thing.name) : undefined;
  if (setting) return [locationOf(setting)];
  const path = thing.kind === 'call' ? library(thing.name) : undefined;
  return path === undefined ? [] : [{ uri: uriOf(path), range: rangeInLine(0, 0, 0) }];
}

/** Every place that names the thing under the cursor. */
export function referencesAt(words: FolderWords, at: Occurrence, withDeclaration: boolean): readonly Location[] {
  const thing = words.thingOf(at.word);
  if (!thing) return [];
  return words
    .occurrences(thing)
    .filter(({ word }) => withDeclaration || !word.declares)
    .map(locationOf);
}

/** The same in one file, for marks. */
export function highlightsAt(words: FolderWords, at: Occurrence): readonly { readonly range: Range }[] {
  const thing = words.thingOf(at.word);
  const all = thing ? words.occurrences(thing) : [];
  return all.filter(({ file }) => file === at.file).map((each) => ({ range: rangeOfWord(each) }));
}

/** The word under the cursor when it can be renamed. */
export function renamable(
  words: FolderWords,
  at: Occurrence,
): { readonly range: Range; readonly placeholder: string } | undefined {
  const thing = thingToRename(words, at);
  return thing && { range: rangeOfWord(at), placeholder: thing.name };
}

function thingToRename(words: FolderWords, at: Occurrence): Thing | undefined {
  const thing = words.thingOf(at.word);
  if (thing?.kind !== 'zone' && thing?.kind !== 'variable') return undefined;
  // `$FW` stands for a zone, and stays what it is when that gets another name.
  return at.word.name === thing.name && words.declared[thing.kind].has(thing.name) ? thing : undefined;
}

/** The edits that give the thing under the cursor another name. Throws what the editor shows when it cannot have it. */
export function renameAt(words: FolderWords, at: Occurrence, name: string): { readonly [uri: string]: TextEdit[] } {
  const thing = thingToRename(words, at);
  if (!thing) throw new ResponseError(invalidParameters, 'only zones and variables of this folder can be renamed');
  const reason = refusal(words, thing, name);
  if (reason !== undefined) throw new ResponseError(invalidParameters, reason);
  const changes: { [uri: string]: TextEdit[] } = {};
  for (const occurrence of words.occurrences(thing)) {
    if (occurrence.word.name !== thing.name) continue;
    const uri = uriOf(occurrence.file.path);
    const edits = changes[uri] ?? [];
    changes[uri] = edits;
    edits.push({ range: rangeOfWord(occurrence), newText: name });
  }
  return changes;
}

function refusal(words: FolderWords, { kind, name: old }: Thing, name: string): string | undefined {
  if (name === old) return undefined;
  const shape = kind === 'zone' ? /^[A-Za-z][A-Za-z0-9_]*$/ : /^[A-Za-z_][A-Za-z0-9_]*$/;
  if (!shape.test(name))
    return `\`${name}\` cannot be the name of a ${kind}: use letters, digits and \`_\`, and begin with a letter`;
  if (kind === 'zone' && reservedZoneNames.includes(name)) return `\`${name}\` has a meaning of its own`;
  if (kind === 'variable' && name === 'FW') return '`FW` stands for the firewall zone';
  return words.declared[kind].has(name) ? `there is a ${kind} \`${name}\` already` : undefined;
}
