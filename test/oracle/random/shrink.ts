/** A directory made smaller while what was found in it stays. */
import type { Directory } from './directory.ts';

/** `stays` is asked of ever smaller directories; what it denies is taken back. */
export async function shrink(
  directory: Directory,
  stays: (smaller: Directory) => Promise<boolean>,
): Promise<Directory> {
  let now = directory;
  let before = '';
  while (JSON.stringify(now) !== before) {
    before = JSON.stringify(now);
    for (const name of Object.keys(now.files)) {
      const least = name === 'interfaces' || name === 'zones' ? 1 : 0;
      for (let size = now.files[name]?.length ?? 0; size >= 1; size = Math.floor(size / 2)) {
        for (let start = (now.files[name]?.length ?? 0) - size; start >= least; start -= size) {
          const lines = now.files[name] ?? [];
          const rest = [...lines.slice(0, start), ...lines.slice(start + size)];
          const smaller = withLines(now, name, rest);
          if (await stays(smaller)) now = smaller;
        }
      }
    }
    now = await shrinkColumns(now, stays);
  }
  return now;
}

/** Columns that say nothing, and options taken out. */
async function shrinkColumns(
  directory: Directory,
  stays: (smaller: Directory) => Promise<boolean>,
): Promise<Directory> {
  let now = directory;
  for (const name of Object.keys(now.files)) {
    for (const [index, line] of (now.files[name] ?? []).entries()) {
      if (line.startsWith('?') || line.includes(';;')) continue;
      for (let column = line.split(' ').length - 1; column >= 1; column -= 1) {
        const words = (now.files[name]?.[index] ?? '').split(' ');
        if (words[column] === undefined || words[column] === '-') continue;
        const list = words[column]?.split(',') ?? [];
        const options =
          name === 'interfaces' && list.length > 1
            ? list.map((each) => list.filter((other) => other !== each).join(','))
            : [];
        for (const instead of ['-', ...options]) {
          const changed = words.map((word, at) => (at === column ? instead : word)).join(' ');
          const lines = (now.files[name] ?? []).map((other, at) =>
            at === index ? changed.replace(/( -)+$/, '') : other,
          );
          const smaller = withLines(now, name, lines);
          if (await stays(smaller)) {
            now = smaller;
            break;
          }
        }
      }
    }
  }
  return now;
}

function withLines(directory: Directory, name: string, lines: readonly string[]): Directory {
  const { [name]: _before, ...others } = directory.files;
  return { ...directory, files: lines.length > 0 ? { ...others, [name]: lines } : others };
}
