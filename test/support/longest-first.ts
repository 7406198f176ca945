/**
 * The order of the test files: those that take longest come first, so that at the end no worker has one of them before it
 * while the others have nothing left. vitest goes by what took long before, which a fresh clone does not know.
 */
import { existsSync } from 'node:fs';
import { join, relative } from 'node:path';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** Half of the time of all tests, the longest first. */
const longest: readonly string[] = [
  'kernel/faults/faults',
  'fleet/ansible',
  'kernel/ftp/matrix',
  'properties/fuzz',
  'kernel/waiting',
  'oracle/live/shaping',
  'resolve/rule-forms',
  'kernel/dynamic-sets',
  'kernel/lifecycle-machine',
  'oracle/live/routing',
  'runtime/migrate',
  'fleet/remote',
  'kernel/lifecycle',
  'kernel/moves',
  'kernel/doctor',
  'kernel/called',
  'oracle/random',
  'kernel/opened-paths',
  'oracle/oracle',
  'kernel/cases',
  'runtime/migrate-pairs',
  'oracle/of-shorewall',
  'kernel/faults/lines',
  'kernel/nft-words',
  'oracle/segment-sizes',
  'kernel/providers',
  'kernel/pair',
  'docs/site',
  'kernel/ftp/restarts',
  'kernel/json',
  'kernel/transactions',
  'diagnostics/explain',
].map((name) => `test/${name}.test.ts`);

/** What `sequence.sequencer` of vitest takes. */
export class LongestFirst extends BaseSequencer {
  /** Puts the files in order; a name that no file has any more is a mistake. */
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const { root } = this.ctx.config;
    const gone = longest.filter((name) => !existsSync(join(root, name)));
    if (gone.length > 0) throw new Error(`test/support/longest-first.ts names what is gone: ${gone.join(', ')}`);
    const rank = ({ moduleId }: TestSpecification) => {
      const found = longest.indexOf(relative(root, moduleId));
      return found < 0 ? longest.length : found;
    };
    return (await super.sort(files)).sort((one, other) => rank(one) - rank(other));
  }
}
