/** Which of all faults are tried: the same ones in every run, unless FTPWALL_SEED says otherwise. */

/** How many faults are tried in all; `all` for every one. */
export const faultCount =
  process.env.FTPWALL_FAULTS === 'all' ? Number.POSITIVE_INFINITY : Number(process.env.FTPWALL_FAULTS ?? 150);
export const seed = Number(process.env.FTPWALL_SEED ?? 80_842);

/** A part of all, chosen by the seed and the name of the group. */
export function sample<Thing>(all: readonly Thing[], howMany: number, name: string): readonly Thing[] {
  let state = [...name].reduce((sum, letter) => (sum * 31 + letter.charCodeAt(0)) % 2_147_483_648, seed);
  const random = () => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    return state / 2_147_483_648;
  };
  return all
    .map((thing) => ({ thing, rank: random() }))
    .sort((a, b) => a.rank - b.rank)
    .slice(0, Math.ceil(howMany))
    .map(({ thing }) => thing);
}
