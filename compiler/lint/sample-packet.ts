/** One packet that a rule asks for, and whether other rules may match it. Where it cannot be told, the answer is yes. */
import type { Extent, FieldValues } from '../ir/fields.ts';

/** A value for each field that a rule asks for: the first that it names. Fields without one have a value that no rule names. */
export type Sample = ReadonlyMap<FieldValues['field'], FieldValues>;

/** Undefined when two conditions ask for the same field: then only the analysis knows whether both can hold. */
export function packetOf(extents: readonly Extent[]): Sample | undefined {
  const sample = new Map<FieldValues['field'], FieldValues>();
  for (const { requires, boxes, negated } of extents) {
    for (const values of requires) if (!sample.has(values.field)) sample.set(values.field, values);
    if (negated) continue;
    const [box, ...more] = boxes;
    if (!box) return undefined;
    for (const values of more.length > 0 ? [] : box) {
      const before = sample.get(values.field);
      if (before && !isSame(before, values)) return undefined;
      if ('ranges' in values && values.ranges.length === 0) return undefined;
      sample.set(values.field, values);
    }
  }
  return sample;
}

function isSame(a: FieldValues, b: FieldValues): boolean {
  const text = (values: FieldValues) =>
    JSON.stringify(values, (_name, value) => (typeof value === 'bigint' ? String(value) : value));
  return text(a) === text(b);
}

/**
 * Whether a packet without an address that a rule asks for may come from the network of another: where zones are told
 * apart by networks, that may be all that comes.
 */
export type AnyNetwork = 'maybe' | 'no';

/** Whether a rule may hold for the packet. A condition that no packet tells decides nothing. */
export function mayMatch(extents: readonly Extent[], sample: Sample, anyNetwork: AnyNetwork): boolean {
  return extents.every(({ requires, boxes, negated, condition }) => {
    if (condition || !requires.every((values) => mayHave(sample, values, anyNetwork))) return false;
    return negated || boxes.some((box) => box.every((values) => mayHave(sample, values, anyNetwork)));
  });
}

/** A line without a state is about new connections. */
const usual: Sample = new Map([['state', { field: 'state', words: ['new'] }]]);

function mayHave(sample: Sample, asked: FieldValues, anyNetwork: AnyNetwork): boolean {
  const known = sample.get(asked.field) ?? usual.get(asked.field);
  if (!known) return !hasOthers(asked, anyNetwork);
  if ('ranges' in asked && 'ranges' in known) {
    const [first] = known.ranges;
    return !first || asked.ranges.some((range) => range.first <= first.first && first.first <= range.last);
  }
  if ('version' in asked && 'version' in known) return asked.version === known.version;
  if ('words' in asked && 'words' in known) return known.words.some((word) => asked.words.includes(word));
  return true;
}

/** Whether a field has values besides these, of which the packet without a condition on it has one. */
function hasOthers(asked: FieldValues, anyNetwork: AnyNetwork): boolean {
  if (asked.field === 'protocol' || asked.field === 'dport' || asked.field === 'sport' || asked.field === 'icmp')
    return true;
  return 'ranges' in asked && (anyNetwork === 'no' || asked.ranges.every(({ first, last }) => first === last));
}
