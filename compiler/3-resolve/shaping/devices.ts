/** `tcdevices` and `tcclasses`: devices with trees of classes. */
import type { Config } from '../../2-parse/parse.ts';
import { placeIn } from '../../2-parse/value.ts';
import { badOptionValue, unknownOption } from '../../diagnostics/catalogue/options.ts';
import { nearest } from '../../diagnostics/suggest.ts';
import { cakeValues, cakeWords } from '../../language/cake-options.ts';
import { markNumber } from '../../language/mark-layout.ts';
import type { Cell } from '../../language/schema.ts';
import type { Name, Option } from '../../language/values.ts';
import type { Leaf, ShapedDevice, ShapingClass } from '../../model/shaping.ts';
import type { Span } from '../../source.ts';
import { deviceOf } from '../routing/routing-rules.ts';
import type { Scope } from '../scope.ts';
import { classFilters } from './class-filters.ts';
import { incomingOf, rateOf, shareOf } from './rates.ts';
import { say } from './say.ts';

type DeviceRow = Config['tcdevices'][number];
type ClassRow = Config['tcclasses'][number];

interface Device extends Omit<ShapedDevice, 'classes'> {
  readonly name: string;
  readonly classify: boolean;
  /** What holds for classes that say nothing of their own queue: `flow=` and `pfifo`. */
  readonly usual: ReadonlyMap<string, Option>;
  readonly span: Span;
}

/** Every device with its classes. */
export function resolveDevices(config: Pick<Config, 'tcdevices' | 'tcclasses'>, scope: Scope): readonly ShapedDevice[] {
  const devices: Device[] = [];
  for (const row of config.tcdevices) {
    const device = resolveDevice(row, devices, scope);
    if (device) devices.push(device);
    else scope.report.leftOut.line('tcdevices', row.line.text.text);
  }
  const classes = config.tcclasses.map((row) => ({ row, place: placeOf(row, devices, scope) }));
  for (const { row, place } of classes) if (!place) judgeClass(row, scope);
  return devices.map(({ name: _name, classify: _classify, usual: _usual, span, ...device }) => {
    const mine = classes.flatMap(({ row, place }) => (place?.device.number === device.number ? [{ row, place }] : []));
    const found = mine.flatMap(({ row, place }) => resolveClass(row, place, devices.length, scope) ?? []);
    const parents = new Set(found.map(({ parent }) => parent));
    const sound = found.map((each) => ({ ...each, hasChildren: parents.has(each.number) }));
    soundClasses({ ...device, classes: sound }, span, scope);
    return { ...device, classes: sound };
  });
}

/** A declared interface; an ifb device needs no line in `interfaces`. */
function nameOf(cell: Cell<Name>, name: string, scope: Scope): string | undefined {
  return /^ifb\d+$/.test(name) ? name : deviceOf(cell, name, scope);
}

const deviceOptions = [
  'classify',
  'connmark',
  'cake',
  'htb',
  'hfsc',
  'linklayer',
  'overhead',
  'mtu',
  'mpu',
  'tsize',
  'qdisc',
  'in_quantum',
  'flow',
  'pfifo',
];

function resolveDevice(row: DeviceRow, earlier: readonly Device[], scope: Scope): Device | undefined {
  const { cells } = row;
  const [, digits, written = ''] = /^(?:(\d+|0x[0-9a-f]+):)?(.+)$/i.exec(cells.interface.value.name) ?? [];
  const name = nameOf(cells.interface, written, scope);
  const number =
    digits === undefined
      ? Math.max(0, ...earlier.map((each) => each.number)) + 1
      : Number.parseInt(digits.replace(/^0x/, ''), 16);
  const rate = rateOf(cells.out_bandwidth.value.name);
  const incoming = incomingOf(cells.in_bandwidth?.value.name, cells.in_bandwidth?.span ?? row.span, scope.report);
  const options = optionsOf(cells.options, deviceOptions, scope);
  if (rate === undefined)
    return say(
      scope,
      cells.out_bandwidth.span,
      `\`${cells.out_bandwidth.text.text}\` is no rate`,
      'a number with `kbit`, `mbit`, `kbps` or `mbps`',
      'write `5mbit`',
    );
  const twice = earlier.find((each) => each.number === number || each.device === name);
  if (twice)
    return say(
      scope,
      cells.interface.span,
      'this device is declared twice',
      'its number or its name has an earlier line',
      'leave one of them out',
    );
  const redirected =
    cells.redirect?.value.name.split(',').map((each) => cells.redirect && deviceOf(cells.redirect, each, scope)) ?? [];
  if (name === undefined || incoming === 'mistake' || !options || redirected.includes(undefined)) return undefined;
  const how = howOf(row, options, redirected.length > 0, scope);
  if (!how) return undefined;
  return {
    name: written,
    device: name,
    number,
    ...how,
    usual: new Map([...options].filter(([option]) => option === 'flow' || option === 'pfifo')),
    rate,
    ...(incoming ? { incoming } : {}),
    redirected: redirected.filter((each) => each !== undefined),
    linkLayer: ['linklayer', 'overhead', 'mtu', 'mpu', 'tsize'].flatMap((word) => {
      const value = options.get(word)?.value;
      return value === undefined || !options.has('linklayer') ? [] : [word, value];
    }),
    mtu: Number(options.get('mtu')?.value ?? 1500),
    classify: options.has('classify') || (redirected.length > 0 && !how.restoresMarks),
    span: row.span,
    origin: row.origin,
  };
}

