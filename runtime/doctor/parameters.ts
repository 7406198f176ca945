import type { Examination, Finding } from './examination.ts';

const folder = '/sys/module/nf_conntrack_ftp/parameters';

/** How the helper was loaded: with port 21, and without `loose`. */
export const parameters: Examination = {
  name: 'helper parameters',
  topic: 'ftp',
  examine({ machine, transfers }) {
    const ports = machine.file(`${folder}/ports`);
    const loose = machine.file(`${folder}/loose`);
    const findings: Finding[] = [];
    // The helper of a port other than the usual one has another name (kernel: net/netfilter/nf_conntrack_ftp.c).
    if (ports !== undefined && !ports.split(',').includes('21')) {
      findings.push({
        code: 'parameter-without-21',
        severity: 'error',
        message: `nf_conntrack_ftp was loaded with ports=${ports}`,
        reason: 'without port 21 the kernel has no helper with the name `ftp`, which the rules attach on every port',
        next: 'write the output of `ftpwall show modprobe` into a file in /etc/modprobe.d, unload the module (`modprobe -r nf_nat_ftp nf_conntrack_ftp`) or reboot',
      });
    }
    if (loose === 'Y' || loose === '1') {
      findings.push({
        code: 'helper-is-loose',
        severity: 'warning',
        message: 'nf_conntrack_ftp was loaded with loose=1',
        reason: 'a server may then announce transfers to and from other machines',
        next: `echo 0 >${folder}/loose, and take \`loose\` out of /etc/modprobe.d`,
      });
    }
    const seen = ports === undefined ? [] : [`ports=${ports}; rules attach the helper on ${transfers.ports.join(',')}`];
    return { seen: [...seen, ...(loose === undefined ? [] : [`loose=${loose}`])], findings };
  },
};
