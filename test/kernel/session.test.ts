/** The picture in the README is what the program shows today; otherwise `node build/record.mjs`, and commit it. */
import { readFileSync, writeFileSync } from 'node:fs';
import { expect } from 'vitest';
import { kernelTest } from './available.ts';
import { recordedSvg } from './session.ts';

/** The lines of a picture, without style. */
function lines(svg: string): readonly string[] {
  return [...svg.matchAll(/<text .*?<\/text>/g)].map(([line]) => line.replaceAll(/<[^>]*>/g, ''));
}

kernelTest(
  'the recorded session is up to date',
  async () => {
    const recorded = await recordedSvg();
    if (process.env.UPDATE === '1') writeFileSync('man/session.svg', recorded);
    const shown = readFileSync('man/session.svg', 'utf8');
    expect(lines(shown)).toEqual(lines(recorded));
    expect(shown).toBe(recorded);
    expect(lines(recorded).filter((line) => line.includes('This came through the firewall.'))).toHaveLength(1);
  },
  { programs: ['nft', 'ip', 'python3', 'curl', 'stty'] },
);