/** Which queue it is; undefined after a message. */
function howOf(
  { cells: { options: cell }, span }: DeviceRow,
  options: ReadonlyMap<string, Option>,
  redirects: boolean,
  scope: Scope,
): Pick<Device, 'kind' | 'words' | 'restoresMarks'> | undefined {
  const restoresMarks = options.has('connmark');
  const words = cakeWordsOf(options, cell, scope);
  if (!restoresMarks || redirects) return words && { kind: kindOf(options), words, restoresMarks };
  return say(
    scope,
    cell?.span ?? span,
    '`connmark` has no effect here',
    'only packets that come in get the mark of their connection',
    'name the interface in REDIRECT, or leave it out',
  );
}

function kindOf(options: ReadonlyMap<string, Option>): ShapedDevice['kind'] {
  if (options.has('cake')) return 'cake';
  return options.has('hfsc') || options.get('qdisc')?.value === 'hfsc' ? 'hfsc' : 'htb';
}

/** `cake=(nat,dual-srchost,overhead=18)` in words; undefined after a message. */
function cakeWordsOf(
  options: ReadonlyMap<string, Option>,
  cell: Cell<readonly Option[]> | undefined,
  { report }: Scope,
): readonly string[] | undefined {
  const option = options.get('cake');
  if (!option || !cell) return [];
  const place = placeIn(cell, option.at);
  const found = (option.value ?? '').split(',').filter((word) => word !== '');
  for (const word of found) {
    const [name = '', value] = word.split('=');
    const wanted = Object.hasOwn(cakeWords, name) ? cakeWords[name as keyof typeof cakeWords] : undefined;
    const sound = wanted === 'none' ? value === undefined : wanted && cakeValues[wanted].test(value ?? '');
    if (!wanted) report.add(unknownOption(place, name, nearest(name, Object.keys(cakeWords))));
    else if (!sound) report.add(badOptionValue(place, name, wanted === 'none' ? 'no value' : `a ${wanted}`));
    if (!sound) return undefined;
  }
  return found.map((word) => word.replace('=', ' '));
}

/** The options by name, their values sound; undefined after a message. */
function optionsOf(
  cell: Cell<readonly Option[]> | undefined,
  known: readonly string[],
  { report }: Scope,
): ReadonlyMap<string, Option> | undefined {
  let sound = true;
  for (const option of cell?.value ?? []) {
    const place = cell ? placeIn(cell, option.at) : undefined;
    if (!place) continue;
    const isKnown = known.includes(option.name) || /^tos-/.test(option.name);
    const strange = option.value !== undefined && !/^[\w.:/,()= -]*$/.test(option.value);
    if (!isKnown) report.add(unknownOption(place, option.name, nearest(option.name, known)));
    else if (strange) report.add(badOptionValue(place, option.name, 'letters, digits and numbers'));
    sound &&= isKnown && !strange;
  }
  return sound ? new Map((cell?.value ?? []).map((option) => [option.name, option])) : undefined;
}

interface Place {
  readonly device: Device;
  readonly number?: number;
  readonly parent: number;
}

