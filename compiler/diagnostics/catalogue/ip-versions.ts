/** What stage 3 says of lines that ask for IPv4, IPv6 or both. */
import { error } from '../diagnostic.ts';
import type { Label } from '../message.ts';

export const mixedVersions = error('mixed-versions', (version: string, other: Label) => ({
  message: 'this line requires IPv4 and IPv6 in the same packet',
  label: version,
  related: [other],
  help: 'write a line for each IP version',
}));

export const otherVersion = error('other-version', (version: string, compiled: string) => ({
  message: `this line matches only ${version}, but only ${compiled} is compiled`,
  label: `of ${version}`,
  help: 'leave the line out, or set `FAMILY=both`',
}));

export const macroOfOtherVersion = error('macro-of-other-version', (name: string, version: number) => ({
  message: `all lines of \`${name}\` are for IPv${version}, but the addresses here are not`,
  label: 'no packet can match this line',
  help: `leave the line out, or name addresses of IPv${version}`,
}));
