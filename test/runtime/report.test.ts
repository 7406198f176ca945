/** The page of `report`: the same bytes, nothing asked of anybody, read by everybody; and its answers are those of packets. */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runInNewContext } from 'node:vm';
import { type Browser, chromium } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Firewall } from '../../compiler/answers/firewall.ts';
import { Lines } from '../../compiler/answers/lines.ts';
import { understand } from '../../compiler/answers/question.ts';
import { why } from '../../compiler/answers/why.ts';
import { compile } from '../../compiler/compile.ts';
import { evaluate } from '../../compiler/ir/evaluate.ts';
import type { Network, Packet } from '../../compiler/ir/packet.ts';
import { parseAddress } from '../../compiler/net/address.ts';
import { openEnvironment } from '../../runtime/environment/environment.ts';
import { findFolder } from '../../runtime/environment/folder.ts';
import type { Description } from '../../runtime/report/description.ts';
import { earlierIn } from '../../runtime/report/earlier.ts';
import { random } from '../support/probes/probes.ts';

const root = join(import.meta.dirname, '..', '..');
const sample = join(root, 'etc-samples', 'three-interfaces');
const work = mkdtempSync(join(tmpdir(), 'ftpwall-report-'));
afterAll(() => rmSync(work, { recursive: true }));

function report(name: string, ...words: readonly string[]): string {
  const path = join(work, name);
  const { status, stderr } = spawnSync(
    process.execPath,
    [join(root, 'dist', 'ftpwall.js'), 'report', ...words, '--output', path],
    { encoding: 'utf8' },
  );
  expect([status, stderr]).toEqual([0, '']);
  return path;
}

const page = report('page.html', sample);
const text = readFileSync(page, 'utf8');
const data = earlierIn(text) as Description;

/** A copy of the sample with other files beside it or in place of its own. */
function changed(name: string, files: Readonly<Record<string, (before: string) => string>>): string {
  const folder = join(work, name);
  spawnSync('cp', ['-r', sample, folder]);
  for (const [file, change] of Object.entries(files)) {
    const path = join(folder, file);
    writeFileSync(path, change(existsSync(path) ? readFileSync(path, 'utf8') : ''));
  }
  return folder;
}

test('the same folder makes the same bytes, well below a megabyte', () => {
  expect(readFileSync(report('again.html', sample), 'utf8')).toBe(text);
  expect(text.length).toBeLessThan(300_000);
});

test('nothing of the configuration is taken for HTML', () => {
  const hostile = '</script><script>alert(1)</script><img src=x onerror=alert(2)>';
  const folder = changed('hostile', {
    rules: (before) => `${before}ACCEPT net dmz tcp 4711 # ${hostile}\n`,
    assertions: () => `DENY net loc tcp 22 # ${hostile} "'\n`,
  });
  const made = readFileSync(report('hostile.html', folder), 'utf8');
  expect(made).not.toContain('<img');
  expect(made.match(/<script/g)).toHaveLength(2);
});

test('tells what is otherwise than in an earlier report', () => {
  const folder = changed('later', { rules: (before) => `${before}ACCEPT net dmz tcp 443\n` });
  const later = readFileSync(report('later.html', folder, '--since', page), 'utf8');
  const section = /id="since">.*?<\/section>/s.exec(later)?.[0] ?? '';
  expect(section.match(/<tr>/g)).toHaveLength(2);
  expect(section).toMatch(/net &rarr; dmz<\/th><td>tcp 443<\/td><td>D . dropped<\/td><td>A . accepted/);
});

interface Asked {
  readonly from: string;
  readonly to: string;
  readonly source: string;
  readonly destination: string;
  readonly protocol: string;
  readonly port: string;
}

interface Outcome {
  readonly verdict: string;
  readonly line: string;
  readonly dnat?: string;
}

/** The answers of the page's own script. */
const script = /<script>(.*)<\/script>/s.exec(text.slice(text.indexOf('</script>')))?.[1] ?? '';
const outcomesOf = runInNewContext(`${script}\n;outcomesOf`) as (
  packets: unknown,
  zones: unknown,
  asked: Asked,
) => readonly Outcome[] | string;

