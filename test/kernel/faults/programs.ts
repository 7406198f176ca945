/**
 * Faults: a verb is run once undisturbed while wrappers in PATH note each program that is called, and then again and
 * again with one thing going wrong at one of these calls. What ships knows nothing of this.
 */
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { findProgram } from '../programs.ts';

/** What goes wrong. `before` and `after` tell whether the program has done its work by then. */
export const kinds = [
  'kill ftpwall before',
  'kill ftpwall after',
  'kill group before',
  'kill group after',
  'kill the program before',
  'kill the program after',
  'hang up group before',
  'hang up group after',
  'the program fails',
  'kill script before',
  'kill script after',
  'kill script and watchdog after',
] as const;

export type Kind = (typeof kinds)[number];

const wrapped = [
  'nft',
  'cat',
  'mv',
  'rm',
  'ln',
  'mkdir',
  'readlink',
  'awk',
  'setsid',
  'modprobe',
  'sync',
  'ip',
  'tc',
  'grep',
] as const;

/** A program called by a verb: the `number`-th of all. */
export interface Step {
  readonly number: number;
  readonly call: string;
}

export interface Wrappers {
  /** Goes before the rest of PATH. */
  readonly folder: string;
  /** Arms a fault, or with no argument only notes the calls. */
  arm(fault?: { readonly kind: Kind; readonly step: number }): void;
  /** The calls since the last arming. Those of the watching process are not among them. */
  steps(): readonly Step[];
}

/** Wrappers that act on the process group whose number stands in the file `leader` beside the folder. */
export function makeWrappers(folder: string): Wrappers {
  mkdirSync(folder);
  const log = join(folder, 'log');
  const armed = join(folder, 'armed');
  for (const name of wrapped) {
    // Where there are no modules modprobe(8) may be missing; it is only asked.
    const real = findProgram(name)?.path ?? (name === 'modprobe' ? '/bin/true' : undefined);
    if (real === undefined) continue;
    writeFileSync(join(folder, name), wrapper(name, real, folder));
    chmodSync(join(folder, name), 0o755);
  }
  return {
    folder,
    arm(fault) {
      writeFileSync(log, '');
      writeFileSync(armed, fault === undefined ? '' : `${fault.step} ${fault.kind}\n`);
    },
    steps() {
      const lines = readFileSync(log, 'utf8').split('\n').slice(0, -1);
      return lines.map((call, index) => ({ number: index + 1, call }));
    },
  };
}

/** The process group is that of the test's shell, whose child is ftpwall, whose child is the script. */
function wrapper(name: string, real: string, folder: string): string {
  return `#!/bin/sh
read -r own comm state parent group rest </proc/$$/stat
read -r leader <${folder}/../leader
if [ "$group" != "$leader" ]; then exec ${real} "$@"; fi
echo "${name} $*" | ${findProgram('tr')?.path} '\\n' ' ' >>${folder}/log
echo >>${folder}/log
number=0
while read -r line; do number=$((number + 1)); done <${folder}/log
step= kind=
read -r step kind <${folder}/armed
[ "$step" = "$number" ] || exec ${real} "$@"
: >${folder}/armed
ftpwall=$(${findProgram('pgrep')?.path} -g "$leader" -f '^[^ ]*node dist/ftpwall.js' | ${findProgram('head')?.path} -n 1)
script=$(${findProgram('pgrep')?.path} -g "$leader" -f '^/bin/sh [^ ]*generations/[^ ]*/firewall' | ${findProgram('head')?.path} -n 1)
harm() {
    case $kind in
        'kill ftpwall '*) kill -KILL "$ftpwall" ;;
        'kill group '*) kill -KILL "-$group" ;;
        'kill the program '*) kill -KILL $$ ;;
        'hang up group '*) kill -HUP "-$group" ;;
        'kill script and watchdog '*)
            read -r watchdog rest <$(echo /run/ftpwall/*/pending)/watchdog && kill -KILL "$watchdog"
            kill -KILL "$script" ;;
        'kill script '*) kill -KILL "$script" ;;
    esac
} 2>/dev/null
case $kind in
    'the program fails') echo 'Error: it fails' >&2; exit 1 ;;
    *before) harm; exec ${real} "$@" ;;
    *after) ${real} "$@"; ended=$?; harm; exit "$ended" ;;
esac
`;
}
