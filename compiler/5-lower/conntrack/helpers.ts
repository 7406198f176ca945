/**
 * Where helpers are attached and what they open: chains at -150, where the client's own destination is still to be
 * seen, and the chain that admits what an accepted connection announced.
 */

import type { Match, NftRule, Statement } from '../../ir/ruleset.ts';
import { helperMark } from '../../language/mark-layout.ts';
import type { HelperPorts } from '../../model/conntrack.ts';
import type { Traffic } from '../../model/traffic.ts';
import type { Origin } from '../../source.ts';
import { onlyVersions } from '../interfaces/interface-versions.ts';
import { lowerTraffic } from '../rules/matches.ts';
import { accept, counter, goto, jump } from '../rules/verdicts.ts';
import { type Program, rule } from '../ruleset-builder.ts';
import { zoneDispatch } from '../zones/zone-match.ts';
import { type HelperUse, helperRequests } from './helper-use.ts';
import { fromZones, isOfConnections, trackingLog } from './tracking.ts';

/** The priority at which helpers are attached: after connection tracking (-200), before DNAT (-110 and -100). */
const helperPriority = -150;

/** The chains that attach helpers: one for each zone that clients come from. */
export function addHelperChains(program: Program): void {
  const { model } = program;
  const requests: readonly PlacedRequest[] = [...helperRequests(model), ...policyRequests(program)];
  const bySource = new Map<string, PlacedRequest[]>();
  for (const request of requests) bySource.set(request.source, [...(bySource.get(request.source) ?? []), request]);
  for (const [source, mine] of bySource) {
    const seen = new Set<string>();
    const rules = mine.flatMap((request) =>
      lowerTraffic(
        ofHelper(request.traffic, request.helper),
        { beforeNat: true, stateless: true, name: '' },
        program,
      ).flatMap((matches) => {
        const key = JSON.stringify([request.helper.helper.name, matches], (_key, value) =>
          typeof value === 'bigint' ? String(value) : (value as unknown),
        );
        if (seen.has(key)) return [];
        seen.add(key);
        return [rule(matches, [attach(request.helper, program), counter], { origin: request.origin })];
      }),
    );
    program.once(`${source}-helpers`, () => ({ comment: `connections from ${source} that get a helper`, rules }));
  }
  const sources = [...bySource.keys()];
  const tracked = (hook: 'prerouting' | 'output'): readonly NftRule[] => trackedHelpers(hook, program);
  const isNew: Match = { kind: 'state', negated: false, states: ['new'] };
  const incoming = sources.filter((source) => source !== model.firewall);
  const base = (hook: 'prerouting' | 'output', rules: readonly NftRule[]): void => {
    if (rules.length > 0)
      program.add({
        name: `helpers-${hook}`,
        base: { type: 'filter', hook, priority: helperPriority, policy: 'accept' },
        rules,
      });
  };
  base('prerouting', [
    ...tracked('prerouting'),
    ...zoneDispatch(
      incoming.map((zone) => ({ zone, chain: `${zone}-helpers` })),
      'source',
      [isNew],
      program,
    ),
  ]);
  base('output', [
    ...tracked('output'),
    ...(sources.includes(model.firewall) ? [rule([isNew], [jump(`${model.firewall}-helpers`)])] : []),
  ]);
}

/**
 * Lines of `conntrack` about connections: the first packet of one gets the helper, or says what is told of it. Of several
 * only the first counts (kernel: xt_CT), so after one about events nothing else of these is asked.
 */
function trackedHelpers(hook: 'prerouting' | 'output', program: Program): readonly NftRule[] {
  const isNew: Match = { kind: 'state', negated: false, states: ['new'] };
  return program.model.tracking.flatMap((each, index) => {
    const { action } = each;
    if (!each.hooks.includes(hook) || !isOfConnections(each)) return [];
    const helper =
      action.kind === 'helper'
        ? program.model.helpers.find((one) => one.helper.name === action.helper && one.enabled)
        : undefined;
    if (action.kind === 'helper' && !helper) return [];
    const told = 'events' in action && action.events ? action.events : undefined;
    const statements: readonly Statement[] = [
      ...(helper ? [attach(helper, program)] : []),
      ...(told ? [{ kind: 'setEvents', events: told } as const] : []),
      counter,
      ...(told ? [accept] : []),
    ];
    const rules = lowerTraffic(
      helper ? ofHelper(each.traffic, helper) : each.traffic,
      { beforeNat: true, name: `helper-${index}` },
      program,
    ).flatMap((matches) => {
      const all = [isNew, ...matches];
      return [...trackingLog(each, all, hook, program), rule(all, statements, { origin: each.origin })];
    });
    return fromZones(each, hook, `tracking-helper-${index}`, rules, program);
  });
}

interface PlacedRequest {
  readonly source: string;
  readonly traffic: Parameters<typeof lowerTraffic>[0];
  readonly helper: HelperPorts;
  readonly origin: Origin;
}

/** With AUTOHELPERS a policy of ACCEPT gives the connections to the listed ports their helper. */
function policyRequests(program: Program): readonly PlacedRequest[] {
  const { model } = program;
  if (!model.settings.autoHelpers) return [];
  return model.policies
    .filter((policy) => policy.verdict.kind === 'accept' && !policy.implicit)
    .flatMap((policy) =>
      model.helpers
        .filter((each) => each.enabled && each.automatic)
        .map((helper) => ({
          source: policy.source,
          traffic: {
            protocols: [
              {
                protocol: helper.helper.protocol === 'tcp' ? 6 : 17,
                negated: false,
                either: false,
                dports: { negated: false, ranges: helper.ports.map((port) => ({ first: port, last: port })) },
              },
            ],
            rates: [],
            conditions: [],
            versions: policy.versions,
          },
          helper,
          origin: policy.origin,
        })),
    );
}