function firewall(): { readonly firewall: Firewall; readonly environment: ReturnType<typeof openEnvironment> } {
  const found = findFolder(sample);
  if (found.kind === 'refused') throw new Error(found.reason);
  const environment = openEnvironment(found.folder, 'looking');
  const { model, lowered } = compile(environment, { version: '0', purpose: 'answers', lint: false });
  if (!model || !lowered) throw new Error('the sample does not compile');
  return { firewall: { model, ruleset: lowered }, environment };
}

const interfaces: Readonly<Record<string, string>> = { net: 'eth0', loc: 'eth1', dmz: 'eth2' };
const addresses: Readonly<Record<string, readonly string[]>> = {
  fw: ['192.0.2.1', '10.0.1.1', '10.0.2.1', '2001:db8::2'],
  net: ['198.51.100.7', '203.0.113.9', '2001:db8:ffff::7'],
  loc: ['10.0.1.7', '10.0.1.250', '2001:db8:1::7'],
  dmz: ['10.0.2.10', '10.0.2.11', '2001:db8:2::10', '2001:db8:2::11'],
};
const ports = ['20', '21', '22', '53', '80', '123', '443', '2121', '8021', '40000'];

/** Packets between the zones of the sample, as many as are asked for. */
function packetsBetween(count: number): readonly Asked[] {
  const next = random(17);
  const pick = <Item>(list: readonly Item[]): Item => list[Math.floor(next() * list.length)] as Item;
  const all: Asked[] = [];
  while (all.length < count) {
    const [from, to] = [pick(Object.keys(addresses)), pick(Object.keys(addresses))];
    const [source, destination] = [pick(addresses[from] ?? []), pick(addresses[to] ?? [])];
    if (from === to || source.includes(':') !== destination.includes(':')) continue;
    const protocol = pick(['tcp', 'tcp', 'tcp', 'udp', 'udp', source.includes(':') ? 'icmpv6' : 'icmp', 'gre']);
    const port = protocol.startsWith('icmp')
      ? protocol === 'icmp'
        ? '8'
        : '128'
      : protocol === 'gre'
        ? ''
        : pick(ports);
    all.push({ from, to, source, destination, protocol, port });
  }
  return all;
}

function zoneAt(address: string): string {
  if (addresses.fw?.includes(address)) return 'fw';
  if (/^10\.0\.1\.|^2001:db8:1:/.test(address)) return 'loc';
  return /^10\.0\.2\.|^2001:db8:2:/.test(address) ? 'dmz' : 'net';
}

function packetOf({ from, source, destination, protocol, port }: Asked): Packet {
  const number = { tcp: 6, udp: 17, icmp: 1, icmpv6: 58, gre: 47 }[protocol] ?? 0;
  const [saddr, daddr] = [parseAddress(source), parseAddress(destination)];
  return {
    version: saddr?.version ?? 4,
    saddr: saddr?.value ?? 0n,
    daddr: daddr?.value ?? 0n,
    protocol: number,
    ...(from !== 'fw' && { iif: interfaces[from] ?? '' }),
    ...((number === 6 || number === 17) && { sport: 40000, dport: Number(port) }),
    ...(number === 6 && { tcpFlags: ['syn'] }),
    ...((number === 1 || number === 58) && { icmp: { type: Number(port), code: 0 } }),
    connection: { state: 'new' },
  };
}

const printed = new Map(
  Object.values(addresses).flatMap((list) => list.map((each) => [parseAddress(each)?.value, each])),
);
const network: Network = {
  route: (_version, address) => {
    const zone = zoneAt(printed.get(address) ?? '203.0.113.9');
    return zone === 'fw' ? 'local' : interfaces[zone];
  },
  addressType: (_version, address) => (zoneAt(printed.get(address) ?? '') === 'fw' ? 'local' : 'unicast'),
  addressOf: () => parseAddress('192.0.2.1')?.value,
};

test('a packet typed into the page has the fate that the rules give it, for 1,000 packets', () => {
  const { firewall: asked } = firewall();
  const lines = new Lines().know(asked.ruleset);
  for (const packet of packetsBetween(1000)) {
    const { verdict, trace } = evaluate(asked.ruleset, packetOf(packet), network);
    const found = outcomesOf(data.packets, data.zones, packet);
    expect([packet, found.length]).toEqual([packet, 1]);
    const [outcome] = found as readonly Outcome[];
    expect([packet, outcome?.verdict]).toEqual([packet, verdict]);
    const met = trace.flatMap(({ chain, rule }) => {
      const at = asked.ruleset.chains.find(({ name }) => name === chain)?.rules[rule];
      const decider = at && lines.of(lines.labelOf(at));
      return decider ? [decider.line ?? decider.text] : [];
    });
    expect([packet, met]).toEqual([packet, expect.arrayContaining([outcome?.line])]);
  }
});

