/** The session that the README shows: typed at a real terminal, in a real network, with the program as it ships. */
import { cpSync, existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Command, sessionSvg } from '../../man/session/svg.ts';
import { exampleFiles } from '../support/readme.ts';
import { atTerminal, withoutProgress } from '../support/terminal.ts';
import { documentedNetworks } from './documented.ts';
import { fileName, startFtpServer } from './ftp/server.ts';
import type { Host } from './host.ts';
import { type Lab, openLab } from './lab.ts';

/** What is typed, where, and what is answered when the program asks. */
const typed: readonly (Omit<Command, 'shown'> & { readonly answers?: readonly (readonly [string, string])[] })[] = [
  { prompt: 'gate:/etc/ftpwall#', words: 'ftpwall check' },
  { prompt: 'gate:/etc/ftpwall#', words: 'sed -i s/dmx/dmz/ rules && ftpwall check' },
  { prompt: 'gate:/etc/ftpwall#', words: 'ftpwall why net fw:203.0.113.2 tcp 21' },
  { prompt: 'gate:/etc/ftpwall#', words: 'ftpwall safe-start', answers: [['?', 'yes']] },
  { prompt: 'outside$', words: `curl -s ftp://203.0.113.2/${fileName} | head -1` },
  { prompt: 'gate:/etc/ftpwall#', words: 'ftpwall hits | grep -e rules: -e announced' },
];

/** Columns of the terminal. */
const width = 100;

/** The picture of the session, recorded now; needs root. */
export async function recordedSvg(): Promise<string> {
  return sessionSvg(await record(), width);
}

/** Types the commands of the session, with one mistake in the example of the README. */
async function record(): Promise<readonly Command[]> {
  const lab = openLab(documentedNetworks);
  try {
    await startFtpServer(lab.host('dmz'), lab.folder, { port: 21 });
    const setUp = machine(lab);
    return typed.map(({ answers = [], ...command }) => {
      const host: Host = command.prompt.startsWith('gate') ? lab.firewall : lab.host('net');
      const words = ['sh', '-c', `${setUp}; ${command.words}`];
      const { shown } = atTerminal(host.command(words), {
        answers,
        env: { COLUMNS: String(width), NODE_EXTRA_CA_CERTS: undefined },
      });
      // A busy machine shows that it is still loading, and that who watches over the load is not done yet.
      return { ...command, shown: withoutProgress(shown).replace(/^ftpwall: (?:loading|waiting)[^\n]*\n/gm, '') };
    });
  } finally {
    lab.close();
  }
}

/** What programs look for in /etc. */
const neededOfEtc = [
  'alternatives',
  'group',
  'hosts',
  'ld.so.cache',
  'nsswitch.conf',
  'passwd',
  'protocols',
  'services',
];

/** What makes the host of a lab a machine with ftpwall: its own /etc and /var/lib, which nobody else sees. */
function machine(lab: Lab): string {
  const at = (name: string) => join(lab.folder, name);
  for (const name of neededOfEtc.filter((each) => existsSync(`/etc/${each}`)))
    cpSync(`/etc/${name}`, at(`etc/${name}`), { recursive: true, verbatimSymlinks: true });
  for (const name of ['etc/ftpwall', 'lib', 'bin']) mkdirSync(at(name), { recursive: true });
  for (const [name, text] of Object.entries(exampleFiles()))
    writeFileSync(at(`etc/ftpwall/${name}`), text.replace('dmz:', 'dmx:'));
  writeFileSync(at('bin/ftpwall'), `#!/bin/sh\nexec node '${process.cwd()}/dist/ftpwall.js' "$@"\n`, { mode: 0o755 });
  return [
    `mount --bind '${at('etc')}' /etc`,
    `mount --bind '${at('lib')}' /var/lib`,
    `PATH='${at('bin')}':$PATH`,
    `stty cols ${width}`,
    'cd /etc/ftpwall',
  ].join(' && ');
}
