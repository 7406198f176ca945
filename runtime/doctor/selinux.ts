import { type Examination, linesToFirewall } from './examination.ts';

/** SELinux has its own opinion of what an FTP server may listen on, read and write. */
export const selinux: Examination = {
  name: 'SELinux',
  topic: 'ftp',
  examine(patient) {
    const enforce = patient.machine.file('/sys/fs/selinux/enforce');
    if (enforce === undefined) return { seen: ['SELinux is off'], findings: [] };
    if (enforce === '0') return { seen: ['SELinux is permissive: it only logs'], findings: [] };
    const here = linesToFirewall(patient);
    if (here.length === 0)
      return { seen: ['SELinux is enforcing; the rules accept FTP to no server on this machine'], findings: [] };
    const ports = [...new Set(here.flatMap(({ listens }) => listens))].join(', ');
    return {
      seen: ['SELinux is enforcing'],
      findings: [
        {
          code: 'selinux-enforces',
          severity: 'warning',
          message: 'SELinux may refuse what the rules accept',
          reason: `a confined server may listen on port ${ports} only when it is an ftp_port_t, and passive ports need ftpd_use_passive_mode`,
          next: 'semanage port -l | grep ftp_port_t; getsebool -a | grep ftpd; ausearch -m avc -c vsftpd',
        },
      ],
    };
  },
};
