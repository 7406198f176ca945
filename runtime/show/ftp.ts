/** `ftpwall show ftp`: which lines let FTP through and how, and what servers with TLS must be told. */
import type { Model } from '../../compiler/model/index.ts';
import { type ServerSettings, serverSettings } from './server-settings.ts';
import type { Shown } from './subject.ts';
import { type FtpLine, type TlsServer, transfersOf } from './transfers.ts';

export function show(model: Model): Shown {
  const transfers = transfersOf(model);
  const { ports, portsPlace, helped, tls } = transfers;
  const from = portsPlace === undefined ? 'no list names others' : portsPlace;
  const text = [
    `Ports that speak FTP: ${ports.join(', ')} (${from})`,
    '',
    ...(helped.length > 0
      ? ['Followed by the helper, transfers included:', ...helped.map(describe)]
      : ['No rule lets FTP through with its helper.']),
    ...(tls.length > 0 ? ['', 'With TLS, where no helper can read; the passive range is open:'] : []),
    ...tls.flatMap(describeServer),
  ];
  const servers = tls.map((each) => ({ ...each, settings: serverSettings(each) }));
  return { text: `${text.join('\n')}\n`, json: { ...transfers, tls: servers } };
}

function describe({ place, source, dest, servers, asked, listens, publicAddresses }: FtpLine): string {
  const server = servers.length > 0 ? `${dest}:${servers.join(',')}` : dest;
  const port = (ports: readonly number[]): string => (ports.length > 0 ? ` port ${ports.join(',')}` : '');
  const moved = listens.join() !== asked.join() && listens.length > 0;
  const at = [...publicAddresses, ...(moved ? [`port ${asked.join(',')}`] : [])].join(' ');
  return `  ${place}  ${source} to ${server}${port(moved ? listens : asked)}${at === '' ? '' : `, asked for at ${at}`}`;
}

function describeServer(server: TlsServer): readonly string[] {
  const { first, last } = server.passive;
  return [
    `${describe({ ...server, asked: [], listens: [] })}, passive range ${first}:${last}`,
    ...serverSettings(server).flatMap(describeSettings),
  ];
}

function describeSettings({ server, file, lines }: ServerSettings): readonly string[] {
  return ['', `    ${server} (${file})`, ...lines.map((line) => `        ${line}`)];
}
