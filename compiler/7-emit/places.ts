/** The comment of a rule: where in the user's files it comes from. */
import { byteLength, longest, quotable } from '../ir/names.ts';
import { type Origin, placeOf } from '../source.ts';

/**
 * The places of an origin, the user's own line first: `rules:14 macro.FTP:9`. As many as fit into a comment of nft; of a
 * place that alone is too long, its end.
 */
export function placesOf(origin: Origin): string {
  if (origin.length === 1) return endOf(quotable(placeOf(origin[0])));
  const places = origin.map((span) => quotable(placeOf(span))).reverse();
  let text = endOf(places[0] ?? '');
  for (const place of places.slice(1)) {
    const longer = `${text} ${place}`;
    if (byteLength(longer) > longest.comment) break;
    text = longer;
  }
  return text;
}

function endOf(place: string): string {
  if (place.length * 3 <= longest.comment) return place;
  let size = byteLength(place);
  if (size <= longest.comment) return place;
  const characters = [...place];
  let start = 0;
  while (size > longest.comment - 3) size -= byteLength(characters[start++] ?? '');
  return `…${characters.slice(start).join('')}`;
}
