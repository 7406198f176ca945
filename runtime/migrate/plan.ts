/** What migrate is about to write. */
import type { Note } from './report.ts';
import type { SourceFile } from './source-files.ts';

/** What the new folder is to be. */
export interface Plan {
  readonly kind: 'plan';
  readonly files: ReadonlyMap<string, SourceFile>;
  readonly notes: readonly Note[];
}
