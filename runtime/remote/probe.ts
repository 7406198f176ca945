/** The user's own probes: whether what the host is for still works, asked from here. */
import type { RemoteHost } from './hosts.ts';

/** Seconds that a probe may take. */
const longest = 30;

/** Runs each command by sh(1) with the host as `$1`; a clause tells of the first that fails. */
export async function failedProbe(
  { destination, name }: RemoteHost,
  commands: readonly string[],
): Promise<string | undefined> {
  const { execa } = await import('execa');
  for (const command of commands) {
    const ended = await execa('/bin/sh', ['-c', command, 'probe', name], {
      stdin: 'ignore',
      stdout: 2,
      stderr: 'inherit',
      reject: false,
      timeout: longest * 1000,
      env: { FTPWALL_HOST: destination },
    });
    if (ended.exitCode !== 0)
      return `the probe \`${command}\` ${ended.timedOut ? `has not ended within ${longest} seconds` : `ended with ${ended.exitCode ?? ended.signal}`}`;
  }
  return undefined;
}
