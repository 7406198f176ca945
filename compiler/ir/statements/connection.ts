/** Statements that change what the kernel knows of a packet or its connection. */
import { invariant } from '../../invariant.ts';
import type { StatementKind, StatementOf } from '../kind.ts';
import { isTracked } from '../matches/address.ts';
import { hex } from '../matches/lists.ts';
import { longest, quoted } from '../names.ts';

/** Works only until the first packet has passed, and the first helper stays (measured). */
export const attachHelperStatement: StatementKind<StatementOf<'attachHelper'>> = {
  print: ({ object }) => `ct helper set ${quoted(object, longest.name)}`,
  run({ object }, walk) {
    walk.attach(object);
    return undefined;
  },
};

/**
 * The bits in `mask` become those of `value`; the others stay. Without a connection a rule that must read the mark first
 * ends there, also before its verdict; one that sets the whole mark goes on (kernel: nft_ct_get_eval, nft_ct_set_eval).
 */
export const setMarkStatement: StatementKind<StatementOf<'setMark'>> = {
  print({ target, mask, value }) {
    invariant((value & ~mask) === 0, 'a mark outside its mask');
    const mark = target === 'connection' ? 'ct mark' : 'meta mark';
    if (mask >>> 0 === 0xffffffff) return `${mark} set ${hex(value)}`;
    if (value >>> 0 === mask >>> 0) return `${mark} set ${mark} | ${hex(value)}`;
    const cleared = `${mark} set ${mark} & ${hex(~mask)}`;
    return value === 0 ? cleared : `${cleared} | ${hex(value)}`;
  },
  needs: ({ target, mask }) => (target === 'connection' && mask >>> 0 !== 0xffffffff ? [isTracked] : []),
  run({ target, mask, value }, walk) {
    const isWhole = mask >>> 0 === 0xffffffff;
    if (target === 'connection' && !walk.situation.tracked) return isWhole ? undefined : { kind: 'break' };
    walk.mark(target, mask, value);
    return undefined;
  },
};

export const notrackStatement: StatementKind<StatementOf<'notrack'>> = {
  print: () => 'notrack',
  run(_statement, walk) {
    walk.untrack();
    return undefined;
  },
};

/** Decides nothing of this packet. */
export const offloadStatement: StatementKind<StatementOf<'offload'>> = {
  print: ({ flowtable }) => `flow add @${flowtable}`,
  run: () => undefined,
};

/** Decides nothing; holds until the first packet has passed (kernel: nft_ct_set_eval). */
export const setEventsStatement: StatementKind<StatementOf<'setEvents'>> = {
  print({ events }) {
    invariant(events.length > 0, 'no event is named');
    return `ct event set ${events.join(',')}`;
  },
  run: () => undefined,
};

/** Only a rule that names the SYN flag makes sense; what is not TCP has no such option and ends the rule. */
export const clampMssStatement: StatementKind<StatementOf<'clampMss'>> = {
  print: ({ size }) => `tcp option maxseg size set ${size === 'path' ? 'rt mtu' : size}`,
  needs: () => [{ field: 'protocol', ranges: [{ first: 6, last: 6 }] }],
  run: (_statement, { situation }) => (situation.packet.protocol === 6 ? undefined : { kind: 'break' }),
};
