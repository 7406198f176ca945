/** What an analysis of a folder found, as plain data: it is made beside the thread that speaks with the editor. */
import type { DiagnosticSeverity, Range } from 'vscode-languageserver/node';
import type { FolderTexts } from '../folder/environment.ts';

/** A place in a file, by its absolute path. */
export interface FilePlace {
  readonly path: string;
  readonly range: Range;
}

/** A message at its place. */
export interface Finding extends FilePlace {
  readonly code: string;
  readonly severity: DiagnosticSeverity;
  readonly message: string;
  readonly related: readonly (FilePlace & { readonly text: string })[];
  /** A change of the text that cures it; one that is not certain is only likely to be what was meant. */
  readonly fix?: FilePlace & { readonly text: string; readonly isCertain: boolean };
  /** The line does nothing. */
  readonly dead: boolean;
}

/** What is known of a zone. */
export interface ZoneFacts {
  readonly name: string;
  readonly kind: string;
  readonly parents: readonly string[];
  /** An interface and the addresses behind it, in words. */
  readonly hosts: readonly string[];
}

/** What a folder comes to. */
export interface Digest {
  readonly findings: readonly Finding[];
  readonly zones: readonly ZoneFacts[];
  /** The variables of `params`. */
  readonly variables: ReadonlyMap<string, string>;
  /** What each line was compiled to, rule by rule: by path, and by line from 0. */
  readonly meanings: ReadonlyMap<string, ReadonlyMap<number, readonly string[]>>;
  /** Whether the whole folder was judged, with its rules; mistakes keep that from being done. */
  readonly isWhole: boolean;
}

/** What is known before anything was compiled, or of a folder that cannot be read. */
export const nothing: Digest = { findings: [], zones: [], variables: new Map(), meanings: new Map(), isWhole: false };

/** What is to be analysed. */
export interface AnalysisRequest extends FolderTexts {
  /** Whether the folder has so much text that its lines are judged part by part at first. */
  readonly isLarge: boolean;
  /** Of a large folder also what needs all rules at once: nobody types. */
  readonly isWhole: boolean;
}
