/** What a report says of a firewall, as data: the page is made of it, carries it, and a later report compares with it. */
import type { Firewall } from '../../compiler/answers/firewall.ts';
import { Lines } from '../../compiler/answers/lines.ts';
import { type MatrixCell, matrixOf } from '../../compiler/answers/matrix.ts';
import { type PacketBox, packetBoxOf } from '../../compiler/answers/report/packet-box.ts';
import type { Diagnostic } from '../../compiler/diagnostics/message.ts';
import type { Model } from '../../compiler/model/index.ts';
import { printRange } from '../../compiler/net/address.ts';
import { lineText, placeOf, positionOf, type Span } from '../../compiler/source.ts';
import { transfersOf } from '../show/transfers.ts';
import type { LineHits } from '../status/counters.ts';

/** A zone with the interfaces behind which it is. */
export interface ReportZone {
  readonly name: string;
  readonly kind: string;
  readonly parents: readonly string[];
  readonly places: readonly string[];
}

/** One line of a table: where it stands, and what it says. */
export interface ReportLine {
  readonly line: string;
  readonly text: string;
}

/** Schema 1 of the JSON that a report carries. */
export interface Description {
  readonly schema: 1;
  readonly name: string;
  readonly versions: readonly string[];
  readonly zones: readonly ReportZone[];
  readonly services: readonly string[];
  readonly cells: readonly MatrixCell[];
  /** The texts of the lines that cells name. */
  readonly lines: Readonly<Record<string, string>>;
  readonly nat: readonly (ReportLine & { readonly to: string })[];
  readonly ftp: readonly (ReportLine & { readonly from: string; readonly to: string; readonly how: string })[];
  readonly ftpPorts: readonly number[];
  readonly warnings: readonly (ReportLine & { readonly code: string; readonly message: string })[];
  readonly assertions: readonly ReportLine[];
  readonly counters?: readonly LineHits[];
  readonly packets?: PacketBox;
}

/** What is reported: a firewall, what the compiler has to say of it, and what the machine counts. */
export interface Reported {
  readonly name: string;
  readonly firewall: Firewall;
  readonly warnings: readonly Diagnostic[];
  readonly counters?: readonly LineHits[];
}

/** Describes a firewall; a text says why it cannot be told. */
export function describeFirewall({ name, firewall, warnings, counters }: Reported): Description | string {
  const matrix = matrixOf(firewall);
  if (matrix.kind === 'undecided') return matrix.reason;
  const { model, ruleset } = firewall;
  const lines = new Lines().know(ruleset);
  const { helped, tls, ports } = transfersOf(model);
  const packets = packetBoxOf(firewall);
  const texts = textsOf(ruleset);
  const named = [...new Set(matrix.cells.flatMap((cell) => cell.lines))].sort();
  const ftpLine = (how: string) => (each: (typeof helped)[number]) => ({
    line: each.place,
    text: texts.get(each.place) ?? '',
    from: each.source,
    to: [each.dest, ...each.servers].join(':'),
    how,
  });
  return {
    schema: 1,
    name,
    versions: model.families.versions.map((version) => `IPv${version}`),
    zones: model.zones.map((zone) => zoneOf(zone)),
    services: matrix.services,
    cells: matrix.cells,
    lines: Object.fromEntries(named.flatMap((line) => (texts.has(line) ? [[line, texts.get(line) ?? '']] : []))),
    nat: natOf(lines),
    ftp: [...helped.map(ftpLine('helper')), ...tls.map(ftpLine('TLS, passive range open'))],
    ftpPorts: ports,
    warnings: warnings.map(({ code, message, label: { span } }) => ({
      line: placeOf(span),
      text: textAt(span),
      code,
      message,
    })),
    assertions: model.assertions.map(({ place }) => ({ line: placeOf(place), text: textAt(place) })).filter(isFirst),
    ...(counters && { counters }),
    ...(packets && { packets }),
  };
}

function zoneOf({ name, kind, parents, hosts }: Model['zones'][number]): ReportZone {
  const places = hosts.map(({ interface: { pattern }, ranges }) => {
    const where = pattern.wildcard ? `${pattern.name}+` : pattern.name;
    return ranges === undefined ? where : `${where}: ${ranges.map(printRange).join(', ')}`;
  });
  return { name, kind, parents, places: [...new Set(places)] };
}

function natOf(lines: Lines): Description['nat'] {
  const rows = [...lines.translations.values()].map(({ by, to }) => {
    const { line, text } = lines.of(by);
    return { line: line ?? '', text: text.replace(/\s+/g, ' '), to };
  });
  return [...new Map(rows.map((row) => [JSON.stringify(row), row])).values()];
}

/** The texts of all lines from which rules come. */
function textsOf({ chains }: Firewall['ruleset']): ReadonlyMap<string, string> {
  const spans = chains.flatMap(({ rules }) => rules.flatMap(({ origin }) => origin ?? []));
  return new Map(spans.map((span) => [placeOf(span), textAt(span)]));
}

function textAt({ source, start }: Span): string {
  return lineText(source, positionOf(source, start).line).trim().replace(/\s+/g, ' ');
}

function isFirst(line: ReportLine, index: number, all: readonly ReportLine[]): boolean {
  return all.findIndex((each) => each.line === line.line) === index;
}

/** What became of a cell since an earlier report. */
export interface CellChange {
  readonly from: string;
  readonly to: string;
  readonly service: string;
  /** Absent where there was no such cell. */
  readonly before?: string;
  readonly after?: string;
}

/** The cells that are otherwise than in an earlier report. A service that only one of them names is compared with everything else. */
export function changesSince(before: Description, after: Description): readonly CellChange[] {
  const rest = (description: Description) => description.services.at(-1) ?? '';
  const at = (description: Description, from: string, to: string, service: string) =>
    (
      description.cells.find((cell) => cell.from === from && cell.to === to && cell.service === service) ??
      description.cells.find((cell) => cell.from === from && cell.to === to && cell.service === rest(description))
    )?.verdict;
  const pairs = new Set([...before.cells, ...after.cells].map(({ from, to }) => `${from} ${to}`));
  const services = [...new Set([...before.services, ...after.services])];
  return [...pairs].flatMap((pair) => {
    const [from = '', to = ''] = pair.split(' ');
    return services.flatMap((service): readonly CellChange[] => {
      const [old, young] = [at(before, from, to, service), at(after, from, to, service)];
      if (old === young) return [];
      return [{ from, to, service, ...(old && { before: old }), ...(young && { after: young }) }];
    });
  });
}
