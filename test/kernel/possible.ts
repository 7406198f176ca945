/** Which layers of tests this machine can run. What cannot run is shown as skipped, never as passed. */
import { describe } from 'vitest';

/** Namespaces and nftables are for root. */
export const isRoot = process.getuid?.() === 0;

/** A group of tests with namespaces of their own. */
export const describeKernel = describe.skipIf(!isRoot);