test('and the answer of why, for some of them', () => {
  const { firewall: asked, environment } = firewall();
  for (const packet of packetsBetween(Number(process.env.REPORT_WHY ?? 20))) {
    const { from, to, source, destination, protocol, port } = packet;
    const typed = { from: `${from}:${source}`, to: `${to}:${destination}`, protocol, ...(port !== '' && { port }) };
    const question = understand(typed, asked.model, environment);
    if (question.kind === 'unclear') throw new Error(question.reason);
    const answers = why(question.question, asked);
    if (answers.kind === 'undecided') throw new Error(answers.reason);
    const told = answers.answers.map(({ verdict, line, by, dnat }) => [verdict, line ?? by, dnat?.to]);
    const found = outcomesOf(data.packets, data.zones, packet) as readonly Outcome[];
    expect([packet, found.map(({ verdict, line, dnat }) => [verdict, line, dnat])]).toEqual([packet, told]);
  }
});

const program = ['/usr/bin/chromium', '/usr/bin/chromium-browser'].find((path) => existsSync(path));
describe.skipIf(program === undefined && process.env.CI !== 'true')(
  `in a browser${program === undefined ? ' (needs chromium)' : ''}`,
  () => {
    let browser: Browser;
    beforeAll(async () => {
      browser = await chromium.launch({ executablePath: program ?? '', args: ['--no-sandbox'] });
    });
    afterAll(() => browser.close());

    test.each([
      ['light', { viewport: { width: 1200, height: 900 }, colorScheme: 'light' }],
      ['dark', { viewport: { width: 1200, height: 900 }, colorScheme: 'dark' }],
      ['a phone', { viewport: { width: 390, height: 844 }, colorScheme: 'light' }],
    ] as const)(
      '%s: axe finds nothing, nothing is requested, nothing is wider than the screen',
      async (_name, options) => {
        // The page forbids scripts of others, so axe is let in past its policy.
        const context = await browser.newContext({ ...options, bypassCSP: true });
        const opened = await context.newPage();
        const requests: string[] = [];
        opened.on('request', (request) => requests.push(request.url()));
        await opened.goto(`file://${page}`);
        await opened.addScriptTag({ path: join(root, 'node_modules', 'axe-core', 'axe.min.js') });
        const violations = await opened.evaluate(
          'axe.run().then(({ violations }) => violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)]))',
        );
        expect(violations).toEqual([]);
        expect(requests).toEqual([`file://${page}`]);
        expect(await opened.evaluate('document.documentElement.scrollWidth')).toBe(options.viewport.width);
        await context.close();
      },
    );

    test('the keyboard opens a cell and asks for a packet, under the policy of the page', async () => {
      const opened = await browser.newPage();
      const complaints: string[] = [];
      opened.on('console', (message) => complaints.push(message.text()));
      opened.on('pageerror', (error) => complaints.push(String(error)));
      await opened.goto(`file://${page}`);
      await opened.focus('.matrix summary');
      await opened.keyboard.press('Enter');
      expect(await opened.evaluate('document.querySelector(".matrix details").open')).toBe(true);
      for (const [name, value] of [
        ['from', 'net'],
        ['to', 'fw'],
      ] as const)
        await opened.selectOption(`[name=${name}]`, value);
      await opened.fill('[name=source]', '198.51.100.7');
      await opened.fill('[name=destination]', '192.0.2.1');
      await opened.fill('[name=port]', '21');
      await opened.keyboard.press('Enter');
      expect(await opened.textContent('#answer')).toMatch(
        /^accepted ✓ — rules:17.*destination: dnat ip to 10\.0\.2\.10/,
      );
      await opened.fill('[name=source]', 'nowhere');
      await opened.keyboard.press('Enter');
      expect(await opened.textContent('#answer')).toBe('The source is not an address.');
      expect(complaints).toEqual([]);
    });
  },
);
