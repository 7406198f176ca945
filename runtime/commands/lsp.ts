import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { say } from '../output/output.ts';
import { type Call, type Status, status } from '../verb.ts';

/** The server is a program of its own beside this one: no other verb loads it. */
const program = 'ftpwall-lsp.js';

export async function run(call: Call): Promise<Status> {
  const path = join(dirname(__filename), program);
  if (!existsSync(path)) {
    say(`${path} is missing: it belongs to ftpwall, install it again`);
    return status.refused;
  }
  const { run: serve } = createRequire(__filename)(path) as { readonly run: (state: string) => Promise<Status> };
  return serve(call.options.state);
}
