/** `check --fix` with the program as it ships: what it writes, what it leaves, and that it is the same firewall. */
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeEach, describe, expect, test } from 'vitest';

const scratch = mkdtempSync(join(tmpdir(), 'ftpwall-fix-'));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(scratch, 'configuration-'));
});

function ftpwall(...words: string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, ['dist/ftpwall.js', ...words], { encoding: 'utf8' });
  return { status, output: stdout, errors: stderr };
}

const write = (files: Readonly<Record<string, string>>) => {
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
};
const text = (name: string) => readFileSync(join(folder, name), 'utf8');
const ruleset = () => ftpwall('compile', folder).output.replace(/ comment "[^"]*"/g, '');

const old = {
  'shorewall.conf':
    'STARTUP_ENABLED=Yes\nMODULE_SUFFIX=ko\t# of the kernel\nDROP_DEFAULT=Drop\nREJECT_DEFAULT="Reject"\nBLACKLISTNEWONLY=Yes # as ever\n',
  params: 'OUT=eth0\nLAN=10.0.1.0/24\n',
  zones: 'fw firewall\nnet ipv4\nloc ipv4\n',
  interfaces: '# what we have\nnet $OUT detect norfc1918,tcpflags\nloc eth1 - dhcp,norfc1918\n',
  policy: 'loc net ACCEPT\nnet all DROP\nall all REJECT\n',
  rules:
    '# who comes in\nSECTION NEW\nACCEPT net fw tcp 22 # by ssh\nCOMMENT the web\nACCEPT net fw tcp 80 ; -m mark --mark 1\n',
  masq: '# the way out\n?IF 1\n$OUT\t$LAN  # everybody\n$OUT 10.0.2.0/24 192.0.2.9 tcp 25\n?ENDIF\n',
  routestopped: 'eth1 10.0.1.5 routeback\n',
  notrack: 'net - udp 53\n',
} as const;

describe('check --fix', () => {
  test('rewrites what is old, keeps comments, variables and conditions, and loads the same rules', () => {
    write(old);
    const before = ruleset();
    expect(before).toContain('table ip ftpwall');
    const ended = ftpwall('check', '--fix', folder);
    expect(ended).toMatchObject({ status: 0 });
    expect(ended.errors).not.toMatch(/warning\[(?:old-|obsolete-|single-)/);
    expect(ruleset()).toBe(before);
    expect(text('shorewall.conf')).toBe(
      'STARTUP_ENABLED=Yes\n# MODULE_SUFFIX=ko\t# of the kernel\nDROP_DEFAULT="Broadcast(DROP),Multicast(DROP)"\nREJECT_DEFAULT="Broadcast(DROP),Multicast(DROP)"\nBLACKLIST=NEW,INVALID,UNTRACKED # as ever\n',
    );
    expect(text('interfaces')).toBe('# what we have\nnet $OUT detect tcpflags\nloc eth1 - dhcp\n');
    expect(text('rules')).toBe(
      '# who comes in\n?SECTION NEW\nACCEPT net fw tcp 22 # by ssh\n?COMMENT the web\nACCEPT net fw tcp 80 ;; -m mark --mark 1\n',
    );
    expect(text('snat')).toBe(
      '# the way out\n?IF 1\nMASQUERADE  $LAN  $OUT  # everybody\nSNAT(192.0.2.9)  10.0.2.0/24  $OUT  tcp  25\n?ENDIF\n',
    );
    expect(text('stoppedrules')).toBe(
      'ACCEPT  eth1:10.0.1.5  $FW\nACCEPT  $FW  eth1:10.0.1.5\nACCEPT  eth1:10.0.1.5  eth1:10.0.1.5\n',
    );
    for (const name of ['masq', 'routestopped', 'notrack']) {
      expect(existsSync(join(folder, name))).toBe(false);
      expect(text(`${name}.bak`)).toBe(old[name as keyof typeof old]);
    }
    // Once more there is nothing left to do.
    expect(ftpwall('check', '--fix', folder).errors).toContain('ftpwall: no old spelling is left to be fixed\n');
  });

  test('puts old lines before those of the file that has the new name', () => {
    write({ ...old, snat: 'SNAT(192.0.2.7) 10.0.9.0/24 eth0\n' });
    const before = ruleset();
    ftpwall('check', '--fix', folder);
    expect(text('snat')).toMatch(/\?ENDIF\n\nSNAT\(192\.0\.2\.7\) 10\.0\.9\.0\/24 eth0\n$/);
    expect(ruleset()).toBe(before);
  });

  test('names the columns that the lines have in the file they go to, and keeps every other comment', () => {
    write({
      ...old,
      masq: '# INTERFACE eth0 is the way out\n####\n#INTERFACE:DEST\t\tSOURCE\tADDRESS\tPORT(S)\tUSER/\n#\t\t\t\t\tGROUP\n#\n#SHOUT LOUD\neth0\t10.0.1.0/24\n',
      routestopped: '#INTERFACE\tHOST(S)\neth1\t-\n',
    });
    const before = ruleset();
    ftpwall('check', '--fix', folder);
    expect(text('snat')).toBe(
      '# INTERFACE eth0 is the way out\n####\n#ACTION  SOURCE  DEST  PROTO  DPORT  SPORT  IPSEC  MARK  USER  SWITCH  ORIGDEST  PROBABILITY\n#\n#SHOUT LOUD\nMASQUERADE  10.0.1.0/24  eth0\n',
    );
    expect(text('stoppedrules')).toBe(
      '#ACTION  SOURCE  DEST  PROTO  DPORT  SPORT\nACCEPT  eth1  $FW\nACCEPT  $FW  eth1\n',
    );
    expect(ruleset()).toBe(before);
  });

  test('keeps the mode of a file', () => {
    write(old);
    spawnSync('chmod', ['640', join(folder, 'rules')]);
    ftpwall('check', '--fix', folder);
    expect(statSync(join(folder, 'rules')).mode & 0o777).toBe(0o640);
  });

  test.each([
    ['errors', { ...old, policy: 'all all NONSENSE\n' }, 'the errors must be mended first'],
    [
      'letters of another encoding',
      { ...old, rules: Buffer.from('# caf\xe9\nSECTION NEW\nACCEPT net fw tcp 22\n', 'latin1').toString('latin1') },
      'rules is not in UTF-8: convert it with iconv(1) first',
    ],
  ])('writes nothing where there are %s', (_, files, reason) => {
    write(files);
    if (files.rules.includes('\xe9')) writeFileSync(join(folder, 'rules'), Buffer.from(files.rules, 'latin1'));
    const before = readdirSync(folder).map((name) => [name, readFileSync(join(folder, name))]);
    expect(ftpwall('check', '--fix', folder).errors).toContain(`ftpwall: nothing was fixed: ${reason}\n`);
    expect(readdirSync(folder).map((name) => [name, readFileSync(join(folder, name))])).toEqual(before);
  });

  test('what is only checked is never written', () => {
    write(old);
    cpSync(folder, `${folder}-before`, { recursive: true });
    ftpwall('check', folder);
    expect(spawnSync('diff', ['-r', folder, `${folder}-before`]).status).toBe(0);
  });
});