/** The packets that the kernel has the helper for: some are of one IP version alone. */
function ofHelper(traffic: Traffic, { helper: { versions } }: HelperPorts): Traffic {
  if (!versions) return traffic;
  return { ...traffic, versions: traffic.versions.filter((version) => versions.includes(version)) };
}

/** The match for them. */
function onlyOf({ helper: { versions } }: HelperPorts, { model }: Program): readonly Match[] {
  return versions
    ? onlyVersions(
        model.families.versions.filter((version) => versions.includes(version)),
        model,
      )
    : [];
}

function attach(helper: HelperPorts, program: Program): Statement {
  return { kind: 'attachHelper', object: program.helper(helper.helper.name) };
}

/** The statements that an accepting rule needs before its verdict: the helper, and our mark that it was admitted. */
function admit(helper: HelperPorts, program: Program): readonly Statement[] {
  return [attach(helper, program), { kind: 'setMark', target: 'connection', mask: helperMark, value: helperMark }];
}

/**
 * What a rule that accepts helped connections alone goes to. The mark has a rule of its own: reading the mark of a packet
 * without a connection ends its rule (kernel: nft_ct_get_eval), and the packet must be accepted all the same.
 */
export function acceptWithHelper(helper: HelperPorts, program: Program): Statement {
  const name = `accept-${helper.helper.name.replace(/[^A-Za-z0-9]/g, '-')}`;
  return goto(
    program.once(name, () => ({
      comment: `ACCEPT with the ${helper.helper.name} helper: what the connection announces is accepted too`,
      rules: [rule(onlyOf(helper, program), admit(helper, program)), rule([], [accept])],
    })),
  );
}

/** What a rule that accepts more than helped connections goes to: marks those of the listed ports, accepts all. */
export function acceptWithHelpers(uses: readonly HelperUse[], program: Program): Statement {
  const name = `accept-also-${uses.map((use) => use.helper.helper.name.toLowerCase().replace(/[^a-z0-9]/g, '')).join('-')}`;
  return goto(
    program.once(
      uses.length === program.model.helpers.filter((each) => each.enabled && each.automatic).length
        ? 'accept-with-helpers'
        : name,
      () => ({
        comment: 'ACCEPT; connections to listed ports are marked for what they announce',
        rules: [
          ...uses.map((use) =>
            rule(
              [
                ...onlyOf(use.helper, program),
                {
                  kind: 'port',
                  field: 'dport',
                  protocol: use.helper.helper.protocol === 'tcp' ? 6 : 17,
                  negated: false,
                  ranges: use.helper.ports.map((port) => ({ first: port, last: port })),
                },
              ],
              [...admit(use.helper, program), counter],
            ),
          ),
          rule([], [counter, accept]),
        ],
      }),
    ),
  );
}

/** ICMP errors about a tracked connection (RFC 792, RFC 4443): always part of it. */
const errors = {
  4: [{ type: 3 }, { type: 11 }, { type: 12 }],
  6: [{ type: 1 }, { type: 2 }, { type: 3 }, { type: 4 }],
} as const;

/** The rules for RELATED packets under `RELATED=strict`: what is not accepted here goes on to rules and policy like NEW. */
export function relatedRules(program: Program): readonly NftRule[] {
  const { model } = program;
  const marked: Match = { kind: 'connectionMark', negated: false, mask: helperMark, value: helperMark };
  const transfers = model.helpers
    .filter((each) => program.attached.has(each.helper.name))
    .flatMap((each) => {
      const of: Match = { kind: 'connectionHelper', helper: each.helper.name };
      const comment = `announced by an admitted ${each.helper.name} connection`;
      if (each.helper.name === 'pptp')
        return [
          rule([of, marked, { kind: 'protocol', negated: false, protocols: [47] }], [counter, accept], { comment }),
        ];
      const high: Match = {
        kind: 'port',
        field: 'dport',
        protocol: 'any',
        negated: false,
        ranges: [{ first: 1024, last: 65535 }],
      };
      const carried: Match = {
        kind: 'protocol',
        negated: false,
        protocols: each.helper.name === 'ftp' || each.helper.name === 'irc' ? [6] : [6, 17],
      };
      return [rule([of, marked, carried, high], [counter, accept], { comment })];
    });
  const reports = model.families.versions.map((version) =>
    rule([{ kind: 'icmp', version, negated: false, types: errors[version] }], [counter, accept], {
      comment: 'errors about connections',
    }),
  );
  // The reset that REJECT sends belongs to the packet it refuses, and is RELATED to it (kernel: nf_ct_attach).
  const reset: Match = { kind: 'tcpFlags', negated: false, mask: ['syn', 'rst'], set: ['rst'] };
  return [...transfers, ...reports, rule([reset], [counter, accept], { comment: 'refusals of connections' })];
}

/** The counted refusal of RELATED packets that neither a helper nor a rule admitted. */
export function refusedRelated(verdict: Statement, origin: Origin): NftRule {
  return rule([{ kind: 'state', negated: false, states: ['related'] }], [counter, verdict], {
    origin,
    comment: 'RELATED, but no admitted connection announced it',
  });
}
