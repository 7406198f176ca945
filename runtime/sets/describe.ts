/** Elements of sets as people read them. */
import { protocolNumbers } from '../../compiler/language/names.ts';

const nameOf = new Map<string, string>(Object.entries(protocolNumbers).map(([name, number]) => [String(number), name]));

/** An element with the names of protocols instead of their numbers: the third field of what is opened. */
export function describeElement(element: string): string {
  const parts = element.split(' . ');
  return parts.length < 4
    ? element
    : parts.map((each, index) => (index === 2 ? (nameOf.get(each) ?? each) : each)).join(' . ');
}
