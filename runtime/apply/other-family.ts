/**
 * There is one firewall on a machine. A Shorewall folder tells of one IP version only: what the current generation says of
 * the other one carries over, exactly as it was loaded, so that each generation decides both.
 */
import { joinPair } from '../../compiler/compile-pair.ts';
import type { Artifact } from '../../compiler/system-plan.ts';
import { childProcess } from '../environment/child-process.ts';
import { type Compiled, compileOptionsOf } from '../environment/configuration.ts';
import { type Generation, readCurrent, type ToKeep } from '../generations/generation.ts';
import { type KeptHalf, readHalves } from '../generations/kept-halves.ts';
import type { Call } from '../verb.ts';

type CompiledFolders = Extract<Compiled, { readonly kind: 'compiled' }>;

/** What carries over: a half of the current generation, and the folder that keeps its configuration. */
export interface Carried {
  readonly from: Generation;
  readonly half: KeptHalf;
}

/** The half of the other IP version than that of `family`, which the current generation holds; `--family` leaves it out. */
export function otherHalf(state: string, family: Artifact['family'], call: Call): Carried | undefined {
  if (family === 'inet' || call.options.family !== undefined) return undefined;
  const from = readCurrent(state);
  const half = from && readHalves(from.folder).find((each) => each.family !== family);
  return half && { from, half };
}

/** A compiled folder of one IP version, and beside it what carries over. */
export function withCarried(compiled: CompiledFolders, carried: Carried, call: Call): ToKeep {
  const [own] = compiled.halves;
  if (own === undefined || compiled.halves.length !== 1) return compiled;
  const halves = own.family === 'ip' ? [own, carried.half] : [carried.half, own];
  const [four, six] = halves as [KeptHalf, KeptHalf];
  const { artifact, rulesets } = joinPair(four, six, compileOptionsOf(call));
  const copy = { path: carried.half.folder, copyFrom: `${carried.from.folder}/${carried.half.copy}` };
  const folders = own.family === 'ip' ? [...compiled.folders, copy] : [copy, ...compiled.folders];
  return { artifact, rulesets, halves, folders };
}

/**
 * The IP version that is filtered now, or comes up filtered at the next start of the machine, and that the new tables say
 * nothing of: to load them would open it.
 */
export function openedBy(state: string, rulesets: ToKeep['rulesets']): 4 | 6 | undefined {
  const after = rulesets.map(({ family }) => family);
  if (filters(after, 4) && filters(after, 6)) return undefined; // whatever is loaded: nobody need ask
  const before = [...(readCurrent(state)?.about?.families ?? []), ...loadedFamilies()];
  return ([4, 6] as const).find((version) => filters(before, version) && !filters(after, version));
}

/**
 * The families in which the kernel has a table of ours, whoever has loaded it; none where it cannot be asked. Asked for
 * the names of tables, nft 1.0.6 reads all rules and elements; asked for chains, chains alone.
 */
function loadedFamilies(): readonly Artifact['family'][] {
  const { stdout } = childProcess().spawnSync('nft', ['list', 'chains'], { encoding: 'utf8' });
  const lines = (stdout ?? '').split('\n');
  return (['inet', 'ip', 'ip6'] as const).filter((family) => lines.includes(`table ${family} ftpwall {`));
}

function filters(families: readonly Artifact['family'][], version: 4 | 6): boolean {
  return families.includes('inet') || families.includes(version === 4 ? 'ip' : 'ip6');
}
