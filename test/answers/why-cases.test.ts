/** `why` gives the verdict, line and address that the kernel gives the packets of the cases (see kernel/cases.test.ts). */
import { describe, expect, test } from 'vitest';
import { understand } from '../../compiler/answers/question.ts';
import { why } from '../../compiler/answers/why.ts';
import { printAddress } from '../../compiler/net/address.ts';
import { cases, compileCase, interfacesOf } from '../support/case.ts';
import { memoryEnvironment } from '../support/memory-environment.ts';
import { type InterfaceOf, judge, networkOf, type PacketLine, readPackets } from '../support/packets.ts';

/** `zone:address`, as the line says. */
function end({ zone, address, version }: PacketLine['from']): string {
  return `${zone}:${printAddress(version, address)}`;
}

function typed(line: PacketLine, interfaceOf: InterfaceOf) {
  const { from, to, protocol, icmp } = line;
  const port = icmp ? `${icmp.type}/${icmp.code}` : to.port;
  return {
    from: end(from),
    to: end(to),
    protocol: String(protocol),
    ...(port !== undefined && { port: String(port) }),
    ...(icmp || port === undefined ? {} : { sourcePort: String(from.port ?? 40000) }),
    ...interfaceNamed('in', from, interfaceOf),
    // Where a packet that is translated leaves, the line says only when it gets through.
    ...(line.leaves || to.interface || line.verdict === 'ACCEPT'
      ? interfaceNamed('out', line.leaves ?? to, interfaceOf)
      : {}),
  };
}

function interfaceNamed(name: 'in' | 'out', { zone, interface: given }: PacketLine['from'], interfaceOf: InterfaceOf) {
  const found = given ?? interfaceOf(zone);
  return found === undefined ? {} : { [name]: found };
}

const count = { asked: 0, depends: 0 };

describe.each(cases().flatMap((each) => (each.packets === undefined ? [] : [[each.name, each] as const])))(
  '%s',
  (_name, each) => {
    const compilation = compileCase(each);
    const { model, lowered } = compilation;
    // Sets that earlier packets of a case have filled are empty to a question; MAC addresses and flags it does not name.
    const isPlain = (line: PacketLine) =>
      line.state === 'new' &&
      !line.mac &&
      !line.master &&
      (line.flags ?? ['syn']).join() === 'syn' &&
      line.verdict !== 'UNKNOWN' &&
      [line.from, line.to].every(({ zone }) => model?.zones.some(({ name }) => name === zone));
    const lines = readPackets(each.packets ?? '').filter(isPlain);

    const interfaceOf = interfacesOf(each);
    const network = networkOf(readPackets(each.packets ?? ''), interfaceOf);

    test('questions are answered as the packets fare', () => {
      if (!model || !lowered) throw new Error('the case does not compile');
      const wrong: string[] = [];
      for (const line of lines) {
        const understood = understand(typed(line, interfaceOf), model, memoryEnvironment({}));
        if (understood.kind === 'unclear') {
          wrong.push(`${line.text}\n    ${understood.reason}`);
          continue;
        }
        const found = why(understood.question, { model, ruleset: lowered });
        const answers = found.kind === 'answers' ? found.answers : [];
        count.asked += 1;
        if (answers.some(({ verdict, dependsOn }) => verdict === 'depends' || dependsOn.length > 0)) {
          count.depends += 1;
          continue;
        }
        const judged = judge(line, lowered, network, interfaceOf);
        const wanted = [
          judged.verdict.toUpperCase(),
          `${printAddress(line.to.version, judged.leaves.daddr)}:${judged.leaves.dport}`,
        ];
        // Of a packet that is refused the file names the last line of rules that matched, which may only have translated.
        const isNamed =
          judged.verdict === 'accept' && line.verdict === 'ACCEPT' && /^(rules|policy):/.test(line.by ?? '');
        const by = isNamed ? line.by : undefined;
        const said = answers.map(({ verdict, destination, line: place }) => [
          verdict.toUpperCase(),
          destination.address === null || destination.port === null
            ? wanted[1]
            : `${destination.address}:${destination.port}`,
          by === undefined ? '' : place,
        ]);
        const all = [...(judged.verdict === 'accept' ? wanted : [wanted[0], said[0]?.[1]]), by ?? ''].join(' ');
        if (said.length !== 1 || said[0]?.join(' ') !== all)
          wrong.push(`${line.text}\n    is ${said.map((one) => one.join(' ')).join(' | ')}, not ${all}`);
      }
      expect(wrong.join('\n')).toBe('');
    });
  },
);

test('few of them depend on what no packet tells', () => {
  console.log(count);
  expect(count.asked).toBeGreaterThan(400);
  expect(count.depends).toBeLessThan(count.asked / 5);
});
