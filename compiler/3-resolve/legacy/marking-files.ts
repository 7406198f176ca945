/** `tcrules` and `tos`, read as what `shorewall update` makes of them: lines of `mangle`. */

import type { Config } from '../../2-parse/parse.ts';
import { legacyFile } from '../../diagnostics/catalogue/other-files.ts';
import { badParameter } from '../../diagnostics/catalogue/targets.ts';
import { nearest } from '../../diagnostics/suggest.ts';
import type { Cell } from '../../language/schema.ts';
import type { MangleText } from '../../language/values.ts';
import { spanOf, standsFor } from '../../source.ts';
import { readMangleAction } from '../marks/mangle-actions.ts';
import type { Scope } from '../scope.ts';
import { columns, moved, raw } from './legacy-files.ts';

/** Where a mark of `tcrules` is set, as `mangle` says it (shorewall-tcrules(5) of Shorewall 4.5). */
const chains = { '': '', P: ':P', CP: ':P', F: ':F', CF: ':F', T: ':T', CT: ':T', C: '' } as const;

/** What MARK of `tcrules` is as an action of `mangle`; undefined when it is nothing of both. */
function actionOfMark(text: string): string | undefined {
  const [, mark = '', chain = ''] = /^(.*?)(?::(C|CP|CF|CT|P|F|T))?$/.exec(text) ?? [];
  const where = chains[chain as keyof typeof chains];
  const [word = '', mask] = mark.split('/');
  if (/^[0-9a-f]+:[0-9a-f]+$/i.test(mark)) return `CLASSIFY(${mark})${where}`;
  if (word === 'SAVE' || word === 'RESTORE') return `${word}${mask === undefined ? '' : `(${mask})`}${where}`;
  if (word === 'CONTINUE' || word === 'DROP' || word === 'SAME') return `${word}${where}`;
  if (/^(?:TPROXY|TTL|HL|IMQ|IPMARK|INLINE|COMMENT|CHECKSUM|DIVERT)\b/.test(word)) return `${mark}${where}`;
  if (/^[|&]?(?:0x[0-9a-f]+|\d+)/i.test(word)) return `${chain.startsWith('C') ? 'CONNMARK' : 'MARK'}(${mark})${where}`;
  return undefined;
}

/** `tcrules` as lines of `mangle`. */
export function mangleOfTcrules(rows: Config['tcrules'], scope: Scope): Config['mangle'] {
  return rows.flatMap((row) => {
    const { mark, ...rest } = row.cells;
    const word = actionOfMark(mark.value.name);
    if (word === undefined) {
      const nearSaving = nearest(mark.value.name, ['SAVE', 'RESTORE', 'CONTINUE']);
      scope.report.add(
        badParameter(
          mark.span,
          'MARK',
          mark.value.name,
          'a mark, a class, `SAVE`, `RESTORE` or `CONTINUE`',
          nearSaving && `\`${nearSaving}\``,
        ),
      );
      return [];
    }
    const action = spelled(word, mark, scope);
    const cells = [
      rest.source,
      rest.dest,
      rest.proto,
      rest.dport,
      rest.sport,
      rest.user,
      rest.test,
      rest.length,
      rest.tos,
    ];
    const more = [
      rest.connbytes,
      rest.helper,
      rest.headers,
      rest.probability,
      rest.dscp,
      rest.state,
      rest.time,
      rest.switch,
    ];
    const line = columns([word, ...[...cells, ...more].map(raw)]);
    scope.report.add(legacyFile(row.span, 'tcrules', 'mangle', line, moved(row, 'tcrules', 'mangle', [line])));
    return action ? [{ ...row, cells: { ...rest, action } }] : [];
  });
}

/** `tos` as lines of `mangle`. */
export function mangleOfTos(rows: Config['tos'], scope: Scope): Config['mangle'] {
  return rows.flatMap((row) => {
    const { source, dest, proto, dport, sport, tos, mark } = row.cells;
    const own = source.value.some(({ firewall }) => firewall);
    const word = `TOS(${tos.value.name})${own ? ':O' : ':P'}`;
    const action = spelled(word, tos, scope);
    const line = columns([word, ...[source, dest, proto, dport, sport, undefined, mark].map(raw)]);
    scope.report.add(legacyFile(row.span, 'tos', 'mangle', line, moved(row, 'tos', 'mangle', [line])));
    if (!action) return [];
    const without = { user: undefined, length: undefined, tos: undefined, connbytes: undefined, helper: undefined };
    const none = {
      headers: undefined,
      probability: undefined,
      dscp: undefined,
      state: undefined,
      time: undefined,
      switch: undefined,
    };
    return [{ ...row, cells: { ...without, ...none, action, source, dest, proto, dport, sport, test: mark } }];
  });
}

function spelled(word: string, cell: Cell<unknown>, scope: Scope): Cell<MangleText> | undefined {
  const text = standsFor(word, cell.span);
  return readMangleAction(text, spanOf(text), scope);
}
