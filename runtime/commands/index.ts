/** The verbs, in the order in which help and manual list them. */
import type { Argument, Options, Verb } from '../verb.ts';

const folder: Argument = { name: 'DIR', required: false, doc: 'the configuration folder; /etc/ftpwall when left out' };

const compiling: readonly (keyof Options)[] = ['json', 'quiet', 'color', 'allow', 'family'];
const applying: readonly (keyof Options)[] = [...compiling, 'state'];

export const verbs: readonly Verb[] = [
  {
    name: 'check',
    summary: 'compile a configuration and say what is wrong with it',
    description: 'Reads and compiles the configuration and changes nothing. Every mistake is reported in one run.',
    arguments: [folder],
    options: compiling,
    load: () => import('./check.ts'),
  },
  {
    name: 'compile',
    summary: 'write the ruleset or the stand-alone script',
    description:
      'Writes the nftables ruleset (--output), the stand-alone POSIX script (--script), or both. With neither, the ruleset goes to standard output. The script holds everything and needs neither this program nor Node.js.',
    arguments: [folder],
    options: [...compiling, 'output', 'script'],
    load: () => import('./compile.ts'),
  },
  {
    name: 'start',
    summary: 'compile and load the firewall',
    description:
      'Loads the firewall in one step, in place of the one that is loaded. If the system refuses a part of it, everything is put back as it was.',
    arguments: [folder],
    options: applying,
    load: () => import('./start.ts'),
  },
  {
    name: 'restart',
    summary: 'the same as start',
    description: 'Compiles the configuration anew and puts it in the place of the loaded firewall, in one step.',
    arguments: [folder],
    options: applying,
    load: () => import('./restart.ts'),
  },
  {
    name: 'stop',
    summary: 'close the machine except for what stoppedrules allows',
    description:
      'Loads the stopped rules of the firewall that was started last: loopback, established connections and stoppedrules get through. It works even when the configuration is broken.',
    arguments: [folder],
    options: ['state', 'quiet'],
    load: () => import('./stop.ts'),
  },
  {
    name: 'clear',
    summary: 'remove the firewall: the machine is open',
    description: 'Removes our table and nothing else. Nothing is filtered afterwards, except by tables of others.',
    arguments: [folder],
    options: ['state'],
    load: () => import('./clear.ts'),
  },
  {
    name: 'status',
    summary: 'say whether the firewall is running, stopped or cleared',
    description: 'Exit status 0: running; 4: stopped or cleared.',
    arguments: [folder],
    options: ['state', 'json'],
    load: () => import('./status.ts'),
  },
  {
    name: 'explain',
    summary: 'explain a message by its code',
    description: 'Prints the page of a diagnostic: when it is given, why, and what to write instead.',
    arguments: [{ name: 'CODE', required: true, doc: 'what stands in brackets in a message: unknown-zone' }],
    options: [],
    load: () => import('./explain.ts'),
  },
  {
    name: 'version',
    summary: 'print the version',
    description: 'Prints the version of ftpwall.',
    arguments: [],
    options: [],
    load: () => import('./version.ts'),
  },
  {
    name: 'help',
    summary: 'print help on the program or on a verb',
    description: 'Prints help on the program, or on one verb.',
    arguments: [{ name: 'VERB', required: false, doc: 'one of the verbs' }],
    options: [],
    load: () => import('./help.ts'),
  },
];
