/** The difference of two configurations, of folders or generations, and how a verb prints it. */
import type { Change, Outcome } from '../../compiler/answers/compare/comparison.ts';
import {
  compare,
  type Difference,
  type IntentResult,
  intentOf,
  type OtherChange,
} from '../../compiler/answers/diff.ts';
import { understandIntent } from '../../compiler/answers/question.ts';
import { say, write } from '../output/output.ts';
import { type Call, type Status, status } from '../verb.ts';
import { type Asked, firewallsOf, withSetsOf } from './firewalls.ts';
import { frameChanges, frameRulesOf } from './frame-changes.ts';
import { connectionsHit, type HitConnection } from './live-connections.ts';
import { packetsText, protocolWord, withPort, witnessText } from './print-answers.ts';

/** Two configurations, and all that differs between them. */
export interface Differences {
  readonly changes: readonly Change[];
  readonly others: readonly OtherChange[];
}

/**
 * Compares and prints; the status tells whether anything changes. `live`: also the connections that are open now and that
 * the change hits.
 */
export async function showDifference(
  before: string,
  after: string,
  call: Call,
  { live = false }: { readonly live?: boolean } = {},
): Promise<Status> {
  const [old, made] = [await firewallsOf(before, call), await firewallsOf(after, call)];
  if (!old || !made) return status.configurationErrors;
  const young = live ? withSetsOf(old, made) : made;
  const packets = differencesOf(old, young);
  if (typeof packets === 'string') {
    say(packets);
    return status.refused;
  }
  const beside = frameChanges(frameRulesOf(old), frameRulesOf(young));
  const found = { ...packets, others: [...packets.others, ...beside] };
  const equal = found.changes.length + beside.length === 0;
  const intent = call.options.intent === undefined ? undefined : intentOfCall(call.options.intent, old, young);
  if (typeof intent === 'string') {
    say(intent);
    return status.usage;
  }
  const rulesets = (side: readonly Asked[]) => side.map(({ firewall }) => firewall.ruleset);
  const connections = live ? connectionsHit(rulesets(old), rulesets(young)) : undefined;
  if (call.options.json) {
    const all = { schema: 1, equal, ...found, ...(intent && { intent }) };
    write(1, `${JSON.stringify({ ...all, ...(live && { connections: connections ?? null }) }, null, 2)}\n`);
  } else {
    const text = call.options.markdown ? markdownOf(found) : textOf(found);
    write(1, `${text}${connections ? connectionsText(connections) : ''}${intent ? intentText(intent) : ''}`);
  }
  return equal ? status.done : status.changes;
}

/** Whether a change opens what was meant, in the firewall that knows the zones; a text says what cannot be understood. */
function intentOfCall(text: string, before: readonly Asked[], after: readonly Asked[]): IntentResult | string {
  const [old] = before;
  const [young] = after;
  if (!old || !young || before.length > 1 || after.length > 1)
    return 'an intent is compared for one folder for both IP versions';
  const meant = understandIntent(text, young.firewall.model, young.environment);
  return typeof meant === 'string' ? meant : intentOf(old.firewall, young.firewall, meant);
}

/** Connections that go on, though a new one like them would not be admitted. */
function connectionsText(connections: readonly HitConnection[]): string {
  const [first, ...more] = connections;
  if (!first) return '';
  const count = more.length === 0 ? '1 open connection is' : `${connections.length} open connections are`;
  const shown = connections.slice(0, 10).map(({ protocol, source, sourcePort, destination, port, by }) => {
    const [from, to] = [withPort(source, sourcePort), withPort(destination, port)];
    return `    ${protocolWord(protocol)} ${from} → ${to}  ${by}`;
  });
  const rest = connections.length > shown.length ? [`    and ${connections.length - shown.length} more`] : [];
  return [
    `${count} no longer admitted; \`ftpwall restart --revoke\` ends what is, else it goes on:`,
    ...shown,
    ...rest,
    '',
  ].join('\n');
}

function intentText({ holds, missing, beyond }: IntentResult): string {
  if (holds) return 'intent: the change opens exactly this\n';
  const lines = [
    ...missing.map((packets) => `intent: not accepted  ${packetsText(packets)}`),
    ...beyond.map((packets) => `intent: accepted, and not meant  ${packetsText(packets)}`),
  ];
  return `${lines.join('\n')}\n`;
}

