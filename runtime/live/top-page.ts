/** How `ftpwall top` shows counters: the busiest lines first, with rates, and those that nothing has ever met. */
import type { LineHits } from '../status/counters.ts';

/** The counters at a moment, in milliseconds. */
export interface Look {
  readonly lines: readonly LineHits[];
  readonly at: number;
}

/** The table between two looks. */
export function topPage(
  before: Look,
  now: Look,
  { textOf, since }: { readonly textOf: (place: string) => string; readonly since: string },
): string {
  const seconds = Math.max((now.at - before.at) / 1000, 0.001);
  const then = new Map(before.lines.map((line) => [line.place, line]));
  const rows = now.lines
    .map((line) => {
      const old = then.get(line.place);
      const added = (value: number, was: number | undefined) => (was === undefined || value < was ? 0 : value - was);
      return {
        ...line,
        packetRate: added(line.packets, old?.packets) / seconds,
        byteRate: added(line.bytes, old?.bytes) / seconds,
      };
    })
    .sort((a, b) => b.packetRate - a.packetRate || b.packets - a.packets);
  const heading = row(['packets/s', 'bytes/s', 'packets', 'line', '']);
  const body = rows.map(({ place, packets, packetRate, byteRate }) =>
    row([
      packetRate === 0 ? '' : packetRate.toFixed(1),
      byteRate === 0 ? '' : byteRate.toFixed(0),
      packets === 0 ? 'never' : String(packets),
      place,
      textOf(place),
    ]),
  );
  const idle = rows.filter(({ packets }) => packets === 0).length;
  const note = idle === 0 ? [] : [`${idle} of ${rows.length} lines: never since ${since}`];
  return `${[heading, ...body, ...note].join('\n')}\n`;
}

function row([packetRate = '', byteRate = '', packets = '', place = '', text = '']: readonly string[]): string {
  return `${packetRate.padStart(9)} ${byteRate.padStart(10)} ${packets.padStart(9)}  ${place.padEnd(16)} ${text}`.trimEnd();
}