/** INTERFACE of `tcclasses`: the device, the class it names, and the class above it. */
function placeOf({ cells }: ClassRow, devices: readonly Device[], scope: Scope): Place | undefined {
  const [first = '', ...rest] = cells.interface.value.name.split(':');
  const device = devices.find((each) => each.name === first || each.device === first || String(each.number) === first);
  if (!device && scope.report.leftOut.mayDeclare(first, 'tcdevices')) {
    scope.report.passOver();
    return undefined;
  }
  if (!device)
    return say(
      scope,
      cells.interface.span,
      `\`${first}\` is no device of \`tcdevices\``,
      'classes belong to a device',
      'declare it in `tcdevices`',
    );
  const numbers = rest.map((text) => (/^[0-9a-f]{1,4}$/i.test(text) ? Number.parseInt(text, 16) : 0));
  const number = numbers.at(-1);
  if (rest.length > 2 || numbers.some((each) => each < 2 || each > 0xfffe))
    return say(
      scope,
      cells.interface.span,
      `\`${cells.interface.text.text}\` names no class`,
      'numbers are hexadecimal, from 2 to fffe',
      'write `eth0:110`',
    );
  return { device, ...(number === undefined ? {} : { number }), parent: rest.length === 2 ? (numbers[0] ?? 1) : 1 };
}

/** The columns of a class whose device is not known. */
function judgeClass({ cells }: ClassRow, scope: Scope): void {
  optionsOf(cells.options, classOptions, scope);
  priorityOf(cells.prio, scope);
  if (cells.mark && markNumber(cells.mark.value.name) === undefined) sayNoMark(cells.mark, scope);
}

/** PRIORITY; undefined after a message. */
function priorityOf(cell: Cell<Name>, scope: Scope): number | undefined {
  const { name } = cell.value;
  if (/^\d{1,5}$/.test(name) && Number(name) <= 0xffff) return Number(name);
  return say(
    scope,
    cell.span,
    `\`${cell.text.text}\` is no priority`,
    'a number from 0 to 65535',
    'write 1 for the class that is served first',
  );
}

const classOptions = ['default', 'tos', 'tcp-ack', 'flow', 'pfifo', 'limit', 'red', 'fq_codel', 'cake', 'occurs'];

function resolveClass(
  row: ClassRow,
  { device, number: named, parent }: Place,
  devices: number,
  scope: Scope,
): ShapingClass | undefined {
  const { cells } = row;
  const options = optionsOf(cells.options, classOptions, scope);
  const mark = markOf(row, device, scope);
  const rates = ratesOf(row, device, scope);
  if (!options || mark === 'mistake' || !rates) return undefined;
  if (options.has('occurs'))
    return say(
      scope,
      cells.options?.span ?? row.span,
      '`occurs` cannot be compiled',
      'an address cannot become a mark',
      'write a class for each address',
    );
  const prio = priorityOf(cells.prio, scope);
  if (prio === undefined) return undefined;
  const number = named ?? (mark === undefined ? undefined : numberOfMark(mark, devices, scope));
  if (number === undefined)
    return say(
      scope,
      row.span,
      'this class has neither a mark nor a number',
      '`classify` devices need one',
      'write `eth0:110`',
    );
  const filters = classFilters(row, { mark, prio }, scope);
  const words = cakeWordsOf(options, cells.options, scope);
  if (!filters || !words) return undefined;
  return {
    number,
    parent,
    ...(mark === undefined ? {} : { mark }),
    ...rates,
    prio,
    isDefault: options.has('default'),
    filters,
    leaf: options.has('cake') ? { kind: 'cake', words } : leafOf(options, device.usual),
    hasChildren: false,
    origin: row.origin,
  };
}

/** `1` and the mark in decimal, read as hexadecimal; with wide marks the next free one (Tc.pm of 5.2.8). */
function numberOfMark(mark: number, devices: number, { settings }: Scope): number {
  if (settings.marks.largestClass >= 2 ** 14 - 1) return mark + 1;
  return Number.parseInt(`${devices > 10 ? '10' : '1'}${mark}`, 16);
}

function sayNoMark({ span, text }: Cell<Name>, scope: Scope): void {
  const most = scope.settings.marks.largestClass;
  say(
    scope,
    span,
    `\`${text.text}\` cannot be the mark of a class`,
    `marks of classes go from 1 to ${most} (TC_BITS)`,
    `write a number from 1 to ${most}`,
  );
}

function markOf({ cells, span }: ClassRow, { classify }: Device, scope: Scope): number | undefined | 'mistake' {
  const { mark } = cells;
  if (!mark) {
    if (classify) return undefined;
    say(
      scope,
      span,
      'this class has no mark',
      'the device lacks `classify`',
      'write the mark of its packets into MARK',
    );
    return 'mistake';
  }
  const value = markNumber(mark.value.name.replace(/:.*/, ''));
  const most = scope.settings.marks.largestClass;
  if (value !== undefined && value > 0 && value <= most && !classify) return value;
  if (!classify) sayNoMark(mark, scope);
  else
    say(
      scope,
      mark.span,
      `\`${mark.text.text}\` cannot be the mark of a class`,
      'the device has `classify`: filters alone say which packets are of a class',
      'write `-`',
    );
  return 'mistake';
}

