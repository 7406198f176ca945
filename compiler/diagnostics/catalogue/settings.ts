/** What stages 3 and 4 say of settings that hold together with something else, or that we leave undone. */
import { error, type Label, warning } from '../diagnostic.ts';

export const rejectActionRefuses = error('reject-action-refuses', (name: string, named: Label) => ({
  message: `\`${name}\` is how connections are refused, and refuses that way itself`,
  label: 'REJECT without a way of its own',
  related: [named],
  help: 'name the way: `REJECT(icmp-admin-prohibited)`, `REJECT(tcp-reset)` …, or `DROP`',
}));

export const rejectActionLetsOn = error('reject-action-lets-on', (name: string) => ({
  message: `\`${name}\` does not end the way of every packet`,
  label: 'what it does not decide would go on behind a REJECT',
  help: `end \`action.${name}\` with a line for all packets, such as \`DROP\``,
}));

export const sectionTooLate = error('section-too-late', (section: string) => ({
  message: `a line in section ${section}, whose packets FASTACCEPT=Yes accepts before it`,
  label: 'no packet would meet it',
  help: 'set `FASTACCEPT=No`, or leave the line out',
}));

export const detectedPattern = error('detected-pattern', (name: string, declared: Label) => ({
  message: `DETECT_DNAT_IPADDRS=Yes wants the address of \`${name}\`, which stands for several interfaces`,
  label: 'translates what is for the addresses of the interfaces of the zone',
  related: [declared],
  help: 'write the addresses into ORIGDEST, or set `DETECT_DNAT_IPADDRS=No`',
}));

export const optionUndone = warning('option-undone', (name: string, help: string) => ({
  message: `the option \`${name}\` has no effect`,
  label: 'nothing is done for this',
  help,
}));

export const settingUndone = warning('setting-undone', (name: string, text: string, label: string, help: string) => ({
  message: `\`${name}=${text}\` has no effect`,
  label,
  help,
}));
