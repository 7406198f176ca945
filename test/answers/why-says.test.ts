/** What `why` says beside the verdict: where addresses that are translated lead, the line of an action, what would admit. */
import { expect, test } from 'vitest';
import { understand } from '../../compiler/answers/question.ts';
import { type Answer, why } from '../../compiler/answers/why.ts';
import { compile } from '../../compiler/compile.ts';
import { memoryEnvironment } from '../support/memory-environment.ts';

const files = {
  zones: 'fw firewall\nnet ip\nloc ip\ndmz ip\nlab:loc ip\n',
  interfaces: '?FORMAT 2\nnet eth0\nnet eth3\nloc eth1\ndmz eth2\n',
  hosts: 'lab eth1:10.0.1.128/25\n',
  policy: '$FW all ACCEPT\nloc net ACCEPT\nnet all DROP\nall all REJECT\n',
  nat: '203.0.113.3 eth0 10.0.2.3 No No\n',
  netmap: 'DNAT 198.18.9.0/24 eth0 10.0.9.0/24\n',
  blrules: 'DROP net:198.51.100.0/24 all\n',
  actions: 'Visitors\n',
  'action.Visitors': 'ACCEPT - - tcp 80,443\nDROP - - tcp 25\n',
  'macro.Portal': 'PARAM - - tcp 8443\nPARAM - - udp 8443\n',
  rules:
    '?SECTION ESTABLISHED\nDROP net dmz:10.0.2.66\n?SECTION NEW\nSMTP(ACCEPT) net dmz:10.0.2.3\nVisitors net dmz:10.0.2.40\n' +
    'Portal(ACCEPT) net dmz:10.0.2.41\nREJECT net dmz:10.0.2.42 tcp 80\n',
};
const environment = memoryEnvironment(files);
const { model, lowered } = compile(environment, { version: '0', purpose: 'answers', lint: false });

function asked(text: string, more: { readonly in?: string; readonly state?: string } = { in: 'eth0' }) {
  if (!model || !lowered) throw new Error('the configuration does not compile');
  const [from = '', to = '', protocol, port] = text.split(' ');
  const typed = { from, to, ...(protocol !== undefined && { protocol }), ...(port !== undefined && { port }), ...more };
  const understood = understand(typed, model, environment);
  if (understood.kind === 'unclear') throw new Error(understood.reason);
  const found = why(understood.question, { model, ruleset: lowered });
  if (found.kind === 'undecided') throw new Error(found.reason);
  return found.answers;
}

const said = ({ verdict, line, destination }: Answer) => `${verdict} ${line} ${destination.address}`;

test.each([
  ['net:192.0.2.9 dmz:203.0.113.3 tcp 25', ['accept rules:4 10.0.2.3']],
  ['net:192.0.2.9 dmz:198.18.9.7 tcp 25', ['drop policy:3 10.0.9.7']],
  // The zone of the firewall says nothing of where the host is: it may be behind any interface.
  [
    'net:192.0.2.9 fw:203.0.113.3 tcp 25',
    ['accept rules:4 10.0.2.3', 'accept zones:2 10.0.2.3', 'drop policy:3 10.0.2.3'],
  ],
])('a translated address leads into the zone that is asked for: %s', (question, expected) => {
  expect(asked(question).map(said)).toEqual(expected);
});

test('an open question is about its two zones alone, whatever nat and netmap translate', () => {
  const answers = asked('net dmz tcp 80');
  expect(answers.filter(({ line }) => line === 'zones:2')).toEqual([]);
  const out = answers.flatMap(({ packets }) => packets.map((each) => each.out));
  expect([...new Set(out)]).toEqual(['eth2']);
});

test.each([
  ['net:192.0.2.9 dmz:10.0.2.40 tcp 443', 'rules:5', 'action.Visitors:1'],
  ['net:192.0.2.9 dmz:10.0.2.40 tcp 25', 'rules:5', 'action.Visitors:2'],
  ['net:192.0.2.9 dmz:10.0.2.41 tcp 8443', 'rules:6', 'macro.Portal:1'],
  ['net:192.0.2.9 dmz:10.0.2.41 udp 8443', 'rules:6', 'macro.Portal:2'],
  ['net:192.0.2.9 dmz:10.0.2.42 tcp 80', 'rules:7', undefined],
])('the detail is the line of the macro or action that decides: %s', (question, line, detail) => {
  const [answer] = asked(question);
  expect([answer?.line, answer?.detail]).toEqual([line, detail]);
});

test.each([
  ['net:192.0.2.9 dmz:10.0.2.42 tcp 80', 'NEW', 'ACCEPT net:192.0.2.9 dmz:10.0.2.42 tcp 80'],
  ['net:192.0.2.9 dmz:10.0.2.9 tcp 80', 'NEW', 'ACCEPT net:192.0.2.9 dmz:10.0.2.9 tcp 80'],
  ['net:192.0.2.9 dmz:10.0.2.66 tcp 80', 'ESTABLISHED', 'ACCEPT net:192.0.2.9 dmz:10.0.2.66 tcp 80'],
  ['net:192.0.2.9 dmz:203.0.113.3 tcp 110', 'NEW', 'ACCEPT net:192.0.2.9 dmz:10.0.2.3 tcp 110'],
  ['net:198.51.100.9 dmz:10.0.2.3 tcp 25', 'NEW', 'WHITELIST net:198.51.100.9 dmz:10.0.2.3 tcp 25'],
  ['dmz:10.0.2.4 dmz:10.0.2.50 udp 123', 'NEW', undefined],
])('what is said to admit packets would, before the line that refuses them: %s', (question, state, admit) => {
  const [answer] = asked(question, { state, ...(question.startsWith('net') && { in: 'eth0' }) });
  expect(answer?.admit).toBe(admit);
  if (admit && answer?.line) expect(verdictsAfter(admit, answer.line)).toEqual(['accept']);
});

/** What becomes of the packets of a line that is put before another one, or at the end of the rules. */
function verdictsAfter(line: string, before: string): readonly string[] {
  const [file = 'rules', number = '0'] = before.split(':');
  const name = file === 'blrules' ? 'blrules' : 'rules';
  const lines = files[name].trimEnd().split('\n');
  lines.splice(file === 'policy' ? lines.length : Number(number) - 1, 0, line);
  const changed = memoryEnvironment({ ...files, [name]: `${lines.join('\n')}\n` });
  const compiled = compile(changed, { version: '0', purpose: 'answers', lint: false });
  if (!compiled.model || !compiled.lowered) throw new Error(`${line} does not compile`);
  const [, from = '', to = '', protocol = '', port = ''] = line.split(' ');
  const state = before === 'rules:2' ? 'ESTABLISHED' : 'NEW';
  const understood = understand({ from, to, protocol, port, in: 'eth0', state }, compiled.model, changed);
  if (understood.kind === 'unclear') throw new Error(understood.reason);
  const found = why(understood.question, { model: compiled.model, ruleset: compiled.lowered });
  if (found.kind === 'undecided') throw new Error(found.reason);
  return found.answers.map(({ verdict }) => verdict);
}
