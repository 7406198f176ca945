/** What is loaded, as `nft --json list ruleset` tells it (libnftables-json(5)). */
import { childProcess } from '../environment/child-process.ts';
import { reasonOf } from '../environment/system-errors.ts';

export interface ListedRule {
  readonly family: string;
  readonly table: string;
  readonly chain: string;
  readonly comment?: string;
  readonly expr: readonly Readonly<Record<string, unknown>>[];
}

export interface ListedChain {
  readonly family: string;
  readonly table: string;
  readonly name: string;
  readonly hook?: string;
  readonly policy?: string;
}

/** All chains and rules of the machine, or why they cannot be listed, as a clause. */
export type Listing =
  | { readonly kind: 'read'; readonly chains: readonly ListedChain[]; readonly rules: readonly ListedRule[] }
  | { readonly kind: 'refused'; readonly reason: string };

const mostBytes = 1 << 30;

export function listNftables(): Listing {
  const { status, stdout, stderr, error } = childProcess().spawnSync('nft', ['--json', 'list', 'ruleset'], {
    encoding: 'utf8',
    maxBuffer: mostBytes,
  });
  if (error) return { kind: 'refused', reason: `nft cannot be run: ${reasonOf(error)}` };
  if (status !== 0) return { kind: 'refused', reason: `nft: ${stderr.trim()}` };
  const { nftables } = JSON.parse(stdout) as {
    readonly nftables: readonly { readonly chain?: ListedChain; readonly rule?: ListedRule }[];
  };
  return {
    kind: 'read',
    chains: nftables.flatMap(({ chain }) => chain ?? []),
    rules: nftables.flatMap(({ rule }) => rule ?? []),
  };
}
