import { ipv6NotFiltered } from '../diagnostics/catalogue/settings.ts';
import type { Law } from './law.ts';

/** A configuration for IPv4 alone must not leave IPv6 open without saying so. */
export const ipv6IsFiltered: Law = (model, { report }) => {
  if (!model.settings.leaveIpv6Alone) return;
  const place = model.settingsPlace;
  if (place && !report.leftOut.mayDeclare('DISABLE_IPV6', place.source.path)) report.add(ipv6NotFiltered(place));
};
