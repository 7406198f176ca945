/**
 * A short name for content: the same content has the same name, another one another (FNV-1a, 64 bits; RFC
 * draft-eastlake-fnv). The content comes in parts, since that of a long map as one text takes much memory.
 */
export class ContentHash {
  #high = 0xcbf29ce4 | 0;
  #low = 0x84222325 | 0;

  add(content: string): void {
    let high = this.#high;
    let low = this.#low;
    for (let index = 0; index < content.length; index += 1) {
      low ^= content.charCodeAt(index);
      // Times 0x100000001b3, in parts that V8 keeps in 32 bits: products of more are numbers with a point.
      const right = (low & 0xffff) * 0x1b3;
      const left = (low >>> 16) * 0x1b3 + (right >>> 16);
      high = (Math.imul(high, 0x1b3) + (left >>> 16) + (low << 8)) | 0;
      low = (left << 16) | (right & 0xffff);
    }
    this.#high = high;
    this.#low = low;
  }

  /** Eight letters and digits. */
  get name(): string {
    return `${(this.#high >>> 0).toString(36)}${(this.#low >>> 0).toString(36)}`.slice(0, 8).padEnd(8, '0');
  }
}
