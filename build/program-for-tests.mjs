/** What vitest runs once before all tests: they use the program as it ships. */
import { build } from './build.mjs';
import { embed } from './embed.mjs';

export async function setup() {
  embed();
  try {
    await build();
  } catch (error) {
    // Tests of single parts are of use while others do not even compile.
    console.error(`dist/ftpwall.js could not be built, tests see the one from before: ${error.message}`);
  }
}
