/** Random rulesets: every kind of match and statement, at places where nft takes it. */
import fc from 'fast-check';
import { elementOfRange, partOfNumbers, singlePart } from '../../compiler/ir/elements.ts';
import { matchKinds } from '../../compiler/ir/matches/index.ts';
import type { Chain, Hook, Match, NftRule, NftSet, Ruleset } from '../../compiler/ir/ruleset.ts';
import { joinRanges } from '../../compiler/net/address.ts';
import type { Version } from '../../compiler/net/version.ts';
import { matchesAbout } from './arbitrary-matches.ts';
import { comments, type Place, seenSet, statementsAt } from './arbitrary-statements.ts';
import { addressRanges, addressSet, countSet, pairSet, rateSet, type Subject } from './arbitrary-values.ts';

const everyMatch = Object.keys(matchKinds) as Match['kind'][];

/** How random rulesets are to be. */
export interface Shape {
  readonly families: readonly Ruleset['family'][];
  readonly matches: readonly Match['kind'][];
}

const everything: Shape = { families: ['inet', 'inet', 'inet', 'ip', 'ip6'], matches: everyMatch };

function subjects(family: Ruleset['family'], forward: boolean): fc.Arbitrary<Subject> {
  const version: fc.Arbitrary<Version | undefined> =
    family === 'inet'
      ? fc.constantFrom<(Version | undefined)[]>(undefined, 4, 6)
      : fc.constant(family === 'ip' ? 4 : 6);
  const protocol = fc.constantFrom<Subject['protocol'][]>(undefined, 'several', 6, 17, 132, 33, 136, 47, 1, 58);
  return fc.record({ version, protocol, forward: fc.constant(forward) });
}

function rules(family: Ruleset['family'], place: Place, { matches }: Shape): fc.Arbitrary<readonly NftRule[]> {
  const rule = subjects(family, place.hook === 'forward').chain((subject) =>
    fc.record(
      { matches: matchesAbout(subject, matches), statements: statementsAt(subject, place), comment: comments },
      { requiredKeys: ['matches', 'statements'] },
    ),
  );
  return fc.array(
    rule.filter((each) => resetsOnlyTcp(each) && isListedWhole(each)),
    { maxLength: 5 },
  );
}

/** nft 1.0.6 lists `meta priority >= 1:0 meta time <= …` as a range of the time alone; no line of ours asks for both. */
function isListedWhole({ matches }: NftRule): boolean {
  return !matches.some((match, index) => {
    const next = matches[index + 1];
    return match.kind === 'classed' && !match.negated && next?.kind === 'date' && next.from === undefined;
  });
}

/** A header can be a protocol of its own (ESP, "no next header"): nft refuses a reset of TCP beside it. */
function resetsOnlyTcp({ matches, statements }: NftRule): boolean {
  const resets = statements.some((statement) => statement.kind === 'reject' && statement.with.kind === 'tcp-reset');
  return !(resets && matches.some(({ kind }) => kind === 'extensionHeader'));
}

const bases: Readonly<Record<string, Hook>> = {
  raw: { type: 'filter', hook: 'prerouting', priority: -300, policy: 'accept' },
  attach: { type: 'filter', hook: 'prerouting', priority: -150, policy: 'accept' },
  destinations: { type: 'nat', hook: 'prerouting', priority: -110, policy: 'accept' },
  'own-destinations': { type: 'nat', hook: 'output', priority: -110, policy: 'accept' },
  input: { type: 'filter', hook: 'input', priority: 0, policy: 'drop' },
  forward: { type: 'filter', hook: 'forward', priority: 0, policy: 'drop' },
  early: { type: 'filter', hook: 'forward', priority: -7, policy: 'accept' },
  output: { type: 'filter', hook: 'output', priority: 0, policy: 'accept' },
  reroute: { type: 'route', hook: 'output', priority: -150, policy: 'accept' },
  sources: { type: 'nat', hook: 'postrouting', priority: 90, policy: 'accept' },
};

const regular = ['net-dmz', 'loc_net', 'a.b/c', '_x'];

function chains(family: Ruleset['family'], shape: Shape): fc.Arbitrary<readonly Chain[]> {
  const withBase = Object.entries(bases).map(([name, base]) =>
    chain(name, rules(family, { hook: base.hook, type: base.type, targets: regular }, shape), base),
  );
  const without = regular.map((name, index) =>
    chain(name, rules(family, { hook: 'any', type: 'filter', targets: regular.slice(index + 1) }, shape)),
  );
  return fc.tuple(...without, ...withBase);
}

function chain(name: string, of: fc.Arbitrary<readonly NftRule[]>, base?: Hook): fc.Arbitrary<Chain> {
  return fc.record(
    { name: fc.constant(name), rules: of, comment: comments, ...(base && { base: fc.constant(base) }) },
    { requiredKeys: base ? ['name', 'rules', 'base'] : ['name', 'rules'] },
  ) as fc.Arbitrary<Chain>;
}

function sets(version: Version): fc.Arbitrary<readonly NftSet[]> {
  const address = version === 4 ? 'ipv4_addr' : 'ipv6_addr';
  const dynamic: Omit<NftSet, 'name'> = { type: [address], interval: false, dynamic: true, elements: [] };
  const ranges = fc.array(addressRanges(version), { maxLength: 8 }).map((list) => joinRanges(list).map(elementOfRange));
  return fc.tuple(ranges, fc.option(comments, { nil: undefined })).map(([elements, comment]) => [
    {
      name: addressSet(version),
      type: [address],
      interval: true,
      dynamic: false,
      elements,
      ...(comment && { comment }),
    },
    {
      name: pairSet(version),
      type: [address, 'inet_service'],
      interval: true,
      dynamic: false,
      elements: elements.slice(0, 3).map(({ key }, index) => ({
        key: [...key, partOfNumbers({ first: index * 100, last: index * 100 + index })],
      })),
    },
    { ...dynamic, name: rateSet(version, 0), timeout: 3600, size: 1000 },
    { ...dynamic, name: rateSet(version, 1), timeout: 0 },
    { ...dynamic, name: countSet(version) },
    { ...dynamic, name: seenSet(version), timeout: 60 },
  ]);
}

const names = [{ key: [{ name: 'eth0', wildcard: false }] }, { key: [{ name: 'ppp', wildcard: true }] }];

const otherSets: readonly NftSet[] = [
  { name: 'names', type: ['ifname'], interval: true, dynamic: false, elements: names },
  {
    name: 'macs',
    type: ['ether_addr', 'ipv4_addr'],
    interval: false,
    dynamic: false,
    elements: [{ key: [singlePart(0xaabbcc001122n), singlePart(0x0a000001n)] }],
  },
  {
    name: 'marks',
    type: ['mark', 'inet_proto'],
    interval: false,
    dynamic: false,
    elements: [{ key: [singlePart(5), singlePart(6)] }, { key: [singlePart(7), singlePart(17)] }],
  },
];

/** Whole rulesets. All chains are always there, with no or some rules. */
export function rulesets(shape: Shape = everything): fc.Arbitrary<Ruleset> {
  return fc.constantFrom(...shape.families).chain((family) =>
    fc.record({
      family: fc.constant(family),
      table: fc.constant('ftpwall'),
      sets: fc.tuple(sets(4), sets(6)).map(([four, six]) => [...four, ...six, ...otherSets]),
      helpers: fc.constant([
        { name: 'ftp', type: 'ftp', protocol: 'tcp' },
        { name: 'tftp-2', type: 'tftp', protocol: 'udp' },
      ] as const),
      chains: chains(family, shape),
    }),
  );
}
