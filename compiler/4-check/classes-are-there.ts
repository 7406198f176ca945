import { badShaping } from '../diagnostics/catalogue/shaping.ts';
import type { Model } from '../model/index.ts';
import type { MangleLine } from '../model/marks.ts';
import type { Law } from './law.ts';

/**
 * CLASSIFY names a class of a device by which packets leave (Shorewall 5.2.8: "Unknown Class", "IFB Classes may not be
 * specified in tcrules"); a packet of a class that is not there would be of the default class, and nobody would notice.
 */
export const classesAreThere: Law = (model, { report }) => {
  const { mode } = model.settings.shaping;
  // Without devices the queues are those of another program.
  if ((mode !== 'internal' && mode !== 'shared') || model.shaping.devices.length === 0) return;
  if (report.leftOut.isPartOf('tcdevices') || report.leftOut.isPartOf('tcclasses')) return;
  for (const line of model.mangle.flatMap(linesOf)) {
    for (const { major, minor } of classesOf(line)) {
      const why = flawOf(major, minor, model);
      const name = `${major.toString(16)}:${minor.toString(16)}`;
      if (why) report.add(badShaping(line.origin[0], `no packet can be of the class ${name}`, ...why));
    }
  }
};

function linesOf(line: MangleLine): readonly MangleLine[] {
  return line.action.kind === 'call' ? line.action.lines.flatMap(linesOf) : [line];
}

function classesOf({ action }: MangleLine): readonly { readonly major: number; readonly minor: number }[] {
  if (action.kind !== 'changes') return [];
  const statements = action.changes.flatMap((each) => each.statements);
  const set = statements.flatMap((each) => (each.kind === 'setPriority' ? [each] : []));
  return [...new Map(set.map((each) => [`${each.major}:${each.minor}`, each])).values()];
}

function flawOf(major: number, minor: number, { shaping }: Model): readonly [why: string, help: string] | undefined {
  const device = shaping.devices.find(({ number }) => number === major);
  const found = device?.classes.find(({ number }) => number === minor);
  if (!device || !found)
    return [
      '`tcclasses` has no such class',
      'write `number:class`, the number of the device and the class, as in `1:11`',
    ];
  if (device.redirected.length > 0)
    return ['packets that come in are sorted before rules are asked', 'write a line of `tcfilters`'];
  if (found.hasChildren) return ['other classes are below it, and only those hold packets', 'name one of these'];
  return undefined;
}
