import { join } from 'node:path';
import type { Examination, Finding } from './examination.ts';

/** The firewall runs, unchanged by others, and is what the files say now. */
export const loaded: Examination = {
  name: 'loaded rules',
  topic: 'all',
  examine({ status, current, ruleset, machine }) {
    const findings: Finding[] = [];
    if (status.state !== 'running') {
      findings.push({
        code: 'not-running',
        severity: 'error',
        message: `the firewall is ${status.state}`,
        reason: 'no rule of the configuration is in force',
        next: 'ftpwall safe-start',
      });
    }
    if (status.drift === true) {
      findings.push({
        code: 'changed-by-others',
        severity: 'error',
        message: 'the rules in the kernel were changed after ftpwall loaded them',
        reason: 'somebody, or another program, changed the table ftpwall with nft',
        next: 'ftpwall restart restores them; `nft monitor` shows what changes them',
      });
    }
    if (status.pending !== undefined) {
      findings.push({
        code: 'confirmation-pending',
        severity: 'warning',
        message: 'the loaded rules wait for confirmation',
        reason: `they are rolled back in ${status.pending.secondsLeft} seconds`,
        next: 'ftpwall confirm, or ftpwall rollback',
      });
    }
    const before = current === undefined ? undefined : machine.file(join(current.folder, 'ruleset.nft'));
    if (status.state === 'running' && before !== undefined && before !== ruleset.trim()) {
      findings.push({
        code: 'files-have-changed',
        severity: 'warning',
        message: 'the configuration has changed since it was loaded',
        reason: 'its files, or the addresses of names in them, are different now',
        next: 'ftpwall safe-restart',
      });
    }
    const number = status.generation === undefined ? '' : `, generation ${status.generation}`;
    return { seen: [`the firewall is ${status.state}${number}`], findings };
  },
};
