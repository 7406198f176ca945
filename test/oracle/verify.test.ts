/**
 * `verify` with Shorewall's own rules for each published folder: equal for all packets, or the difference is one of the
 * list below, each with its cause; and what is changed in these rules is noticed.
 */
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { compareWithListing, type Mismatch } from '../../compiler/answers/compare/verify.ts';
import type { Dump } from '../../compiler/dumps/dump.ts';
import { readIptables } from '../../compiler/dumps/iptables.ts';
import { missingForKernel } from '../kernel/available.ts';
import { random } from '../support/probes/probes.ts';
import { topologyOf } from '../support/probes/topology.ts';
import { type Compiled, compileFolder } from './ours.ts';
import { asStarted } from './run-time.ts';
import { shorewallIsHere } from './shorewall.ts';
import { loadable, rulesOfShorewall } from './theirs.ts';
import { withTwins } from './twins.ts';

const corpus = process.env.FTPWALL_CORPUS ?? '';
const missing =
  missingForKernel(['unshare']) ??
  (shorewallIsHere() ? undefined : 'Shorewall 5.2.8 and iptables-legacy') ??
  (existsSync(join(corpus, 'INDEX.tsv')) ? undefined : 'a corpus: FTPWALL_CORPUS names no folder');

/** Causes of differences; `README.md` and `of-shorewall.ts` tell more of those that are Shorewall's. */
const causes: readonly { readonly name: string; readonly is: (mismatch: Mismatch, published: Published) => boolean }[] =
  [
    {
      // "options behind a blacklist", and what has no pair: both refuse it.
      name: 'flags of TCP are asked of what has no pair with us alone',
      is: ({ before, after, packets }) =>
        before.verdict === 'reject' &&
        after.verdict === 'drop' &&
        after.line === null &&
        packets.every(({ protocol }) => protocol === 'tcp'),
    },
    {
      name: 'events of `recent` are sets of ours, and have other words',
      is: ({ dependsOn }) => dependsOn.some((each) => each.includes('-m recent')),
    },
    {
      name: 'an interface as SOURCE of snat is the networks behind it, which Shorewall asks the routes for',
      is: (mismatch, { asksNetworks }) => asksNetworks && hasOtherSource(mismatch),
    },
    {
      name: 'beside masq the file snat is not read by Shorewall',
      is: (mismatch, { hasBoth }) => hasBoth && hasOtherSource(mismatch) && mismatch.before.snat === undefined,
    },
    {
      name: 'multicast listener discovery is accepted from the address of no host, too (RFC 3590)',
      is: ({ after }) => after.by === 'multicast listener discovery',
    },
    {
      name: 'the loopback interface is accepted before the options of a zone on it',
      is: ({ after }) => after.by === 'loopback',
    },
    {
      name: 'rpfilter does not drop DHCPv6, which comes from an address without a route',
      is: ({ before, packets }) => before.by.includes('rp') && packets.every(({ port }) => port === '546-547'),
    },
    {
      name: 'security associations of IPsec are asked one by one',
      is: ({ dependsOn, packets }) =>
        dependsOn.some((each) => each.includes('ipsec')) || packets.every(({ other }) => other?.ipsecIn === 'yes'),
    },
  ];

/** Both accept it, and it seems to come from another address. */
function hasOtherSource({ before, after }: Mismatch): boolean {
  return before.verdict === 'accept' && after.verdict === 'accept' && before.snat !== after.snat;
}

interface Published {
  readonly ours: Compiled;
  readonly text: string;
  readonly version: 4 | 6;
  /** Whether the rules need to know the networks behind an interface, and whether both files of SNAT are there. */
  readonly asksNetworks: boolean;
  readonly hasBoth: boolean;
}

async function publishedAs(name: string): Promise<Published | undefined> {
  return withTwins(join(corpus, name), async (twins) => {
    const compiled = compileFolder(twins.ours);
    const [their] = twins.theirs;
    if (compiled.kind === 'refused' || !their) return undefined;
    const networks = topologyOf(compiled.model);
    const theirs = rulesOfShorewall(their.folder, their.version, false);
    if (theirs.kind !== 'rules') return undefined;
    const started = asStarted(compiled, networks);
    // What the script has filled in is known here.
    const sets = started.running.sets.map((set) => (set.elements.length > 0 ? { ...set, dynamic: false } : set));
    const ours = { ...started, running: { ...started.running, sets } };
    const [asksNetworks, hasBoth] = [
      /\{\w+ NETWORKS\}/.test(theirs.text),
      ['masq', 'snat'].every((file) => existsSync(join(their.folder, file))),
    ];
    return { ours, text: loadable(theirs, networks), version: their.version, asksNetworks, hasBoth };
  });
}