function ratesOf(
  { cells, span }: ClassRow,
  { rate: full, kind }: Device,
  scope: Scope,
): Pick<ShapingClass, 'rate' | 'ceil' | 'delay'> | undefined {
  const [first = 'full', time, most] = (cells.rate?.value.name ?? 'full').split(':');
  const rate = shareOf(first, full);
  const ceil = shareOf(cells.ceil?.value.name ?? 'full', full);
  if (rate === undefined || ceil === undefined)
    return say(
      scope,
      (rate === undefined ? cells.rate : cells.ceil)?.span ?? span,
      'this is no rate',
      'a rate such as `5mbit`, or a part of `full` such as `full/4`',
      'write `full/4`',
    );
  if (rate > ceil)
    return say(
      scope,
      cells.rate?.span ?? span,
      'the class has more for sure than it may have',
      'RATE is above CEIL',
      'make CEIL at least as large',
    );
  if (rate > full)
    return say(
      scope,
      cells.rate?.span ?? span,
      'the class has more than its device',
      'RATE is above OUT-BANDWIDTH',
      'make RATE smaller',
    );
  if (time === undefined) return { rate, ceil };
  if (kind !== 'hfsc' || !/^\d+(?:ms|s|us)?$/.test(time) || (most !== undefined && !/^\d+b?$/.test(most)))
    return say(
      scope,
      cells.rate?.span ?? span,
      'this is no delay',
      'devices with `hfsc` take `rate:dmax[:umax]`, such as `1mbit:50ms`',
      'leave it out',
    );
  return {
    rate,
    ceil,
    delay: {
      time: /^\d+$/.test(time) ? `${time}ms` : time,
      ...(most === undefined ? {} : { most: Number.parseInt(most, 10) }),
    },
  };
}

/** `fq_codel=(limit=1000,quantum=300)` in words. */
function wordsOf(text: string | undefined): readonly string[] {
  return (text ?? '').split(/[,=]/).filter((word) => word !== '');
}

function leafOf(own: ReadonlyMap<string, Option>, usual: ReadonlyMap<string, Option>): Leaf {
  if (own.has('red')) return { kind: 'red', words: wordsOf(own.get('red')?.value) };
  if (own.has('fq_codel')) return { kind: 'fq_codel', words: wordsOf(own.get('fq_codel')?.value) };
  const flow = own.get('flow') ?? usual.get('flow');
  if (own.has('pfifo') || (usual.has('pfifo') && !own.has('flow'))) return { kind: 'none' };
  const limit = own.get('limit')?.value;
  if (limit !== undefined || flow !== undefined)
    return { kind: 'sfq', limit: Number(limit ?? 127), ...(flow?.value === undefined ? {} : { flow: flow.value }) };
  return { kind: 'fq_codel', words: [] };
}

/** One default class for each device, each class once, below a class that is there. */
function soundClasses(device: ShapedDevice, span: Span, scope: Scope): void {
  const { classes } = device;
  const [first] = classes;
  if (first && device.kind === 'cake') {
    say(
      scope,
      first.origin[0],
      `\`${device.device}\` has no classes`,
      'the queue `cake` sorts packets by itself',
      'leave the class out, or `cake` in `tcdevices`',
    );
    return;
  }
  const numbers = new Set<number>();
  for (const each of classes) {
    if (numbers.has(each.number))
      say(
        scope,
        each.origin[0],
        'this class is declared twice',
        'an earlier line has its number',
        'give it another mark or number',
      );
    numbers.add(each.number);
  }
  for (const each of classes)
    if (each.parent !== 1 && !numbers.has(each.parent))
      say(scope, each.origin[0], 'the class above this one is not there', 'no line has its number', 'declare it first');
  const defaults = classes.filter(({ isDefault }) => isDefault);
  if (classes.length > 0 && defaults.length !== 1)
    say(
      scope,
      defaults[1]?.origin[0] ?? span,
      `\`${device.device}\` has ${defaults.length === 0 ? 'no default class' : 'several default classes'}`,
      'packets of no other class go there',
      'give the option `default` to one class',
    );
}
