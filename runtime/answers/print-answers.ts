/** Answers as people read them at a terminal. */
import type { PacketsText } from '../../compiler/answers/describe.ts';
import type { ExamplePacket } from '../../compiler/answers/sample.ts';
import type { Answer } from '../../compiler/answers/why.ts';

/** Each answer with its line, what packets it is about, and the way of one of them. */
export function printAnswers(answers: readonly Answer[], asked: readonly string[]): string {
  if (answers.length === 0) return `${asked.join(' ')}: there are no such packets\n`;
  const blocks = answers.map((answer) => printAnswer(answer, answers.length === 1));
  return `${blocks.join('\n')}`;
}

function printAnswer(answer: Answer, isOnly: boolean): string {
  const { verdict, line, by, dependsOn, outcomes, packets, allPackets, dnat, snat, example, steps, nearest } = answer;
  const place = line === null ? by : `${line}  ${by}`;
  const lines = [`${verdict.toUpperCase()}  ${place}`];
  if (dependsOn.length > 0) lines.push(`  depends on ${dependsOn.join('; ')}`);
  for (const outcome of outcomes ?? [])
    lines.push(`    ${outcome.verdict.toUpperCase()}  ${outcome.line ?? outcome.by}`);
  if (dnat) lines.push(`  DNAT ${dnat.to}${dnat.line === null ? '' : `  ${dnat.line}`}`);
  if (snat) lines.push(`  SNAT ${snat.to}${snat.line === null ? '' : `  ${snat.line}`}`);
  if (!isOnly || packets.some((each) => Object.keys(each).length > 0))
    for (const each of packets) lines.push(`  packets ${packetsText(each)}`);
  if (!allPackets) lines.push('  and more');
  lines.push(`  e.g. ${example.source} → ${example.destination}`);
  if (isOnly) {
    for (const step of steps)
      lines.push(`  ${step.phase.padEnd(9)} ${step.line ?? '-'}  ${step.text}  → ${step.result}`);
  }
  if (nearest.length > 0) lines.push('  lines that do not match:');
  for (const each of nearest) lines.push(`    ${each.line} no: ${each.reasons.join('; ')}`, `      ${each.text}`);
  if (answer.admit !== undefined && isOnly) lines.push(`  ${whereAdmitted(line)}: ${answer.admit}`);
  return `${lines.join('\n')}\n`;
}

/** Where the line stands that would admit the packets: before the one that refuses them, or anywhere among the rules. */
function whereAdmitted(line: string | null): string {
  if (line?.startsWith('blrules:')) return `to leave it to the rules, in blrules before ${line}`;
  return `to accept it, in rules${line?.startsWith('rules:') ? ` before ${line}` : ''}`;
}

/** `IPv4 tcp 80,443 198.51.100.0/24 → 10.0.1.0/28, in eth0, out eth2`. */
export function packetsText({
  version,
  state,
  in: inward,
  out,
  protocol,
  source,
  sourcePort,
  destination,
  port,
  icmpType,
  other,
}: PacketsText): string {
  const parts = [
    version === undefined ? '' : `IPv${version}`,
    protocol ?? '',
    port ?? '',
    icmpType === undefined ? '' : `type ${icmpType}`,
    source === undefined && destination === undefined ? '' : `${source ?? 'any'} → ${destination ?? 'any'}`,
    sourcePort === undefined ? '' : `from port ${sourcePort}`,
    inward === undefined || inward === '' ? '' : `in ${inward}`,
    out === undefined || out === '' ? '' : `out ${out}`,
    state === undefined ? '' : `state ${state}`,
    ...Object.entries(other ?? {}).map(([name, values]) => `${name} ${values}`),
  ];
  const text = parts.filter((part) => part !== '').join(' ');
  return text === '' ? 'all' : text;
}

/** `tcp 198.51.100.1:40000 → 203.0.113.1:80`. */
export function witnessText({ source, sourcePort, destination, port, protocol, icmpType }: ExamplePacket): string {
  const detail = icmpType === null ? '' : ` type ${icmpType}`;
  return `${protocolWord(protocol)}${detail} ${withPort(source, sourcePort)} → ${withPort(destination, port)}`;
}

/** `tcp`, or the number of a protocol that has no short name. */
export function protocolWord(protocol: number): string {
  const names: Readonly<Record<number, string>> = { 1: 'icmp', 6: 'tcp', 17: 'udp', 58: 'icmpv6' };
  return names[protocol] ?? `protocol ${protocol}`;
}

/** `192.0.2.1:80`, `[2001:db8::1]:80`, or an address alone. */
export function withPort(address: string, port: number | null): string {
  if (port === null) return address;
  return address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`;
}