/** The differences between the firewalls of two sides; a text says why there is no answer. */
export function differencesOf(before: readonly Asked[], after: readonly Asked[]): Differences | string {
  const changes: Change[] = [];
  const others: OtherChange[] = [];
  const families = new Set([...before, ...after].map(({ firewall }) => firewall.ruleset.family));
  for (const family of families) {
    const [old, young] = [before, after].map((side) => side.find(({ firewall }) => firewall.ruleset.family === family));
    if (!old || !young)
      return 'one of the two is a folder for both IP versions, the other one a pair of folders for one each: they cannot be compared';
    const found: Difference = compare(old.firewall, young.firewall);
    if (found.kind === 'undecided') return `undecided, because ${found.reason}`;
    changes.push(...found.changes);
    others.push(...found.others);
  }
  return { changes: changes.sort(bySeverity), others };
}

/** New connections first, and what opens before what closes: that is what people look for. */
function bySeverity(a: Change, b: Change): number {
  return Number(a.witness.state !== 'new') - Number(b.witness.state !== 'new') || rank(a) - rank(b);
}

function rank({ before, after }: Change): number {
  if (after.verdict === 'accept' && before.verdict !== 'accept') return 0;
  return before.verdict === 'accept' && after.verdict !== 'accept' ? 1 : 2;
}

/** `opens`, `closes`, or what else a change does. */
export function kindOfChange({ before, after }: Change): string {
  if (before.verdict !== 'accept' && after.verdict === 'accept') return 'opens';
  if (before.verdict === 'accept' && after.verdict !== 'accept') return 'closes';
  if (before.verdict !== after.verdict) return `${before.verdict} becomes ${after.verdict}`;
  return 'translates otherwise';
}

function textOf({ changes, others }: Differences): string {
  if (changes.length === 0 && others.length === 0) return 'equal for all packets\n';
  const lines = changes.flatMap((change) => [
    `${kindOfChange(change)}  ${change.from} → ${change.to}  ${placeOf(change.after)} (was ${placeOf(change.before)})`,
    ...change.packets.map((packets) => `    ${packetsText(packets)}`),
    ...(change.allPackets ? [] : ['    and more']),
    `    e.g. ${witnessText(change.witness)}`,
    ...(change.before.dnat !== change.after.dnat
      ? [`    DNAT: ${change.after.dnat ?? 'none'} (was ${change.before.dnat ?? 'none'})`]
      : []),
    ...(change.before.snat !== change.after.snat
      ? [`    SNAT: ${change.after.snat ?? 'none'} (was ${change.before.snat ?? 'none'})`]
      : []),
  ]);
  return `${[...lines, ...othersText(others)].join('\n')}\n`;
}

/** What is done besides, in two lines each. */
export function othersText(others: readonly OtherChange[]): readonly string[] {
  return others.flatMap((other) => [
    `besides  ${other.from} → ${other.to}  ${other.line ?? '-'}`,
    `    ${other.after.join(', ') || 'nothing'} (was ${other.before.join(', ') || 'nothing'})`,
  ]);
}

/** `ACCEPT rules:12`. */
export function placeOf({ verdict, line, by }: Outcome): string {
  return `${verdict.toUpperCase()} ${line ?? by}`;
}

/** For a change request. */
function markdownOf({ changes, others }: Differences): string {
  if (changes.length === 0 && others.length === 0) return 'No packet fares otherwise.\n';
  const rows = changes.map((change) => {
    const packets = change.packets.map(packetsText).join('; ');
    return `| ${kindOfChange(change)} | ${change.from} → ${change.to} | ${cell(packets)} | ${placeOf(change.before)} | ${placeOf(change.after)} | ${cell(witnessText(change.witness))} |`;
  });
  const table = ['| change | zones | packets | before | after | example |', '|---|---|---|---|---|---|', ...rows];
  const besides = others.map(
    (other) =>
      `- ${other.from} → ${other.to}, ${other.line ?? 'no line'}: ${other.after.join(', ') || 'nothing'} (was ${other.before.join(', ') || 'nothing'})`,
  );
  return `${[...(changes.length > 0 ? table : []), ...(besides.length > 0 ? ['', 'Besides verdicts:', '', ...besides] : [])].join('\n')}\n`;
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|');
}
