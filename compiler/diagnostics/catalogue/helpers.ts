/** What stage 3 says of helpers of connection tracking and their lists of ports. */
import { error, warning } from '../diagnostic.ts';
import type { Label } from '../message.ts';
import { writeInstead } from '../suggest.ts';

export const unknownHelper = error('unknown-helper', (name: string, suggestion: string | undefined) => ({
  message: `unknown helper \`${name}\``,
  label: 'no helper has this name',
  help:
    writeInstead(suggestion) ?? 'helpers are amanda, ftp, irc, netbios-ns, pptp, Q.931, RAS, sane, sip, snmp and tftp',
}));

export const helperMissing = error('helper-missing', () => ({
  message: 'this `HELPER` rule names no helper',
  label: 'no helper in HELPER',
  help: 'write `{ helper=ftp }` at the end of the line',
}));

export const helperProtocol = error('helper-protocol', (helper: string, protocol: string) => ({
  message: `helper \`${helper}\` on traffic that is not only ${protocol}`,
  label: `\`${helper}\` works only with ${protocol}`,
  help: `write \`${protocol}\` in PROTO`,
}));

export const unknownModule = warning('unknown-module', (name: string) => ({
  message: `module \`${name}\` is not one that a helper needs`,
  label: 'this line has no effect',
  help: 'nftables loads the modules it needs; remove the line',
}));

export const moduleParameterWithoutEffect = warning(
  'module-parameter-without-effect',
  (module: string, parameter: string) => ({
    message: `\`${parameter}\` is not passed to \`${module}\``,
    label: 'only `ports` has an effect here',
    help: `write \`options ${module} ${parameter}\` into a file of modprobe.d(5)`,
  }),
);

export const tooManyPorts = warning('too-many-ports', (module: string) => ({
  message: `\`${module}\` takes at most eight ports as a kernel parameter`,
  label: 'more than eight ports',
  help: 'ftpwall attaches the helper itself and needs no parameter; only lines for `modprobe.d` are limited',
}));

export const listWithoutUsualPort = warning('list-without-usual-port', (helper: string, port: number) => ({
  message: `port ${port} is not in the list of \`${helper}\``,
  label: `regular ${helper} on port ${port} gets no helper`,
  help: `write \`ports=${port},…\` if port ${port} is used`,
}));

export const portListsDiffer = warning('port-lists-differ', (helper: string, first: Label) => ({
  message: `two lists of ports for \`${helper}\` differ`,
  label: 'this list',
  related: [first],
  help: 'the lists are combined; write the same list in both places',
}));
