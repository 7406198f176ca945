/** The options of zones and of their hosts. */
import { placeIn } from '../2-parse/value.ts';
import { unsupportedMatch } from '../diagnostics/catalogue/matches.ts';
import { badOptionValue, obsoleteOption, optionUntold, unknownOption } from '../diagnostics/catalogue/options.ts';
import type { Report } from '../diagnostics/report.ts';
import { nearest } from '../diagnostics/suggest.ts';
import { type HostOptionName, hostOptions } from '../language/interface-options.ts';
import type { Cell } from '../language/schema.ts';
import type { Option } from '../language/values.ts';
import { zoneOption, zoneOptions } from '../language/zone-options.ts';
import type { HostCheck } from '../model.ts';

type OptionsCell = Cell<readonly Option[]> | undefined;

/** OPTIONS, IN_OPTIONS and OUT_OPTIONS of a zone: the number of the IPsec policies it is of, if one is named. */
export function readZoneOptions(
  cells: { readonly options: OptionsCell; readonly in_options: OptionsCell; readonly out_options: OptionsCell },
  ipsec: boolean,
  report: Report,
): { readonly reqid?: number } {
  let reqid: number | undefined;
  for (const cell of [cells.options, cells.in_options, cells.out_options]) {
    for (const option of cell?.value ?? []) {
      const number = cell && readZoneOption(option, cell, { ipsec, oneWay: cell !== cells.options }, report);
      reqid = number ?? reqid;
    }
  }
  return reqid === undefined ? {} : { reqid };
}

function readZoneOption(
  { name, value, at }: Option,
  cell: Cell<unknown>,
  { ipsec, oneWay }: { readonly ipsec: boolean; readonly oneWay: boolean },
  report: Report,
): number | undefined {
  const place = placeIn(cell, at);
  const known = zoneOption(name);
  const number = /^(0x[0-9a-f]+|\d+)$/i.test(value ?? '') && Number(value) <= 0xffffffff ? Number(value) : undefined;
  if (!known) report.add(unknownOption(place, name, nearest(name, Object.keys(zoneOptions))));
  else if (known.ipsec && !ipsec)
    report.add(unsupportedMatch(place, `\`${name}\` of a zone without IPsec`, 'only zones of type `ipsec` have it'));
  else if ((name === 'mss' || name === 'reqid') && number === undefined)
    report.add(badOptionValue(place, name, 'a number'));
  else if (known.kind === 'refused' || (known.kind === 'reqid' && oneWay))
    report.add(unsupportedMatch(place, `\`${name}\` of a zone`, 'nftables cannot tell such packets apart'));
  else if (known.kind === 'untold') report.add(optionUntold(place, name, known.doc));
  else return known.kind === 'reqid' ? number : undefined;
  return undefined;
}

/** Options that mean for hosts what they mean for a whole interface. */
export const hostChecks: readonly HostCheck[] = ['tcpflags', 'nosmurfs', 'maclist'];

/** What a line of `hosts` says of its hosts besides their addresses. */
export function readHostOptions(cell: OptionsCell, report: Report): ReadonlySet<HostOptionName> {
  const names = new Set<HostOptionName>();
  for (const { name, value, at } of cell?.value ?? []) {
    if (!cell) break;
    const place = placeIn(cell, at);
    const known = Object.hasOwn(hostOptions, name) ? hostOptions[name as HostOptionName] : undefined;
    if (!known) report.add(unknownOption(place, name, nearest(name, Object.keys(hostOptions))));
    else if (known.kind === 'obsolete') report.add(obsoleteOption(place, name, known.doc, place));
    else if (name === 'mss' && !/^\d+$/.test(value ?? '')) report.add(badOptionValue(place, name, 'a number'));
    else if (name === 'mss') report.add(optionUntold(place, name, known.doc));
    else names.add(name as HostOptionName);
  }
  return names;
}
