/** What stages 3 and 4 say of settings: unknown, old, without effect, or at odds with something else. */
import type { Span } from '../../source.ts';
import { error, note, warning } from '../diagnostic.ts';
import type { Fix, Label } from '../message.ts';
import { writeInstead } from '../suggest.ts';

export const unknownSetting = warning('unknown-setting', (name: string, suggestion: string | undefined) => ({
  message: `unknown setting \`${name}\``,
  label: 'this line has no effect',
  help: writeInstead(suggestion) ?? 'leave the line out',
}));

export const legacySetting = warning('legacy-setting', (name: string, modern: string | undefined, fix: Fix) => ({
  message: `setting \`${name}\` is obsolete`,
  label: modern ? `read as \`${modern}\`` : 'this line has no effect',
  help: modern ? `write \`${modern}\`` : 'leave the line out',
  fix,
}));

export const badSetting = error('bad-setting', (name: string, text: string, wanted: string) => ({
  message: `\`${name}\` cannot be \`${text}\``,
  label: `expected ${wanted}`,
  help: `write ${wanted}`,
}));

export const perFamilySetting = error('per-family-setting', (name: string, version: number) => ({
  message: `\`${name}\` cannot differ by IP version, but is set only for IPv${version}`,
  label: 'between `?IF` and `?ENDIF`',
  help: 'move the line out of `?IF`; `ftpwall schema` lists the settings that may differ by IP version',
}));

export const legacyDefaultAction = warning(
  'legacy-default-action',
  (setting: string, old: string, modern: string, place: Span) => ({
    message: `\`${setting}\` names the obsolete action \`${old}\``,
    label: `read as \`${modern}\``,
    help: `write \`${setting}="${modern}"\``,
    fix: { span: place, text: isQuoted(place) ? modern : `"${modern}"` },
  }),
);

export const ipv6NotFiltered = warning('ipv6-not-filtered', () => ({
  message: 'IPv6 is not filtered by this configuration',
  label: '`DISABLE_IPV6=No` leaves IPv6 alone, and this is an IPv4 configuration',
  help: 'set `DISABLE_IPV6=Yes`, or write an ftpwall directory, which holds both versions',
}));

export const rejectActionRefuses = error('reject-action-refuses', (name: string, named: Label) => ({
  message: `\`${name}\` is the REJECT_ACTION and must not use REJECT without a parameter`,
  label: 'REJECT here would call itself',
  related: [named],
  help: 'write `REJECT(icmp-admin-prohibited)`, `REJECT(tcp-reset)` …, or `DROP`',
}));

export const rejectActionNotFinal = error('reject-action-not-final', (name: string) => ({
  message: `action \`${name}\` does not end with a verdict for every packet`,
  label: 'packets would continue after a REJECT',
  help: `end \`action.${name}\` with a line for all packets, such as \`DROP\``,
}));

export const sectionTooLate = error('section-too-late', (section: string) => ({
  message: `section ${section} has no effect with FASTACCEPT=Yes: its packets are accepted before`,
  label: 'never reached',
  help: 'set `FASTACCEPT=No`, or leave the line out',
}));

export const detectedPattern = error('detected-pattern', (name: string, declared: Label) => ({
  message: `DETECT_DNAT_IPADDRS=Yes needs the address of \`${name}\`, which matches several interfaces`,
  label: 'would translate packets to the addresses of these interfaces',
  related: [declared],
  help: 'write the addresses into ORIGDEST, or set `DETECT_DNAT_IPADDRS=No`',
}));

export const settingWithoutEffect = warning(
  'setting-without-effect',
  (name: string, text: string, label: string, help: string) => ({
    message: `\`${name}=${text}\` has no effect`,
    label,
    help,
  }),
);

function isQuoted({ source, start }: Span): boolean {
  return source.text[start - 1] === '"' || source.text[start - 1] === "'";
}

export const offloadLeavesOut = note('offload-left-out', (connections: string, why: string) => ({
  message: `${connections} are not offloaded`,
  label: why,
  help: 'their packets go on meeting every rule; nothing has to be done',
}));

export const offloadNotExact = error('offload-not-exact', (what: string) => ({
  message: 'with FLOW_OFFLOAD, packets of open connections would not come to this line',
  label: what,
  help: 'write `FLOW_OFFLOAD=No`, or remove this line; of a line of mangle that names an interface in SOURCE or DEST, only connections through that interface are not offloaded',
}));
