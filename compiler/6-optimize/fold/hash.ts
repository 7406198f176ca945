/** A short name for content: the same content has the same name, another one another (FNV-1a, 64 bits; RFC draft-eastlake-fnv). */
export function hashOf(content: string): string {
  let high = 0xcbf29ce4;
  let low = 0x84222325;
  for (let index = 0; index < content.length; index += 1) {
    low = (low ^ content.charCodeAt(index)) >>> 0;
    // Times 0x100000001b3, in two halves of 32 bits.
    const product = low * 0x1b3;
    const carry = Math.floor(product / 0x100000000);
    high = (Math.imul(high, 0x1b3) + carry + (low << 8)) >>> 0;
    low = product >>> 0;
  }
  return `${high.toString(36)}${low.toString(36)}`.slice(0, 8).padEnd(8, '0');
}
