/** An nft that takes its time to load, so that a test can do something meanwhile. */
import { chmodSync, existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { program } from './programs.ts';

export interface SlowNft {
  /** Goes before the rest of PATH. */
  readonly folder: string;
  /** Returns as soon as a load has begun, before its first wait. */
  loading(): Promise<void>;
}

/** `before` and `after`: seconds that it waits around the load proper. */
export function slowNft(folder: string, before: number, after: number): SlowNft {
  mkdirSync(folder);
  const begun = join(folder, 'begun');
  const nft = program('nft').path;
  writeFileSync(
    join(folder, 'nft'),
    `#!/bin/sh
case "$*" in
    '-f -') : >${begun}; sleep ${before}; ${nft} "$@"; status=$?; sleep ${after}; exit $status ;;
esac
exec ${nft} "$@"
`,
  );
  chmodSync(join(folder, 'nft'), 0o755);
  return {
    folder,
    async loading() {
      for (let tries = 0; !existsSync(begun); tries += 1) {
        if (tries === 6000) throw new Error('nothing was loaded within a minute');
        await new Promise((resolve) => setTimeout(resolve, 10));
      }
    },
  };
}
