/** Faults of the system itself, under strace(1): one call of one process fails, or ends the process. */
import { readFileSync } from 'node:fs';
import { program } from '../programs.ts';

/** Calls that make something, and what may come of them. */
const faultsOf = {
  openat: ['error=ENOSPC', 'error=EROFS', 'error=EMFILE', 'signal=KILL'],
  write: ['error=ENOSPC', 'error=EIO', 'signal=KILL', 'signal=HUP'],
  mkdir: ['error=ENOSPC', 'error=EROFS', 'signal=KILL'],
  fsync: ['error=EIO', 'signal=KILL'],
  unlink: ['error=EROFS', 'signal=KILL'],
  rename: ['error=EROFS', 'signal=KILL'],
  pipe2: ['error=EMFILE', 'signal=KILL'],
  clone: ['error=EAGAIN', 'signal=KILL', 'signal=HUP'],
  vfork: ['error=EAGAIN', 'signal=KILL'],
} as const;

type Call = keyof typeof faultsOf;
const calls = Object.keys(faultsOf) as readonly Call[];

/** The `number`-th call of its name by the process. */
export interface SystemFault {
  readonly call: Call;
  readonly number: number;
  readonly fault: string;
  readonly text: string;
}

/** The words before the program that is to be watched: only its own calls are, not those of its children. */
export function recording(log: string): readonly string[] {
  return [program('strace').path, '-qq', '-y', '-o', log, '-e', `trace=${calls.map((call) => `?${call}`).join(',')}`];
}

/** The same, with one fault. */
export function injecting(log: string, { call, number, fault }: SystemFault): readonly string[] {
  return [...recording(log), '-e', `inject=${call}:${fault}:when=${number}`];
}

/** Every fault at every call that writes below one of the folders, or that starts a process. */
export function systemFaults(log: string, folders: readonly string[]): readonly SystemFault[] {
  const counted = new Map<string, number>();
  return readFileSync(log, 'utf8')
    .split('\n')
    .flatMap((line) => {
      const call = calls.find((each) => line.startsWith(`${each}(`));
      if (call === undefined) return [];
      const number = (counted.get(call) ?? 0) + 1;
      counted.set(call, number);
      if (!concerns(call, line, folders)) return [];
      return faultsOf[call].map((fault) => ({ call, number, fault, text: line }));
    });
}

function concerns(call: Call, line: string, folders: readonly string[]): boolean {
  if (call === 'clone' || call === 'vfork' || call === 'pipe2') return true;
  if (call === 'openat' && !/O_WRONLY|O_RDWR|O_CREAT/.test(line)) return false;
  return folders.some((folder) => line.includes(folder));
}

/** The calls that were disturbed, as strace saw them; none when the process did otherwise than before. */
export function injected(log: string): readonly string[] {
  return readFileSync(log, 'utf8')
    .split('\n')
    .filter((line) => line.includes('(INJECTED)') || line.includes('+++ killed by'));
}
