/** The zones around the firewall, as SVG: what each may begin towards each other one. */
import type { MatrixCell } from '../../compiler/answers/matrix.ts';
import type { Description } from './description.ts';
import { type Html, html } from './html.ts';

const size = { width: 720, height: 420, box: 150, line: 48 };

interface Placed {
  readonly name: string;
  readonly label: string;
  readonly x: number;
  readonly y: number;
  readonly isFirewall: boolean;
}

/** The firewall in the middle, the others around it. */
export function zoneMap({ zones, cells }: Description): Html {
  const others = zones.filter(({ kind }) => kind !== 'firewall');
  const placed = zones.map((zone): Placed => {
    const at = others.indexOf(zone);
    const angle = (2 * Math.PI * at) / Math.max(others.length, 1) - Math.PI / 2;
    const isFirewall = at === -1;
    const [x, y] = isFirewall
      ? [size.width / 2, size.height / 2]
      : [size.width / 2 + Math.cos(angle) * 270, size.height / 2 + Math.sin(angle) * 165];
    return { name: zone.name, label: zone.places.join(' '), x: Math.round(x), y: Math.round(y), isFirewall };
  });
  const arrows = placed.flatMap((from) => placed.flatMap((to) => arrow(from, to, cells)));
  const told = arrows.map(({ text }) => text).join('; ');
  const ends = placed.map(({ y }) => y);
  const [top, bottom] = [Math.min(...ends) - size.line, Math.max(...ends) + size.line];
  return html`<figure class="map" tabindex="0">
<svg viewBox="0 ${top} ${size.width} ${bottom - top}" role="img" aria-labelledby="map-title map-text">
<title id="map-title">Zones and what passes between them</title>
<desc id="map-text">${told === '' ? 'nothing passes' : told}</desc>
<defs><marker id="tip" viewBox="0 0 10 10" refX="9" refY="5" markerWidth="7" markerHeight="7" orient="auto-start-reverse"><path d="M0 0L10 5L0 10z"/></marker></defs>
${arrows.map(({ shape }) => shape)}
${placed.map(box)}
</svg>
<figcaption>A solid arrow: everything that no line names is accepted. A dashed one: some services are.</figcaption>
</figure>`;
}

function arrow(
  from: Placed,
  to: Placed,
  cells: readonly MatrixCell[],
): readonly { readonly shape: Html; readonly text: string }[] {
  const between = cells.filter((cell) => cell.from === from.name && cell.to === to.name);
  const open = between.filter(({ verdict }) => verdict === 'accept' || verdict === 'partly');
  if (from === to || open.length === 0) return [];
  const isWhole = between.at(-1)?.verdict === 'accept';
  const [dx, dy] = [to.x - from.x, to.y - from.y];
  const length = Math.hypot(dx, dy) || 1;
  // Each direction keeps to its side, and both stop short of the boxes.
  const side = { x: (-dy / length) * 9, y: (dx / length) * 9 };
  const short = Math.min(
    Math.abs(dx) < 1 ? Number.POSITIVE_INFINITY : (size.box / 2 + 6) / Math.abs(dx / length),
    Math.abs(dy) < 1 ? Number.POSITIVE_INFINITY : (size.line / 2 + 6) / Math.abs(dy / length),
  );
  const at = (placed: Placed, sign: number) => [
    Math.round(placed.x + side.x + sign * (dx / length) * short),
    Math.round(placed.y + side.y + sign * (dy / length) * short),
  ];
  const [start, end] = [at(from, 1), at(to, -1)];
  return [
    {
      shape: html`<path class="${isWhole ? 'whole' : 'some'}" d="M${start.join(' ')}L${end.join(' ')}" marker-end="url(#tip)"/>\n`,
      text: `${from.name} to ${to.name}: ${isWhole ? 'accepted' : 'some services'}`,
    },
  ];
}

function box({ name, label, x, y, isFirewall }: Placed): Html {
  const short = label.length > 22 ? `${label.slice(0, 21)}…` : label;
  return html`<g class="${isFirewall ? 'firewall' : 'zone'}"><rect x="${x - size.box / 2}" y="${y - size.line / 2}" width="${size.box}" height="${size.line}" rx="8"/><text x="${x}" y="${short === '' ? y + 5 : y - 3}" text-anchor="middle">${name}</text>${short === '' ? [] : [html`<text class="small" x="${x}" y="${y + 15}" text-anchor="middle">${short}</text>`]}</g>\n`;
}
