/** Options that mean something only together: rates, counts, chances, and how a packet was sealed. */

import type { RateLimit } from '../../../model/traffic.ts';
import { bitsOf } from '../../../net/address.ts';
import type { Version } from '../../../net/version.ts';
import { decimal, type GatheredModule, numbersOf } from './kinds.ts';

const periods = { s: 'second', m: 'minute', h: 'hour', d: 'day' } as const;

/** `10/min`, `10/minute`, `10`: so many in each second. */
function rateOf(text: string | undefined, burst: string | undefined): RateLimit['rate'] | undefined {
  const found = /^(\d+)(?:\/(s|se|sec|second|m|mi|min|minute|h|ho|hour|d|da|day))?$/.exec(text ?? '');
  const count = Number(found?.[1] ?? 0);
  const most = burst === undefined ? 5 : decimal(burst);
  if (!found || count === 0 || !most) return undefined;
  return { count, per: periods[(found[2] ?? 's').charAt(0) as keyof typeof periods], burst: most };
}

function isPrefix(bits: number | undefined, versions: readonly Version[]): boolean {
  return bits !== undefined && bits >= 1 && versions.every((version) => bits <= bitsOf(version));
}

const sidesOf = { srcip: 'source', dstip: 'dest' } as const;

/** Options of one module that mean something together. */
export const gathered: Readonly<Record<string, GatheredModule>> = {
  limit: {
    options: { '--limit': 1, '--limit-burst': 1 },
    finish: (options) => {
      const rate = rateOf(options.get('--limit')?.value ?? '3/hour', options.get('--limit-burst')?.value);
      return rate && { matches: [{ kind: 'limit', over: false, rate }] };
    },
  },
  hashlimit: {
    options: {
      '--hashlimit': 1,
      '--hashlimit-upto': 1,
      '--hashlimit-above': 1,
      '--hashlimit-burst': 1,
      '--hashlimit-mode': 1,
      '--hashlimit-srcmask': 1,
      '--hashlimit-dstmask': 1,
      '--hashlimit-name': 1,
      '--hashlimit-htable-size': 1,
      '--hashlimit-htable-max': 1,
      '--hashlimit-htable-expire': 1,
      '--hashlimit-htable-gcinterval': 1,
    },
    finish: (options, { versions }) => {
      const value = (name: string) => options.get(`--hashlimit${name}`)?.value;
      if (options.has('--hashlimit-above'))
        return 'write a line for what is within the rate, and one behind it for the rest';
      const rate = rateOf(value('-upto') ?? value(''), value('-burst'));
      const name = value('-name');
      if (!rate || name === undefined) return undefined;
      const mode = value('-mode');
      if (mode === undefined) return { matches: [{ kind: 'limit', over: false, rate }] };
      if (!Object.hasOwn(sidesOf, mode))
        return 'a rate is counted for each source or for each destination: `srcip` or `dstip`';
      const side = sidesOf[mode as keyof typeof sidesOf];
      const prefix = value(side === 'source' ? '-srcmask' : '-dstmask');
      const bits = prefix === undefined ? undefined : decimal(prefix);
      if (prefix !== undefined && !isPrefix(bits, versions)) return 'an address has no such prefix';
      return { rate: { rate, each: { side, name, ...(bits === undefined ? {} : { prefix: bits }) } } };
    },
  },
  connlimit: {
    options: {
      '--connlimit-upto': 1,
      '--connlimit-above': 1,
      '--connlimit-mask': 1,
      '--connlimit-saddr': 0,
      '--connlimit-daddr': 0,
    },
    mayNegate: ['--connlimit-upto', '--connlimit-above'],
    finish: (options, { versions }) => {
      const [upto, above] = [options.get('--connlimit-upto'), options.get('--connlimit-above')];
      const written = upto ?? above;
      const count = decimal(written?.value ?? '');
      if (!written || (upto && above) || count === undefined) return undefined;
      const mask = options.get('--connlimit-mask');
      const prefix = mask && decimal(mask.value);
      if (mask && !isPrefix(prefix, versions)) return 'an address has no such prefix';
      const over = (above !== undefined) !== written.negated;
      if (count === 0 && !over) return 'no packet fits: its own connection is one';
      const side = options.has('--connlimit-daddr') ? 'dest' : 'source';
      return { connectionLimit: { side, count, over, ...(prefix === undefined ? {} : { prefix }) } };
    },
  },
  connbytes: {
    options: { '--connbytes': 1, '--connbytes-dir': 1, '--connbytes-mode': 1 },
    mayNegate: ['--connbytes'],
    finish: (options) => {
      const range = numbersOf(options.get('--connbytes')?.value ?? '', Number.MAX_SAFE_INTEGER);
      const volume = { packets: 'packets', bytes: 'bytes', avgpkt: 'bytes a packet' } as const;
      const unit = volume[options.get('--connbytes-mode')?.value as keyof typeof volume];
      const direction = options.get('--connbytes-dir')?.value;
      if (!range || !unit || (direction !== 'original' && direction !== 'reply' && direction !== 'both'))
        return undefined;
      const negated = options.get('--connbytes')?.negated ?? false;
      return { matches: [{ kind: 'field', field: `${unit} ${direction}`, negated, ranges: [range] }] };
    },
  },
  statistic: {
    options: { '--mode': 1, '--probability': 1, '--every': 1, '--packet': 1 },
    finish: (options) => {
      const text = (name: string) => options.get(name)?.value;
      if (text('--mode') === 'random') {
        const chance = Number(text('--probability') ?? Number.NaN);
        // The kernel compares 31 bits (xt_statistic.c).
        const below = Math.round(chance * 0x80000000);
        return below > 0 && chance <= 1 ? { matches: [{ kind: 'random', modulus: 0x80000000, below }] } : undefined;
      }
      const [modulus, index] = [decimal(text('--every') ?? ''), decimal(text('--packet') ?? '')];
      if (text('--mode') !== 'nth' || !modulus || index === undefined || index >= modulus) return undefined;
      return { matches: [{ kind: 'turn', modulus, index }] };
    },
  },
  // In iptables before routing alone; nft asks the same where packets come in (nft(8), FIB EXPRESSIONS).
  rpfilter: {
    options: { '--invert': 0, '--validmark': 0 },
    finish: (options) => {
      const marked = options.has('--validmark') ? ({ marked: true } as const) : {};
      return { matches: [{ kind: 'reversePath', negated: options.has('--invert'), ...marked }] };
    },
  },
  policy: {
    options: { '--dir': 1, '--pol': 1 },
    finish: (options) => {
      const [direction, policy] = [options.get('--dir')?.value, options.get('--pol')?.value];
      if ((direction !== 'in' && direction !== 'out') || (policy !== 'ipsec' && policy !== 'none')) return undefined;
      return { matches: [{ kind: 'ipsec', direction, present: policy === 'ipsec' }] };
    },
  },
};
