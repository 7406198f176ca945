/** `ftpwall show marks`: the owner of each bit of a mark, and the marks of providers. */
import { layoutRows } from '../../compiler/3-resolve/marks/mark-values.ts';
import type { Model } from '../../compiler/model/index.ts';
import type { Shown } from './subject.ts';

export function show({ settings, routing }: Model): Shown {
  const fields = layoutRows(settings.marks);
  const providers = routing.providers.flatMap(({ name, mark }) => (mark === undefined ? [] : [{ name, mark }]));
  const hex = (number: number) => `0x${(number >>> 0).toString(16)}`;
  const width = Math.max(
    ...fields.map(({ mask }) => hex(mask).length),
    ...providers.map(({ mark }) => hex(mark).length),
  );
  const lines = [
    ...fields.map(({ mask, owner }) => `${hex(mask).padEnd(width)}  ${owner}`),
    ...(providers.length > 0 ? ['', ...providers.map(({ name, mark }) => `${hex(mark).padEnd(width)}  ${name}`)] : []),
  ];
  return { text: `${lines.join('\n')}\n`, json: { schema: 1, fields, providers } };
}
