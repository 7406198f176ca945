/** Rates and sizes of shaping, in the words of the language. */
import { badShaping } from '../../diagnostics/catalogue/shaping.ts';
import type { Report } from '../../diagnostics/report.ts';
import type { IncomingLimit } from '../../model/shaping.ts';
import type { Span } from '../../source.ts';

/** Bits; a bare number and the units that end in `ps` are bytes. */
const units: Readonly<Record<string, number>> = {
  '': 8,
  bps: 8,
  kbps: 8_000,
  mbps: 8_000_000,
  kbit: 1_000,
  mbit: 1_000_000,
  gbit: 1_000_000_000,
};

/** Bits a second; undefined for a text that is no rate. */
export function rateOf(text: string): number | undefined {
  const [, digits = '', unit = ''] = /^(\d+(?:\.\d+)?)([a-z]*)$/i.exec(text) ?? [];
  const factor = units[unit.toLowerCase()];
  const rate = factor === undefined ? Number.NaN : Math.round(Number(digits) * factor);
  return digits !== '' && rate > 0 && Number.isSafeInteger(rate) ? rate : undefined;
}

/** A rate as a part of all that the device can send: `full`, `full/10`, `full*9/10`, `(full-100)/2`, whose `full` is kilobits. */
export function shareOf(text: string, full: number): number | undefined {
  if (!text.includes('full')) return rateOf(text);
  const value = new Sum(text.replaceAll('full', String(full / 1000))).read();
  if (value === undefined || !(value > 0)) return undefined;
  return Math.trunc(value) * 1000;
}

/** A sum of numbers with `+ - * / ( )`. */
class Sum {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  read(): number | undefined {
    const value = this.#sum();
    return this.#at === this.#text.length && Number.isFinite(value) ? value : undefined;
  }

  #sum(): number {
    let value = this.#product();
    for (let sign = this.#take('+-'); sign; sign = this.#take('+-'))
      value = sign === '+' ? value + this.#product() : value - this.#product();
    return value;
  }

  #product(): number {
    let value = this.#factor();
    for (let sign = this.#take('*/'); sign; sign = this.#take('*/'))
      value = sign === '*' ? value * this.#factor() : value / this.#factor();
    return value;
  }

  #factor(): number {
    if (this.#take('(')) {
      const value = this.#sum();
      return this.#take(')') ? value : Number.NaN;
    }
    const [digits = ''] = /^\d+(?:\.\d+)?/.exec(this.#text.slice(this.#at)) ?? [];
    this.#at += digits.length;
    return digits === '' ? Number.NaN : Number(digits);
  }

  #take(signs: string): string | undefined {
    const sign = this.#text[this.#at];
    if (sign === undefined || !signs.includes(sign)) return undefined;
    this.#at += 1;
    return sign;
  }
}

/** Bytes: `10kb`, `10k`, `1mb`, `1500b`, `1500`. */
function bytesOf(text: string): number | undefined {
  const [, digits = '', unit = ''] = /^(\d+)(k|m|kb|mb|b)?$/i.exec(text) ?? [];
  const factor = { k: 1024, m: 1024 * 1024 }[unit.slice(0, 1).toLowerCase()] ?? 1;
  return digits === '' ? undefined : Number(digits) * factor;
}

/** IN-BANDWIDTH: `-`, `0`, `rate[:burst]`, or `~rate…`, whose average is a limit all the same. `mistake` after a message. */
export function incomingOf(
  text: string | undefined,
  span: Span,
  report: Report,
): IncomingLimit | undefined | 'mistake' {
  if (text === undefined || text === '0') return undefined;
  const [first = '', size = '10kb'] = text.replace(/^~/, '').split(':');
  const rate = rateOf(first);
  const burst = text.startsWith('~') ? 10240 : bytesOf(size);
  if (rate !== undefined && burst !== undefined) return { rate: Math.ceil(rate / 8), burst };
  report.add(
    badShaping(
      span,
      `\`${text}\` is no rate`,
      'a number with `kbit`, `mbit`, `kbps` or `mbps`, and `:burst`',
      'write `20mbit`, or `20mbit:10kb`',
    ),
  );
  return 'mistake';
}
