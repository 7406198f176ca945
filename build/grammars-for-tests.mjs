/** What vitest runs once before all tests. */
import { buildGrammars } from './grammars.mjs';

export async function setup() {
  await buildGrammars();
}
