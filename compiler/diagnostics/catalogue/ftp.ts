/** What stage 4 says about FTP: rules that would leave transfers hanging, or open more than a transfer needs. */
import { warning } from '../diagnostic.ts';

export const ftpPortNotListed = warning('ftp-port-not-listed', (port: number, list: string) => ({
  message: `port ${port} is used for FTP but is not in the list of FTP ports`,
  label: 'this rule attaches the helper; other rules for the port do not',
  help: `write \`loadmodule nf_conntrack_ftp ports=${list}\` in \`modules\``,
}));

export const listedPortUnused = warning('listed-port-unused', (port: number) => ({
  message: `no rule accepts FTP on port ${port}`,
  label: `port ${port} of this list is not used`,
  help: `add a rule for port ${port}, or take it out of the list`,
}));

export const highPortsWideOpen = warning('high-ports-wide-open', () => ({
  message: 'this rule opens all high ports, which FTP with a helper does not need',
  label: 'a forged source port is enough to pass',
  help: 'remove the rule: `FTP(ACCEPT)` for the control connection is enough',
}));

export const port1024Alone = warning('port-1024-alone', () => ({
  message: 'this rule matches only port 1024',
  label: '`1024` is one port',
  help: 'for the transfers of FTP use `FTP(ACCEPT)` and its helper; a range of ports is written `1024:1100`',
}));

export const relatedAcceptsAll = warning('related-accepts-all', () => ({
  message: 'this rule accepts every connection that any helper announces',
  label: 'every RELATED packet',
  help: 'name the helper: `{ helper=ftp }`, with DPORT `1024:`',
}));

export const helperOnTls = warning('helper-on-tls', () => ({
  message: 'the ftp helper cannot read a control connection with TLS',
  label: 'port 990 is FTP with TLS from its first byte',
  help: 'write `FTPS(ACCEPT)`, which opens the passive range of the server',
}));

export const helperWrongDirection = warning('helper-wrong-direction', () => ({
  message: 'the helper is attached to packets from an FTP port',
  label: 'a control connection uses it as destination port, not as source port',
  help: 'write the port in DPORT, from the clients to the server',
}));

export const rangeWithoutControl = warning('range-without-control', () => ({
  message: 'the passive range is open, but the control port of that server is not',
  label: 'no transfer can start',
  help: 'write `FTPS(ACCEPT)`, which opens both',
}));

export const controlWithoutRange = warning('control-without-range', (range: string) => ({
  message: 'FTP with TLS is accepted, but its passive port range is not',
  label: 'passive transfers of this server will hang',
  help: `write \`FTPS(ACCEPT)\` or \`FTPS(DNAT)\`, which also open ${range}`,
}));

export const activeTls = warning('active-tls', (source: string, dest: string) => ({
  message: `active transfers with TLS open every high port of \`${dest}\``,
  label: `for every host in \`${source}\` that uses source port 20`,
  help: `name the server, as in \`FTPSactive(ACCEPT) ${source}:10.0.2.10 ${dest}\`; passive mode needs no such rule`,
}));

export const translationWithoutRange = warning('translation-without-range', (port: number) => ({
  message: `DNAT forwards port ${port} but not the passive port range`,
  label: 'passive transfers use ports that are not forwarded',
  help: 'enable the helper (HELPERS), or forward the passive range of the server as well',
}));
