/** What FTP servers with TLS must be told so that their passive transfers pass: the range, and the public address. */
import type { TlsServer } from './transfers.ts';

/** How a server is told; `lines` are to be copied as they are. */
export interface ServerSettings {
  readonly server: string;
  readonly file: string;
  readonly lines: readonly string[];
}

/** The address that clients ask for; a server that is reached by its own announces that by itself. */
function publicAddress({ publicAddresses, translated }: TlsServer): string | undefined {
  // EPSV names no address (RFC 2428, section 3), so that only IPv4 has to be told.
  const found = publicAddresses.find((each) => /^[\d.]+$/.test(each));
  return found ?? (translated ? '(the address that clients ask for)' : undefined);
}

/** Sources: vsftpd.conf(5); ProFTPD, mod_core; pure-ftpd(8); FileZilla Server 1, settings dialog. */
export function serverSettings(server: TlsServer): readonly ServerSettings[] {
  const { first, last } = server.passive;
  const address = publicAddress(server);
  const told = (lines: (address: string) => readonly string[]): readonly string[] =>
    address === undefined ? [] : lines(address);
  return [
    {
      server: 'vsftpd',
      file: 'vsftpd.conf',
      lines: [
        'ssl_enable=YES',
        'pasv_enable=YES',
        `pasv_min_port=${first}`,
        `pasv_max_port=${last}`,
        // vsftpd 3.0 that listens on IPv6, too, announces 0.0.0.0 instead of the address it is told (seen with 3.0.3).
        ...told((each) => [`pasv_address=${each}`, 'listen=YES', 'listen_ipv6=NO']),
      ],
    },
    {
      server: 'ProFTPD',
      file: 'proftpd.conf',
      lines: ['TLSEngine on', `PassivePorts ${first} ${last}`, ...told((each) => [`MasqueradeAddress ${each}`])],
    },
    {
      server: 'Pure-FTPd',
      file: 'pure-ftpd.conf',
      lines: ['TLS 1', `PassivePortRange ${first} ${last}`, ...told((each) => [`ForcePassiveIP ${each}`])],
    },
    {
      server: 'FileZilla Server',
      file: 'Server > Configure > FTP and FTP over TLS (FTPS) > Passive mode',
      lines: [`Use custom port range: from ${first} to ${last}`, ...told((each) => [`Public IP or hostname: ${each}`])],
    },
  ];
}
