/** Log levels as settings and columns write them: a syslog level or a group of NFLOG, with options (shorewall-logging(5)). */
import type { LogFlag, LogTarget } from '../net/log.ts';
import { logLevels } from './names.ts';

/** Options in parentheses behind a level. */
export const logFlags: Readonly<Record<string, LogFlag>> = {
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
  return logTarget(
    found[1],
    (found[2] ?? '').split(',').filter((each) => each !== ''),
  );
}

/** The target of a level with its parameters; `none` for no logging, undefined when there is none such. */
export function logTarget(name: string, parameters: readonly string[]): LogTarget | 'none' | undefined {
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
  const wanted = parameters.map((each) => logFlags[each.toLowerCase()]);
  return wanted.includes(undefined) ? undefined : { kind: 'syslog', level, flags: wanted as readonly LogFlag[] };
}

function levelNamed(name: string): (typeof logLevels)[keyof typeof logLevels] | undefined {
  return Object.hasOwn(logLevels, name) ? logLevels[name as keyof typeof logLevels] : undefined;
}
