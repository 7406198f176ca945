/** The program of `ftpwall lsp`: a server on standard input and output, and in its other thread the compiler. */
import { createConnection, ProposedFeatures } from 'vscode-languageserver/node';
import { answerRequests, isBackground } from './analysis/background.ts';
import { Server } from './server.ts';

/** Serves one editor on standard input and output; the process ends with it. `state` is where the applied firewall is kept. */
export function run(state: string): Promise<never> {
  const connection = createConnection(ProposedFeatures.all, process.stdin, process.stdout);
  new Server(connection, { program: __filename, state }).listen();
  // The connection ends the process: with 0 behind `shutdown`, else with 1.
  return new Promise(() => undefined);
}

if (isBackground()) answerRequests();
