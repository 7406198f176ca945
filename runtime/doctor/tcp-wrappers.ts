import { type Examination, linesToFirewall } from './examination.ts';
import type { Machine } from './machine.ts';

const daemons = new Set(['all', 'vsftpd', 'proftpd', 'pure-ftpd', 'ftpd', 'in.ftpd']);

/** hosts.deny(5): a server with tcp wrappers turns clients away after the rules have let them in. */
export const tcpWrappers: Examination = {
  name: 'hosts.allow and hosts.deny',
  topic: 'ftp',
  examine(patient) {
    if (linesToFirewall(patient).length === 0) return { seen: [], findings: [] };
    const { machine } = patient;
    const denied = entries(machine, '/etc/hosts.deny');
    const allowed = entries(machine, '/etc/hosts.allow');
    if (denied.length === 0) return { seen: ['no entry of hosts.deny concerns FTP'], findings: [] };
    return {
      seen: allowed.map((entry) => `hosts.allow: ${entry}`),
      findings: [
        {
          code: 'hosts-deny',
          severity: 'warning',
          message: `hosts.deny refuses clients: ${denied.join('; ')}`,
          reason: `the server closes the connection at once${allowed.length > 0 ? ', except for what hosts.allow names' : ''}`,
          next: 'list the clients in /etc/hosts.allow (`vsftpd: 192.0.2.0/24`), or remove the entry',
        },
      ],
    };
  },
};

/** Entries that concern an FTP server. A line that ends in a backslash goes on. */
function entries(machine: Machine, path: string): readonly string[] {
  const lines = (machine.file(path) ?? '').replace(/\\\n/g, ' ').split('\n');
  return lines.filter((line) => {
    const [names = ''] = line.replace(/#.*/, '').split(':');
    return names.split(/[\s,]+/).some((name) => daemons.has(name.toLowerCase()));
  });
}
