/** The port lists: which ports speak FTP and its kin, from `modules`, `helpers` and the settings. */
import type { Config } from '../../2-parse/parse.ts';
import { placeIn } from '../../2-parse/value.ts';
import {
  listWithoutUsualPort,
  moduleParameterWithoutEffect,
  portListsDiffer,
  tooManyPorts,
  unknownHelper,
  unknownModule,
} from '../../diagnostics/catalogue/helpers.ts';
import { badOptionValue } from '../../diagnostics/catalogue/options.ts';
import { notLoadmodule } from '../../diagnostics/catalogue/parsing.ts';
import type { Report } from '../../diagnostics/report.ts';
import { nearest } from '../../diagnostics/suggest.ts';
import { type HelperName, helperOfModule, helpersNamed, helperTable } from '../../language/names.ts';
import type { HelperDescription, HelperPorts, TrackingRule } from '../../model/conntrack.ts';
import type { Families } from '../../model/zone.ts';
import { type Origin, type Span, spanOf } from '../../source.ts';
import type { SettingReader } from '../settings/setting-lines.ts';

interface List {
  readonly ports: readonly number[];
  readonly place: Span;
  readonly origin: Origin;
  /** `conntrack` lists say which ports; those of the NAT half of a pair must agree. */
  readonly half: 'conntrack' | 'nat';
}

type HelperRow = Config['helpers'][number] | Config['modules'][number];

/** Every helper with its ports: the lists united, or the usual port when there is none. */
export function resolveHelpers(
  config: Config,
  reader: SettingReader,
  tracking: readonly TrackingRule[],
  families: Families,
  report: Report,
): readonly HelperPorts[] {
  const lists = new Map<HelperName, List[]>();
  const mentioned = new Set<HelperName>();
  const asked = new Set<string>(reader.text('HELPERS').split(',').flatMap(helpersNamed));
  for (const [file, rows] of [
    ['modules', config.modules],
    ['helpers', config.helpers],
  ] as const)
    for (const row of rows) readRow(file, row, { lists, mentioned }, report);
  const enabled = enabledHelpers(reader, report);
  const unloaded = new Set(
    reader
      .text('DONT_LOAD')
      .split(',')
      .map((each) => each.trim()),
  );
  return (Object.keys(helperTable) as HelperName[]).map((name) => {
    const found = lists.get(name) ?? [];
    checkLists(name, found, report);
    const tracked = trackedPorts(name, tracking);
    const listed = found.flatMap((list) => list.ports);
    const ports = [...new Set([...(listed.length > 0 ? listed : helperTable[name].usualPorts), ...tracked])].sort(
      (a, b) => a - b,
    );
    const first = found[0];
    return {
      helper: { name, ...helperTable[name] },
      ports,
      listed: listed.length > 0,
      automatic: name === 'ftp' || mentioned.has(name) || asked.has(name) || tracked.length > 0,
      enabled: enabled.has(name) && !unloaded.has(helperTable[name].module) && knows(name, families),
      ...(first ? { origin: first.origin } : {}),
    };
  });
}

/** Whether the kernel has the helper for a compiled IP version. */
function knows(name: HelperName, families: Families): boolean {
  const { versions }: Omit<HelperDescription, 'name'> = helperTable[name];
  return versions === undefined || versions.some((version) => families.versions.includes(version));
}

/** The ports that `conntrack` gives the helper: connections to them are admitted with what they announce. */
function trackedPorts(name: HelperName, tracking: readonly TrackingRule[]): readonly number[] {
  return tracking
    .filter((each) => each.action.kind === 'helper' && each.action.helper === name)
    .flatMap((each) =>
      each.traffic.protocols.flatMap((protocol) => (protocol.dports?.negated ? [] : (protocol.dports?.ranges ?? []))),
    )
    .flatMap((range) => (range.first === range.last ? [range.first] : []));
}

interface Found {
  readonly lists: Map<HelperName, List[]>;
  readonly mentioned: Set<HelperName>;
}

function readRow(file: string, row: HelperRow, { lists, mentioned }: Found, report: Report): void {
  const { command, module, parameters } = row.cells;
  if (command.value.name !== 'loadmodule') {
    report.add(notLoadmodule(command.span, file, command.value.name));
    return;
  }
  const found = /^(?:nf_|ip_)?(conntrack|nat)_(.+)$/.exec(module.value.name);
  const names = found?.[2] && Object.hasOwn(helperOfModule, found[2]) ? helperOfModule[found[2]] : undefined;
  if (!names) {
    if (!quietModules.test(module.value.name)) report.add(unknownModule(module.span, module.value.name));
    return;
  }
  for (const name of names) mentioned.add(name);
  for (const parameter of parameters?.value ?? []) {
    if (!parameters) continue;
    if (parameter.name !== 'ports') {
      const text = `${parameter.name}=${parameter.value}`;
      report.add(moduleParameterWithoutEffect(placeIn(parameters, parameter.at), module.value.name, text));
      continue;
    }
    const texts = parameter.value.split(',');
    const place = placeIn(parameters, parameter.at);
    if (!texts.every((text) => /^\d{1,5}$/.test(text) && Number(text) >= 1 && Number(text) <= 65535)) {
      report.add(badOptionValue(place, 'ports', 'port numbers from 1 to 65535, separated by commas'));
      continue;
    }
    if (texts.length > 8) report.add(tooManyPorts(place, module.value.name));
    const list: List = {
      ports: texts.map(Number),
      place,
      origin: row.origin,
      half: found?.[1] === 'nat' ? 'nat' : 'conntrack',
    };
    for (const name of names) lists.set(name, [...(lists.get(name) ?? []), list]);
  }
}

/** Modules that stock files load and that nftables needs no line for: matches, targets, connection tracking itself. */
const quietModules = /^(?:ip6?t_|ip6?table|xt_|nf_|ip_|ipt|nfnetlink|x_tables|ebt|sch_|cls_|act_|ifb|em_)/;

function checkLists(name: HelperName, lists: readonly List[], report: Report): void {
  const [first, ...rest] = lists;
  if (!first) return;
  const key = (list: List): string => [...list.ports].sort((a, b) => a - b).join(',');
  for (const list of rest)
    if (key(list) !== key(first))
      report.add(portListsDiffer(list.place, name, { span: first.place, text: 'the other list' }));
  const usual = helperTable[name].usualPorts[0];
  if (!lists.some((list) => (list.ports as readonly number[]).includes(usual)))
    report.add(listWithoutUsualPort(first.place, name, usual));
}

/** HELPERS: empty for all, `none`, or a list. */
function enabledHelpers(reader: SettingReader, report: Report): ReadonlySet<string> {
  const text = reader.text('HELPERS').trim();
  if (text === '') return new Set(Object.keys(helperTable));
  if (text.toLowerCase() === 'none') return new Set();
  const written = reader.written('HELPERS');
  let at = 0;
  for (const each of text.split(',')) {
    const name = each.trim();
    const start = written?.text.indexOf(name, at) ?? 0;
    at = start + name.length;
    if (written && helpersNamed(name).length === 0)
      report.add(unknownHelper(spanOf(written, start, at), name, nearest(name, [...Object.keys(helperTable), 'h323'])));
  }
  return new Set(text.split(',').flatMap(helpersNamed));
}
