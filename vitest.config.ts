import { defineConfig } from 'vitest/config';
import { LongestFirst } from './test/support/longest-first.ts';

export default defineConfig({
  test: {
    // The parsers are built, not committed: a fresh clone has none before the first test.
    globalSetup: ['build/grammars-for-tests.mjs', 'build/program-for-tests.mjs'],
    include: ['test/**/*.test.ts'],
    // Machines have other things to do: no test measures time (`npm run bench` does), this only ends what never would.
    testTimeout: 600_000,
    hookTimeout: 600_000,
    // The tests of the kernel mostly wait: two at a time take little more than half of the time of one after the other.
    maxWorkers: 2,
    sequence: { sequencer: LongestFirst },
  },
});
