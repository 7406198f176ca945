/** The left side of a match in a listing, as the words that nft reads. */
import { invariant } from '../../invariant.ts';
import type { SetKeyField } from '../ruleset.ts';
import { arrayIn, asObject, isArray, type Json, type JsonObject, tagged } from './json.ts';

/** What is compared, and the mask laid over it before. */
export interface Selector {
  readonly words: string;
  readonly mask?: Json;
}

export function selectorOf(left: Json): Selector {
  const [tag, body] = tagged(left);
  if (tag === '&') {
    const [inner = null, mask = null] = arrayIn(body);
    return { words: selectorOf(inner).words, mask };
  }
  if (tag === 'concat') {
    return {
      words: arrayIn(body)
        .map((part) => selectorOf(part).words)
        .join(' . '),
    };
  }
  const words = wordsOf[tag];
  const object = asObject(body);
  invariant(words && object, `a selector that we never print: ${JSON.stringify(left)}`);
  return { words: words(object) };
}

const wordsOf: Readonly<Record<string, (body: JsonObject) => string>> = {
  meta: ({ key }) => `meta ${key}`,
  rt: ({ key }) => `rt ${key}`,
  ct: ({ key, dir }) => (dir === undefined ? `ct ${key}` : `ct ${dir} ${key}`),
  payload: ({ protocol, field, base, offset, len }) =>
    protocol === undefined ? `@${base},${offset},${len}` : `${protocol} ${field}`,
  fib: ({ result, flags }) => `fib ${(isArray(flags) ? flags : [flags]).join(' . ')} ${result}`,
  exthdr: ({ name }) => `exthdr ${name}`,
  ipsec: ({ key, dir, spnum, family }) =>
    `ipsec ${dir} ${spnum ?? 0} ${family === undefined ? '' : `${family} `}${key}`,
  numgen: ({ mode, mod }) => `numgen ${mode} mod ${mod}`,
};

const keyFields: Readonly<Record<string, SetKeyField>> = {
  'ip saddr': { field: 'saddr', version: 4 },
  'ip daddr': { field: 'daddr', version: 4 },
  'ip6 saddr': { field: 'saddr', version: 6 },
  'ip6 daddr': { field: 'daddr', version: 6 },
  'ct original ip daddr': { field: 'originalDaddr', version: 4 },
  'ct original ip6 daddr': { field: 'originalDaddr', version: 6 },
  'ct original proto-dst': { field: 'originalDport' },
  'meta l4proto': { field: 'protocol' },
  'meta iifname': { field: 'iifname' },
  'meta oifname': { field: 'oifname' },
  'ether saddr': { field: 'sourceMac' },
  'meta mark': { field: 'metaMark' },
};

/** The parts of a set's key. nft says `tcp dport` for `th dport` where the rule is about TCP. */
export function setKeyOf(words: string): readonly SetKeyField[] {
  return words.split(' . ').map((part) => {
    const port = /^\w+ ([sd]port)$/.exec(part)?.[1];
    const field = port === 'sport' || port === 'dport' ? ({ field: port } as const) : keyFields[part];
    invariant(field, `a key that we never print: ${part}`);
    return field;
  });
}
