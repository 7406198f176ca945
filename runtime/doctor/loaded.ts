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
        message: 'the loaded rules are not those that were loaded',
        reason: 'somebody changed our table with nft, or another program did',
        next: 'ftpwall restart reloads them; `nft monitor` shows who changes them',
      });
    }
    if (status.pending !== undefined) {
      findings.push({
        code: 'confirmation-pending',
        severity: 'warning',
        message: 'the loaded rules wait for confirmation',
        reason: `in ${status.pending.secondsLeft} seconds the rules from before come back`,
        next: 'ftpwall confirm, or ftpwall rollback',
      });
    }
    const before = current === undefined ? undefined : machine.file(join(current.folder, 'ruleset.nft'));
    if (status.state === 'running' && before !== undefined && before !== ruleset.trim()) {
      findings.push({
        code: 'files-have-changed',
        severity: 'warning',
        message: 'the configuration is not the one that is loaded',
        reason: 'its files, or the addresses they name, have changed since the firewall was started',
        next: 'ftpwall safe-restart',
      });
    }
    const number = status.generation === undefined ? '' : `, generation ${status.generation}`;
    return { seen: [`the firewall is ${status.state}${number}`], findings };
  },
};