function verify({ ours, text, version }: Published, changed = text) {
  const read = readIptables({ path: 'listing', text: changed }, version);
  if (read.kind === 'none') throw new Error(read.reason);
  const { ruleset, versions, unknown }: Dump = read.dump;
  const conditions = unknown.flatMap(({ condition }) => condition ?? []);
  const firewall = { model: ours.model, ruleset: ours.running };
  const found = compareWithListing({ ruleset, versions, unknown: conditions }, firewall);
  if (found.kind === 'undecided') throw new Error(found.reason);
  return { unknown, all: [...found.differences, ...found.uncertain] };
}

const told = ({ from, to, before, after, packets }: Mismatch) => ({ from, to, before, after, packets });

const all = missing === undefined ? readdirSync(corpus).filter((name) => !name.includes('.tsv')) : [];
const some = process.env.ORACLE === 'all' ? all : all.filter((_name, index) => index % 9 === 4);

describe.skipIf(missing !== undefined)(
  `Shorewall's rules for published folders${missing ? ` (needs ${missing})` : ''}`,
  () => {
    test.each(some)(
      '%s',
      async (name) => {
        const published = await publishedAs(name);
        if (!published) return;
        const { unknown, all: mismatches } = verify(published);
        // Shorewall asks the kernel for the port of a bridge, we for a mark that the bridge's table has left: what a packet
        // of one has, none of the other tells.
        const ofPorts = unknown.filter(({ text }) => text.includes('-m physdev'));
        // Rules that cannot be read are counted.
        const others = unknown.filter((each) => !ofPorts.includes(each));
        expect(others.map(({ text }) => text).filter((text) => !text.includes('--mode tunnel'))).toEqual([]);
        if (ofPorts.length > 0) {
          console.log(`${name}: not compared, ${ofPorts.length} rules ask for ports of a bridge`);
          return;
        }
        const unexplained = mismatches.filter((each) => !causes.some(({ is }) => is(each, published)));
        expect(unexplained.map(told)).toEqual([]);
        if (mismatches.length > 0) return;
        for (const [line, changed] of mutantsOf(published.text, 3)) {
          if (verify(published, changed).all.length > 0) continue;
          // Nothing can be noticed of a rule that no packet meets, or that another one repeats.
          expect([line, sameWithout(published, changed)]).toEqual([line, true]);
        }
      },
      120_000,
    );
  },
);

/** Some rules taken out, or with the other verdict. */
function mutantsOf(text: string, count: number): readonly (readonly [string, string])[] {
  const next = random(3);
  const lines = text.split('\n');
  const places = lines.flatMap((line, index) => (/^-A \S+ .*-j (ACCEPT|DROP)$/.test(line) ? [index] : []));
  return Array.from({ length: Math.min(count, places.length) }, (_, round) => {
    const at = places[Math.floor(next() * places.length)] as number;
    const line = lines[at] as string;
    const other = line.endsWith('ACCEPT') ? line.replace(/ACCEPT$/, 'DROP') : line.replace(/DROP$/, 'ACCEPT');
    const changed = [...lines.slice(0, at), ...(round % 2 === 0 ? [] : [other]), ...lines.slice(at + 1)];
    return [line, changed.join('\n')];
  });
}

/** Whether the listing means the same as before, by a comparison of the two listings themselves. */
function sameWithout({ text, version, ours }: Published, changed: string): boolean {
  const [before, after] = [text, changed].map((each) => readIptables({ path: 'listing', text: each }, version));
  if (before?.kind !== 'dump' || after?.kind !== 'dump') return false;
  const found = compareWithListing(
    { ruleset: before.dump.ruleset, versions: [version], unknown: [] },
    { model: ours.model, ruleset: after.dump.ruleset, listed: true },
  );
  return found.kind === 'compared' && found.differences.length === 0;
}
