/** Log levels: the words of the language to what nftables logs with. */

import { placeIn } from '../../2-parse/value.ts';
import { logTagUnprintable, unknownLogLevel, unknownLogOption } from '../../diagnostics/catalogue/logging.ts';
import { badParameter } from '../../diagnostics/catalogue/targets.ts';
import type { Report } from '../../diagnostics/report.ts';
import { nearest } from '../../diagnostics/suggest.ts';
import { logLevels } from '../../language/names.ts';
import type { Cell } from '../../language/schema.ts';
import type { LogLevelText, LogText } from '../../language/values.ts';
import type { Log } from '../../model/log.ts';
import type { LogFlag, LogTarget } from '../../net/log.ts';

/** Options in parentheses behind a level (shorewall-logging(5)). */
const flags: Readonly<Record<string, LogFlag>> = {
  tcp_sequence: 'tcp sequence',
  tcp_options: 'tcp options',
  ip_options: 'ip options',
  macdecode: 'ether',
  uid: 'skuid',
};

/** The target of a level as settings write it; `none` for no logging, undefined when there is no such level. */
export function logTargetOf(text: string): LogTarget | 'none' | undefined {
  const found = /^([A-Za-z0-9_]+)(?:\(([^)]*)\))?!?(?::.*)?$/.exec(text);
  if (!found?.[1]) return undefined;
  return targetOf(
    found[1],
    (found[2] ?? '').split(',').filter((each) => each !== ''),
  );
}

function targetOf(name: string, parameters: readonly string[]): LogTarget | 'none' | undefined {
  const lower = name.toLowerCase();
  if (lower === 'none') return 'none';
  if (lower === 'nflog') {
    const [group = '0', size, threshold, more] = parameters;
    if (more !== undefined) return undefined;
    if (![group, size, threshold].every((each) => each === undefined || each === '' || /^\d+$/.test(each)))
      return undefined;
    if (Number(group) > 65535) return undefined;
    return {
      kind: 'group',
      group: Number(group === '' ? 0 : group),
      ...(size && Number(size) > 0 ? { size: Number(size) } : {}),
      ...(threshold && Number(threshold) > 0 ? { threshold: Number(threshold) } : {}),
    };
  }
  if (lower === 'logmark') return { kind: 'syslog', level: levelNamed(parameters[0] ?? 'info') ?? 'info', flags: [] };
  const level = levelNamed(lower);
  if (!level) return undefined;
  const wanted = parameters.map((each) => flags[each.toLowerCase()]);
  return wanted.includes(undefined) ? undefined : { kind: 'syslog', level, flags: wanted as readonly LogFlag[] };
}

function levelNamed(name: string): (typeof logLevels)[keyof typeof logLevels] | undefined {
  return Object.hasOwn(logLevels, name) ? logLevels[name as keyof typeof logLevels] : undefined;
}

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
  const target = targetOf(level.name, level.parameters);
  if (target !== undefined) return target;
  if (level.name.toLowerCase() === 'nflog') {
    const wanted = '`NFLOG(group)`, `NFLOG(group,bytes)` or `NFLOG(group,bytes,packets)`, in numbers';
    report.add(badParameter(placeIn(cell, level.at), 'NFLOG', level.parameters.join(','), wanted));
    return undefined;
  }
  const option = levelNamed(level.name.toLowerCase()) && level.parameters.find((each) => !isFlag(each));
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
    report.add(unknownLogOption(place, option, nearest(option, Object.keys(flags))));
  }
  return undefined;
}

function isFlag(name: string): boolean {
  return Object.hasOwn(flags, name.toLowerCase());
}
