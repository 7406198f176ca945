/** Tests that need a kernel of their own: root, nft, and network namespaces. */
import { execFileSync } from 'node:child_process';
import { test } from 'vitest';

/** What is missing for such tests, in words, or nothing. */
export function missingForKernel(programs: readonly string[] = ['nft', 'ip']): string | undefined {
  if (process.platform !== 'linux') return 'Linux';
  if (process.getuid?.() !== 0) return 'root';
  const absent = programs.find((program) => !runs('sh', ['-c', 'command -v "$0"', program]));
  if (absent) return absent;
  return runs('unshare', ['-n', 'true']) ? undefined : 'network namespaces';
}

function runs(program: string, args: readonly string[]): boolean {
  try {
    execFileSync(program, args, { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

/**
 * A test that needs the kernel. Where something is missing it is shown as skipped, by name; in a run that must be
 * complete (CI=true) it fails.
 */
export function kernelTest(
  name: string,
  run: () => void | Promise<void>,
  { timeout = 600_000, programs }: { readonly timeout?: number; readonly programs?: readonly string[] } = {},
): void {
  const missing = missingForKernel(programs);
  if (!missing) test(name, run, timeout);
  else if (process.env.CI === 'true') {
    test(name, () => {
      throw new Error(`this test needs ${missing}`);
    });
  } else test.skip(`${name} (needs ${missing})`, run);
}
