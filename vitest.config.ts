import { configDefaults, defineConfig } from 'vitest/config';

/** Tests that measure time in comparison with Node.js: what else runs would be measured with it. */
const alone = ['test/runtime/speed.test.ts'];

export default defineConfig({
  test: {
    // The parsers are built, not committed: a fresh clone has none before the first test.
    globalSetup: ['build/grammars-for-tests.mjs', 'build/program-for-tests.mjs'],
    // The groups run one after the other.
    projects: [
      { test: { name: 'alone', include: alone, sequence: { groupOrder: 0 } } },
      {
        test: {
          name: 'tests',
          include: ['test/**/*.test.ts'],
          exclude: [...configDefaults.exclude, ...alone],
          sequence: { groupOrder: 1 },
          // Machines have other things to do; what has to be fast says so itself.
          testTimeout: 30_000,
        },
      },
    ],
  },
});
