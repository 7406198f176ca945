/** Names of the sets that the compiler makes. */
import type { Version } from '../../net/version.ts';

/** Names of sets are short in nft: at most 31 characters. */
export function setName(text: string, version: Version | undefined): string {
  const plain = text.replace(/[^A-Za-z0-9-]/g, '_');
  const short = plain.length <= 27 ? plain : `${plain.slice(0, 18)}-${hash(plain)}`;
  return `${short}-${version ?? 4}`;
}

function hash(text: string): string {
  let value = 0x811c9dc5;
  for (const character of text) value = Math.imul(value ^ (character.codePointAt(0) ?? 0), 0x01000193) >>> 0;
  return value.toString(16).padStart(8, '0');
}
