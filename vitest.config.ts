import { defineConfig } from 'vitest/config';
import { LongestFirst } from './test/support/longest-first.ts';

const all = {
  // Machines have other things to do: no test measures time (`npm run bench` does), this only ends what never would.
  testTimeout: 600_000,
  hookTimeout: 600_000,
  // The tests of the kernel mostly wait: two at a time take little more than half of the time of one after the other.
  maxWorkers: 2,
};

/** Tests that start programs: what one of them leaves behind in its process must not be there for the next. */
const starting = ['kernel', 'fleet', 'oracle', 'packages', 'runtime', 'editor'].map(
  (name) => `test/${name}/**/*.test.ts`,
);

export default defineConfig({
  test: {
    // The parsers are built, not committed: a fresh clone has none before the first test.
    globalSetup: ['build/grammars-for-tests.mjs', 'build/program-for-tests.mjs'],
    sequence: { sequencer: LongestFirst },
    projects: [
      { test: { ...all, name: 'machine', include: starting } },
      // These only compute: to load the compiler anew for each file, and to make it fast again, takes a third of their time.
      { test: { ...all, name: 'text', include: ['test/**/*.test.ts'], exclude: starting, isolate: false } },
    ],
  },
});
