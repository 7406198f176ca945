/** What is said of a wrong command line: the word, what was meant, and where the help is. */
import { spawnSync } from 'node:child_process';
import { expect, test } from 'vitest';

const helpOf = (verb: string) => `Run \`ftpwall help ${verb}\` for its arguments and options.`;

test.each([
  ['strat', 'there is no verb `strat`; did you mean `ftpwall start`?'],
  ['deny 192.0.2.1', 'there is no verb `deny`; did you mean `ftpwall drop`?'],
  ['list', 'there is no verb `list`; did you mean `ftpwall hits`?'],
  ['xyzzy', 'there is no verb `xyzzy`; `ftpwall help` lists them'],
  ['--allow=rule-never-reached check', '--allow=rule-never-reached: options follow the verb: ftpwall VERB'],
  ['help strat', 'there is no verb `strat`; did you mean `ftpwall help start`?'],
  ['help rules', 'there is no verb `rules`; `man ftpwall-rules` tells of the file'],
  ['close 192.0.2.1', `DEST is missing\n${helpOf('close')}`],
  ['show zones', '`zones` cannot be SUBJECT. Write one of ftp, modprobe'],
  ['check --family ipv5', '`ipv5` cannot be FAMILY of --family. Write one of ipv4, ipv6, both.'],
  ['plan --against', `--against needs FILE behind it\n${helpOf('plan')}`],
  ['hits --wach', "unknown option '--wach'\n(Did you mean --watch?)"],
  ['check --allow=nonsense', '--allow nonsense: no message has this code'],
])('ftpwall %s', (words, said) => {
  const { status, stdout, stderr } = spawnSync(process.execPath, ['dist/ftpwall.js', ...words.split(' ')], {
    encoding: 'utf8',
  });
  expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
  expect(stderr).toMatch(/^ftpwall: /);
  expect(stderr.slice('ftpwall: '.length)).toContain(said);
});

test('--version and -V are the verb version', () => {
  const [long, short, verb] = ['--version', '-V', 'version'].map(
    (word) => spawnSync(process.execPath, ['dist/ftpwall.js', word], { encoding: 'utf8' }).stdout,
  );
  expect([long, short]).toEqual([verb, verb]);
});
