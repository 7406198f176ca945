import { type Examination, type Finding, forwardedLines } from './examination.ts';

/** The kernel hands on packets of the versions that the lines are about. */
export const forwarding: Examination = {
  name: 'forwarding',
  topic: 'ftp',
  examine(patient) {
    const lines = forwardedLines(patient);
    if (lines.length === 0) return { seen: ['no FTP passes through this machine'], findings: [] };
    const servers = lines.flatMap((line) => line.servers);
    const wanted = [
      {
        version: 'IPv4',
        key: 'net/ipv4/ip_forward',
        used: servers.length === 0 || servers.some((each) => !each.includes(':')),
      },
      { version: 'IPv6', key: 'net/ipv6/conf/all/forwarding', used: servers.some((each) => each.includes(':')) },
    ].filter(({ used }) => used);
    const found = wanted.map((each) => ({ ...each, value: patient.machine.file(`/proc/sys/${each.key}`) ?? '0' }));
    const findings = found
      .filter(({ value }) => value === '0')
      .map(
        ({ version, key }): Finding => ({
          code: 'forwarding-off',
          severity: 'error',
          message: `this machine forwards no ${version} packets`,
          reason: `${key.replaceAll('/', '.')} is 0, so clients cannot reach servers behind this machine`,
          next: 'write IP_FORWARDING=On into ftpwall.conf and ftpwall safe-restart; if it was on, find what turns it off (sysctl.d, NetworkManager, docker)',
        }),
      );
    return { seen: found.map(({ key, value }) => `${key.replaceAll('/', '.')} = ${value}`), findings };
  },
};
