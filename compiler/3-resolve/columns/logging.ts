/** Log levels: the words of the language to what nftables logs with. */

import { placeIn } from '../../2-parse/value.ts';
import { logTagUnprintable, unknownLogLevel, unknownLogOption } from '../../diagnostics/catalogue/logging.ts';
import { badParameter } from '../../diagnostics/catalogue/targets.ts';
import type { Report } from '../../diagnostics/report.ts';
import { nearest } from '../../diagnostics/suggest.ts';
import { logFlags, logTarget } from '../../language/log-levels.ts';
import { logLevels } from '../../language/names.ts';
import type { Cell } from '../../language/schema.ts';
import type { LogLevelText, LogText } from '../../language/values.ts';
import type { Log } from '../../model/log.ts';
import type { LogTarget } from '../../net/log.ts';

/** The log statement a column asks for; undefined for `none` and for mistakes, which are reported. */
export function resolveLog(cell: Cell<unknown>, text: LogText | undefined, report: Report): Log | undefined {
  if (!text) return undefined;
  const target = targetOfLevel(cell, text.level, report);
  if (!target || target === 'none') return undefined;
  if (text.tag === undefined || text.tag === '') return { target };
  const tag = text.tag.replace(/,$/, '');
  if (!/^[\x20-\x21\x23-\x7e]{1,64}$/.test(tag)) {
    const start = cell.text.text.indexOf(text.tag, text.level.at.end);
    report.add(logTagUnprintable(placeIn(cell, { start, end: start + text.tag.length }), tag));
    return undefined;
  }
  return { target, tag };
}

/** Judges a log level where it is written, before it goes on to lines of a macro or an action. */
export function soundLog(cell: Cell<unknown>, text: LogText | undefined, report: Report): boolean {
  return resolveLog(cell, text, report) !== undefined || !text || text.level.name.toLowerCase() === 'none';
}

function targetOfLevel(cell: Cell<unknown>, level: LogLevelText, report: Report): LogTarget | 'none' | undefined {
  const target = logTarget(level.name, level.parameters);
  if (target !== undefined) return target;
  if (level.name.toLowerCase() === 'nflog') {
    const wanted = '`NFLOG(group)`, `NFLOG(group,bytes)` or `NFLOG(group,bytes,packets)`, in numbers';
    report.add(badParameter(placeIn(cell, level.at), 'NFLOG', level.parameters.join(','), wanted));
    return undefined;
  }
  const option = Object.hasOwn(logLevels, level.name.toLowerCase())
    ? level.parameters.find((each) => !isFlag(each))
    : undefined;
  if (option === undefined)
    report.add(
      unknownLogLevel(
        placeIn(cell, level.at),
        level.name,
        nearest(level.name, [...Object.keys(logLevels), 'NFLOG', 'none']),
      ),
    );
  else {
    const start = cell.text.text.indexOf(option, level.at.start + level.name.length);
    const place = placeIn(cell, { start, end: start + option.length });
    report.add(unknownLogOption(place, option, nearest(option, Object.keys(logFlags))));
  }
  return undefined;
}

function isFlag(name: string): boolean {
  return Object.hasOwn(logFlags, name.toLowerCase());
}
