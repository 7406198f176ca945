/** The description that an earlier page carries. */
import type { Description } from './description.ts';

/** Undefined where the text is no page of ours. What it says is data that is shown as text, and nothing else. */
export function earlierIn(page: string): Description | undefined {
  const block = /<script type="application\/json" id="firewall">(.*?)<\/script>/s.exec(page)?.[1];
  if (block === undefined) return undefined;
  try {
    const read: unknown = JSON.parse(block);
    return isDescription(read) ? read : undefined;
  } catch {
    return undefined;
  }
}

function isDescription(read: unknown): read is Description {
  if (typeof read !== 'object' || read === null || !('schema' in read) || read.schema !== 1) return false;
  const { cells, services, nat, name } = read as Partial<Description>;
  const isCell = (cell: unknown) =>
    typeof cell === 'object' &&
    cell !== null &&
    ['from', 'to', 'service', 'verdict'].every((key) => typeof (cell as Record<string, unknown>)[key] === 'string');
  return (
    typeof name === 'string' &&
    Array.isArray(services) &&
    Array.isArray(nat) &&
    Array.isArray(cells) &&
    cells.every(isCell)
  );
}
