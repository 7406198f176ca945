/** Between which zones a packet goes, and which line decides about it, by the rules that are loaded. */
import type { Firewall } from '../../compiler/answers/firewall.ts';
import { Lines } from '../../compiler/answers/lines.ts';
import { questionOfLog } from '../../compiler/answers/log-line.ts';
import { stepsOf } from '../../compiler/answers/steps.ts';
import { evaluate } from '../../compiler/ir/evaluate.ts';
import type { Network } from '../../compiler/ir/packet.ts';
import { type Asked, firewallsOf } from '../answers/firewalls.ts';
import { stateOf } from '../apply/last-script.ts';
import { listGenerations } from '../generations/generation.ts';
import { say } from '../output/output.ts';
import { type Call, status } from '../verb.ts';
import { asFirstPacket, type LivePacket } from './live-packet.ts';

/** A line, as `why` names it; null where none of the user's decides. */
export interface Decider {
  readonly line: string | null;
  readonly text: string;
}

/** The firewalls of the generation that runs, or the status with which a verb ends without one. */
export async function runningFirewalls(call: Call): Promise<readonly Asked[] | 1 | 4> {
  const current = listGenerations(stateOf(call)).find(({ links }) => links.includes('current'));
  if (!current) {
    say('no firewall of ours is loaded');
    return status.notRunning;
  }
  return (await firewallsOf(String(current.number), call)) ?? status.configurationErrors;
}

/** What the rules of the running generation say of packets. */
export class WhoDecides {
  readonly #firewalls: readonly { readonly firewall: Firewall; readonly lines: Lines }[];

  constructor(asked: readonly Asked[]) {
    this.#firewalls = asked.map(({ firewall }) => ({ firewall, lines: new Lines().know(firewall.ruleset) }));
  }

  /** The zones of a packet, `-` for none. */
  zonesOf(packet: LivePacket): { readonly from: string; readonly to: string } {
    const [first] = this.#firewalls;
    const zone = (name: string, address: string) => {
      if (!first || name === '') return first?.firewall.model.firewall ?? '-';
      // The other end is taken to be the firewall, which has every address.
      const found = questionOfLog(`IN=${name} OUT= SRC=${address} DST=${address}`, first.firewall.model);
      return typeof found === 'string' ? '-' : found.from.replace(/:.*/, '');
    };
    return { from: zone(packet.in, packet.source), to: zone(packet.out, packet.destination) };
  }

  /** The line that decides about a first packet; undefined where that cannot be told. `prefix`: the one that has logged it. */
  lineOf(live: LivePacket, prefix?: string): Decider | undefined {
    const packet = asFirstPacket(live);
    if (!packet) return undefined;
    for (const { firewall, lines } of this.#firewalls) {
      const { families } = firewall.model;
      if (!families.versions.includes(packet.version)) continue;
      const { trace } = evaluate(firewall.ruleset, packet, networkOf(live, packet.saddr));
      const steps = stepsOf(trace, { firewall, lines });
      const step =
        prefix === undefined
          ? steps.findLast(({ phase, result }) => (phase === 'rules' || phase === 'policy') && decides.test(result))
          : steps.findLast(({ result }) => result.includes(`log "${prefix}"`));
      if (step) return { line: step.line, text: step.text };
    }
    return undefined;
  }

  /** The lines whose rules log with a prefix. */
  linesLogging(prefix: string): readonly Decider[] {
    const found = this.#firewalls.flatMap(({ firewall, lines }) =>
      firewall.ruleset.chains.flatMap(({ rules }) =>
        rules
          .filter(({ statements }) => statements.some((each) => each.kind === 'log' && each.prefix === prefix))
          .map((rule) => lines.of(lines.labelOf(rule))),
      ),
    );
    return [...new Map(found.map(({ line, text }) => [line ?? text, { line: line ?? null, text }])).values()];
  }
}

const decides = /^(accept|drop|reject)\b|, (accept|drop|reject)$/;

/** Routes by which the packet goes as the kernel has sent it. */
function networkOf(live: LivePacket, source: bigint): Network {
  const isLocal = live.out === '';
  return {
    route: (_version, address) => (address === source && live.in !== '' ? live.in : isLocal ? 'local' : live.out),
    addressType: (_version, address) =>
      address === source ? (live.in === '' ? 'local' : 'unicast') : isLocal ? 'local' : 'unicast',
    addressOf: () => undefined,
  };
}
