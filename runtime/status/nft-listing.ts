/** What is loaded, as `nft --json list ruleset` tells it (libnftables-json(5)). */
import { dynamicList, dynamicMap, refusingChain, refusingVerbs } from '../../compiler/language/names.ts';
import { childProcess } from '../environment/child-process.ts';
import { reasonOf } from '../environment/system-errors.ts';

export interface ListedRule {
  readonly family: string;
  readonly table: string;
  readonly chain: string;
  readonly comment?: string;
  readonly expr: readonly Readonly<Record<string, unknown>>[];
}

/** An element of a map of verdicts that counts: a line of the configuration. */
export interface ListedElement {
  readonly family: string;
  readonly table: string;
  readonly map: string;
  readonly comment: string;
  readonly counter: { readonly packets: number; readonly bytes: number };
}

export interface ListedChain {
  readonly family: string;
  readonly table: string;
  readonly name: string;
  readonly hook?: string;
  readonly policy?: string;
}

/** A named set, or a list of what commands refuse, and how many elements it holds: an interval is one. */
export interface ListedSet {
  readonly family: string;
  readonly table: string;
  readonly name: string;
  readonly elements: number;
}

/** All chains and rules of the machine, or why they cannot be listed, as a clause. */
export type Listing =
  | {
      readonly kind: 'read';
      readonly chains: readonly ListedChain[];
      readonly rules: readonly ListedRule[];
      readonly elements: readonly ListedElement[];
      readonly sets: readonly ListedSet[];
    }
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
    readonly nftables: readonly {
      readonly chain?: ListedChain;
      readonly rule?: ListedRule;
      readonly map?: ListedMap;
      readonly set?: ListedMap;
    }[];
  };
  return {
    kind: 'read',
    chains: nftables.flatMap(({ chain }) => chain ?? []),
    rules: nftables.flatMap(({ rule }) => rule ?? []),
    elements: nftables.flatMap(({ map }) => (map ? countingElements(map) : [])),
    sets: nftables.flatMap(({ set, map }) => {
      if (map) return listsIn(map);
      if (set === undefined) return [];
      const { family, table, name, elem = [] } = set;
      return [{ family, table, name, elements: elem.length }];
    }),
  };
}

/** Of a map of what commands refuse the lists that it holds. */
function listsIn({ family, table, name, elem = [] }: ListedMap): readonly ListedSet[] {
  const version = ([4, 6] as const).find((each) => dynamicMap(each) === name);
  if (version === undefined) return [];
  const targets = elem.map((pair) => (pair as readonly [unknown, { readonly goto?: { readonly target?: string } }])[1]);
  return refusingVerbs.map((verb) => ({
    family,
    table,
    name: dynamicList(verb, version),
    elements: targets.filter((to) => to?.goto?.target === refusingChain(verb)).length,
  }));
}

interface ListedMap {
  readonly family: string;
  readonly table: string;
  readonly name: string;
  readonly elem?: readonly unknown[];
}

function countingElements({ family, table, name, elem = [] }: ListedMap): readonly ListedElement[] {
  return elem.flatMap((pair): readonly ListedElement[] => {
    const [key] = Array.isArray(pair) ? (pair as readonly unknown[]) : [];
    const { comment, counter } = (key as { readonly elem?: Partial<ListedElement> } | undefined)?.elem ?? {};
    return comment === undefined || counter === undefined ? [] : [{ family, table, map: name, comment, counter }];
  });
}
