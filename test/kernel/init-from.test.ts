/** `ftpwall init --from`: folders from listings, from files and from the kernel, and what nft says of their rules. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { describeKernel } from './possible.ts';

const root = join(import.meta.dirname, '../..');
const listings = join(root, 'test/dumps/listings');
const work = mkdtempSync(join(tmpdir(), 'ftpwall-init-from-'));
afterAll(() => rmSync(work, { recursive: true }));

/** In a network namespace of its own, which is gone when the call has ended. */
function inNamespace(script: string) {
  const called = spawnSync('unshare', ['--net', 'sh', '-c', script], { encoding: 'utf8', cwd: work });
  return { status: called.status, text: `${called.stdout}${called.stderr}` };
}

const ftpwall = `node ${join(root, 'dist/ftpwall.js')}`;

describeKernel('folders from listings', () => {
  test.each([
    [['server.save', 'server6.save'], 0],
    [['gateway.save'], 0],
    [['docker.save'], 0],
    [['ufw.save', 'ufw6.save'], 3],
    [['ufw-gateway.save', 'ufw-gateway6.save'], 0],
    [['firewalld.nft'], 0],
    [['firewalld-gateway.nft'], 0],
    [['unsaid.save'], 4],
  ] as const)('%s: nft takes the rules', (names, status) => {
    const folder = names.join('-');
    const from = names.map((name) => `--from ${join(listings, name)}`).join(' ');
    const made = inNamespace(`${ftpwall} init ${from} --family ipv4 ${folder}`);
    expect(made.status, made.text).toBe(status);
    const taken = inNamespace(
      `${ftpwall} compile ${folder} 2>/dev/null >rules.nft && nft -c -f rules.nft && grep -c rule rules.nft`,
    );
    expect(taken.status, taken.text).toBe(0);
    const again = inNamespace(`${ftpwall} init ${from} --family ipv4 ${folder}`);
    expect(again).toMatchObject({ status: 3, text: expect.stringContaining('nothing was written') });
  });

  test('what the kernel holds, whoever has put it there', () => {
    const ofIptables = inNamespace(
      `iptables-restore <${join(listings, 'gateway.save')} && ${ftpwall} init --from-system iptables`,
    );
    expect(ofIptables, ofIptables.text).toMatchObject({
      status: 0,
      text: expect.stringContaining('equal for all packets'),
    });
    const ofNft = inNamespace(`nft -f ${join(listings, 'firewalld-gateway.nft')} && ${ftpwall} init --from-system nft`);
    expect(ofNft, ofNft.text).toMatchObject({ status: 0, text: expect.stringContaining('equal for all packets') });
    const ofBoth = inNamespace(
      `iptables-restore <${join(listings, 'gateway.save')} && nft -f ${join(listings, 'server.nft')} && ${ftpwall} init --from-system both`,
    );
    expect(ofBoth).toMatchObject({ status: 2, text: expect.stringContaining('both iptables and nft have rules here') });
    const ofNone = inNamespace(`${ftpwall} init --from-system none`);
    expect(ofNone).toMatchObject({ status: 2, text: expect.stringContaining('no rules are loaded here') });
  });

  test('the folder loads in place of what it was made from, and verifies against it', () => {
    const loaded = inNamespace(
      `nft -f ${join(listings, 'server.nft')} && ${ftpwall} init --quiet --from-system loads && nft flush ruleset &&
       ${ftpwall} compile loads 2>/dev/null | nft -f - && nft list ruleset >listed && ${ftpwall} verify loads --against ${join(listings, 'server.nft')}`,
    );
    expect(loaded.status, loaded.text).toBe(0);
    expect(readFileSync(join(work, 'listed'), 'utf8')).toContain('table inet ftpwall');
  });
});
