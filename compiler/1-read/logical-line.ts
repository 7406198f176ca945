/** What stage 1 makes: the lines of a file after continuation, directives and variables. */
import type { LineFeatures } from '../language/line-features.ts';
import type { Origin, Source, TracedText } from '../source.ts';

/** The sections of `rules` (and of `accounting`); a file without sections has all lines in NEW. */
export type Section =
  | 'ALL'
  | 'ESTABLISHED'
  | 'RELATED'
  | 'INVALID'
  | 'UNTRACKED'
  | 'NEW'
  | 'PREROUTING'
  | 'INPUT'
  | 'FORWARD'
  | 'OUTPUT'
  | 'POSTROUTING';

/** Stands in a line for a variable without a value, of which a message was made; no line of a file has this character. */
export const noValue = '\ufffc';

/** One line as its columns will be read: comment stripped, continued, variables expanded. */
export interface LogicalLine {
  readonly text: TracedText;
  readonly section: Section;
  readonly format: 1 | 2 | 3;
  /** The text of the `?COMMENT` in force. */
  readonly comment?: string;
  /** In an action: what log lines call its decisions, where `?SET @disposition` said so. */
  readonly disposition?: string;
  /** The IP version that the line is about; both of the folder when absent. */
  readonly version?: 4 | 6;
}

/** A file of the configuration after stage 1. */
export interface ReadFile {
  readonly name: string;
  readonly source: Source;
  readonly lines: readonly LogicalLine[];
  /** Lines with `noValue` in them: left out, but for what can be judged of them. */
  readonly partial: readonly LogicalLine[];
}

/** Stage 1's result. Absent and empty files are absent from `files`. */
export interface ReadConfiguration {
  readonly files: ReadonlyMap<string, ReadFile>;
  /** The extension scripts (`init`, `start` …) that are there and say something: shell, carried as they are. */
  readonly scripts: ReadonlyMap<string, Source>;
  /** NAME=value lines of the settings file, values without quotes and with variables expanded. */
  readonly settings: readonly SettingLine[];
  /** The settings file: `ftpwall.conf`, `shorewall.conf`, `shorewall6.conf`. */
  readonly settingsSource?: Source;
  /** What `$FW` stands for: the zone of `zones` whose type is `firewall`; `fw` when there is none. */
  readonly firewallZone: string;
  /**
   * Reads a macro or action from the configuration folder, else from the standard library; undefined when there is
   * none. `variables` are those that only this reading sees: an action's `1`, `2`, `0`, and `@` names; `features` are
   * what its directives may say, where that is not what they say in lines of `rules`.
   */
  library(
    kind: 'macro' | 'action',
    name: string,
    variables?: ReadonlyMap<string, string>,
    features?: LineFeatures,
  ): LibraryFile | undefined;
  /** The file that `library` would read, unread; undefined when there is none. */
  libraryFile(
    kind: 'macro' | 'action',
    name: string,
  ): { readonly source: Source; readonly standard: boolean } | undefined;
  /** Every name `library` would find, for near-name suggestions. */
  libraryNames(kind: 'macro' | 'action'): readonly string[];
}

export interface LibraryFile extends ReadFile {
  readonly standard: boolean;
  /** Whether a line asked which IP version is read. */
  readonly byVersion?: true;
  /** What the DEFAULTS line of an action gives for parameters that are left out. More parameters than these are too many. */
  readonly defaults?: readonly TracedText[];
}

/** One NAME=value of the settings file. */
export interface SettingLine {
  readonly name: TracedText;
  readonly value: TracedText;
  readonly origin: Origin;
  /** The IP version that the line is about; both of the folder when absent. */
  readonly version?: 4 | 6;
}
