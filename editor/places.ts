/** Places as the protocol has them: URIs of files, and ranges whose lines and characters count from 0. */
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { Position, Range } from 'vscode-languageserver/node';
import { positionOf, type Source, type Span } from '../compiler/source.ts';

/** The path of a file, or undefined for what is no file: an untitled buffer, a view of a version control system. */
export function pathOf(uri: string): string | undefined {
  try {
    return uri.startsWith('file:') ? fileURLToPath(uri) : undefined;
  } catch {
    return undefined; // a file of another machine
  }
}

export function uriOf(path: string): string {
  return pathToFileURL(path).href;
}

export function rangeOf({ source, start, end }: Span): Range {
  return { start: pointOf(source, start), end: pointOf(source, end) };
}

function pointOf(source: Source, offset: number): Position {
  const { line, column } = positionOf(source, offset);
  return { line: line - 1, character: column - 1 };
}

/** Characters `start` to `end` of a line. */
export function rangeInLine(line: number, start: number, end: number): Range {
  return { start: { line, character: start }, end: { line, character: end } };
}
