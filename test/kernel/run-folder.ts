/** What ftpwall leaves in /run of a host of the lab. */

/** Shell commands that remove these paths, though a watching process may still write there; they end the shell if they cannot. */
export function removing(...paths: readonly string[]): string {
  return `tries=0; until rm -rf ${paths.join(' ')}; do tries=$((tries + 1)); [ "$tries" -lt 300 ] || exit 1; sleep 0.1; done`;
}

/** The same for all that is true until the machine goes down. */
export const emptyRun = removing('/run/ftpwall');

/** Shell commands after which the time for a confirmation is over, for the watching process and for everybody else. */
export const timeIsOver = 'for pending in /run/ftpwall/*/pending; do echo 0 >"$pending/deadline"; done';
