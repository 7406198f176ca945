/** What a configuration says of FTP: which control connections are followed by the helper, which servers speak TLS. */
import { helperUses } from '../../compiler/5-lower/conntrack/helper-use.ts';
import { parsePassive } from '../../compiler/language/ftps.ts';
import type { Model } from '../../compiler/model/index.ts';
import type { Rule } from '../../compiler/model/rule.ts';
import type { PortMatch } from '../../compiler/model/traffic.ts';
import { printRange } from '../../compiler/net/address.ts';
import type { AddressRange, NumberRange } from '../../compiler/net/ranges.ts';
import { placeOf } from '../../compiler/source.ts';

/** A line that lets FTP through, seen from both ends. */
export interface FtpLine {
  /** `rules:14`. */
  readonly place: string;
  readonly source: string;
  readonly dest: string;
  /** Addresses of the server as it sees itself, as nft writes them; empty when the line is for all. */
  readonly servers: readonly string[];
  /** Ports that the client asks for, and that the server listens on. */
  readonly asked: readonly number[];
  readonly listens: readonly number[];
  /** Addresses that clients ask for when these are not the server's own. */
  readonly publicAddresses: readonly string[];
  /** Clients ask for another address than the server has. */
  readonly translated: boolean;
}

/** A server with TLS and the passive range that is open to it. */
export interface TlsServer extends FtpLine {
  readonly passive: NumberRange;
}

/** Schema 1 of `show ftp --json`. */
export interface Transfers {
  readonly schema: 1;
  /** The list of ports that speak FTP, and the line that gives it; absent for the usual port 21. */
  readonly ports: readonly number[];
  readonly portsPlace?: string;
  readonly helped: readonly FtpLine[];
  readonly tls: readonly TlsServer[];
}

const tcp = 6;

export function transfersOf(model: Model): Transfers {
  const ftp = model.helpers.find(({ helper }) => helper.name === 'ftp');
  const passive = parsePassive(model.settings.ftpsPassive);
  const accepting = model.rules.filter(({ action }) => ['accept', 'dnat', 'redirect'].includes(action.kind));
  const helped = accepting.filter((rule) => helperUses(rule, model).some(({ helper }) => helper.helper.name === 'ftp'));
  const tls = passive === undefined ? [] : accepting.filter((rule) => opensRange(rule, passive));
  return {
    schema: 1,
    ports: ftp?.ports ?? [],
    ...(ftp?.origin && { portsPlace: placeOf(ftp.origin[0]) }),
    helped: helped.flatMap(linesOf),
    tls: passive === undefined ? [] : tls.flatMap(linesOf).map((line) => ({ ...line, passive })),
  };
}

function opensRange(rule: Rule, passive: NumberRange): boolean {
  return portsOf(rule).some(({ first, last }) => first === passive.first && last === passive.last);
}

/** A line of the configuration for each pair of zones. */
function linesOf(rule: Rule): readonly FtpLine[] {
  const { action, traffic, origin } = rule;
  const translated = action.kind === 'dnat' ? action.server : undefined;
  const own = translated ? [translated.addresses].filter((each) => each !== undefined) : (traffic.dest?.ranges ?? []);
  const asked = singlePorts(portsOf(rule));
  const rewritten = translated?.ports ?? (action.kind === 'redirect' ? action.ports : undefined);
  return rule.pairs.map(({ source, dest }) => ({
    // The outermost place is the line that somebody wrote; the others are macros.
    place: placeOf(origin[origin.length - 1] ?? origin[0]),
    source,
    dest,
    servers: printed(own),
    asked,
    listens: rewritten ? singlePorts([rewritten]) : asked,
    publicAddresses: printed(traffic.originalDest?.ranges ?? []),
    translated: translated !== undefined,
  }));
}

function portsOf(rule: Rule): readonly NumberRange[] {
  const lists = rule.traffic.protocols.flatMap(({ protocol, negated, dports }): readonly PortMatch[] =>
    protocol === tcp && !negated && dports && !dports.negated ? [dports] : [],
  );
  return lists.flatMap(({ ranges }) => ranges);
}

function singlePorts(ranges: readonly NumberRange[]): readonly number[] {
  return [...new Set(ranges.flatMap(({ first, last }) => (first === last ? [first] : [])))];
}

function printed(ranges: readonly AddressRange[]): readonly string[] {
  return [...new Set(ranges.map(printRange))];
}
