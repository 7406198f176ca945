/** `ftpwall explain`: messages by their codes, macros and actions by their names. */
import { spawnSync } from 'node:child_process';
import { expect, test } from 'vitest';

const explain = (name: string) =>
  spawnSync(process.execPath, ['dist/ftpwall.js', 'explain', name], { encoding: 'utf8' });

test.each([
  ['unknown-zone', '# unknown-zone'],
  ['FTP', 'helper=ftp'],
  ['Broadcast', 'addrtype --dst-type BROADCAST'],
])('of %s', (name, said) => {
  const { status, stdout } = explain(name);
  expect(status).toBe(0);
  expect(stdout).toContain(said);
});

test.each([
  ['unknown-zoen', 'there is `unknown-zone`'],
  ['FPT', 'there is `FTP`'],
  ['../../etc/passwd', 'no message, macro or action'],
])('of %s, which is nothing', (name, said) => {
  const { status, stderr } = explain(name);
  expect(status).toBe(2);
  expect(stderr).toContain(said);
});
