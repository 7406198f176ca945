/** No help opens more than was meant: those of all messages, on every page and every malformed line. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { compile } from '../../compiler/compile.ts';
import type { Diagnostic } from '../../compiler/diagnostics/message.ts';
import { nearest } from '../../compiler/diagnostics/suggest.ts';
import { evaluate } from '../../compiler/ir/evaluate.ts';
import type { Packet } from '../../compiler/ir/packet.ts';
import { targets } from '../../compiler/language/targets.ts';
import { library } from '../../runtime/generated/library.js';
import { explainPages } from '../support/explain-pages.ts';
import { memoryEnvironment } from '../support/memory-environment.ts';
import { networkOf } from '../support/packets.ts';

const base = {
  zones: 'fw firewall\nnet ip\nloc ip\ndmz ip\n',
  interfaces: '?FORMAT 2\nnet eth0\nloc eth1\ndmz eth2\n',
  policy: 'all all DROP\n',
};

function messagesOf(files: Readonly<Record<string, string>>): readonly Diagnostic[] {
  return compile(memoryEnvironment({ ...base, ...files }), { version: '0' }).report.diagnostics;
}

/** Every message that a page or a malformed line leads to. */
function allMessages(): readonly Diagnostic[] {
  const pages = explainPages().flatMap(({ examples }) =>
    examples.flatMap(
      ({ files }) => compile(memoryEnvironment({ ...base, ...files }), { version: '0' }).report.diagnostics,
    ),
  );
  const malformed = readFileSync(join(import.meta.dirname, 'malformed.txt'), 'utf8')
    .split(/^\[/m)
    .slice(1)
    .flatMap((group) => {
      const [head = '', ...lines] = group.split('\n');
      const [, file = ''] = /^(\S+?)(?: 1)?: /.exec(head) ?? [];
      return lines.flatMap((text) => messagesOf({ [file]: `${text.split(' → ')[0]}\n` }));
    });
  return [...pages, ...malformed];
}

/** What may be left out, because the line, or what is said of it, is no wider without it. */
const mayLeaveOut: Readonly<Record<string, string>> = {
  'action-twice': 'the name of an action that is declared again',
  'bad-accounting': 'a column of accounting, which accepts nothing',
  'bad-provider': 'a column of routing, which accepts nothing',
  'bad-route': 'a column of routing, which accepts nothing',
  'provider-option': 'an option that does nothing there',
  'bad-option-value': 'an option that is not meant',
  'callback-unused': 'a parameter that nothing reads',
  'column-twice': 'one of two values, of which one counts',
  'empty-list': 'a comma',
  'bad-nft-words': 'a comment',
  'foreign-line': 'the whole line',
  'listed-port-unused': 'a port that nothing opens',
  'macro-of-other-version': 'the whole line',
  'obsolete-option': 'an option that does nothing',
  'option-contradiction': 'one of two that contradict each other',
  'legacy-setting': 'a setting that does nothing',
  'option-without-effect': 'an option that does nothing',
  'rule-never-reached': 'a rule that decides nothing',
  'rule-of-other-version': 'the whole line',
  'setting-without-effect': 'a setting that does nothing',
  'unknown-set-option': 'a word that changes what the elements mean, which are to be written as they are meant',
  'unknown-setting': 'a setting that does nothing',
  'unusable-character': 'a character that means nothing',
};

describe('help', () => {
  const messages = allMessages();

  test('leaves out nothing that says which packets are meant', () => {
    expect(messages.length).toBeGreaterThan(500);
    const wide = messages.filter(
      ({ code, help = '' }) =>
        /\b(leave|leave it|without (it|`))\b.*\bout\b|\bleave out\b|\btake (it|the column|the address) out\b|\bwrite the zone, or `all`/.test(
          help,
        ) &&
        !/\b(the line|the rule|whole line)\b/.test(help) &&
        !Object.hasOwn(mayLeaveOut, code),
    );
    expect([...new Set(wide.map(({ code, help }) => `${code}: ${help}`))]).toEqual([]);
  });

  test('writes no part of what stands there in place of the whole', () => {
    const cut = messages.filter(({ code, help = '', label }) => {
      if (/^bad-(accounting|route|shaping)$/.test(code)) return false; // what counts or routes accepts nothing
      const [, instead] = /^write `([^`]+)`$/.exec(help) ?? [];
      const { source, start, end } = label.span;
      const written = source.text.slice(start, end);
      const words = (text: string): readonly string[] => text.match(/[A-Za-z0-9]+/g) ?? [];
      return (
        instead !== undefined &&
        instead !== written &&
        words(instead).length < words(written).length &&
        words(instead).every((word) => words(written).includes(word))
      );
    });
    expect([
      ...new Set(
        cut.map(
          ({ code, help, label }) =>
            `${code}: ${help}: ${label.span.source.text.slice(label.span.start, label.span.end)}`,
        ),
      ),
    ]).toEqual([]);
  });

  test.each(['(', '/'])('turns `ACCEPT%sSSH` round, whatever the target and the macro', (sign) => {
    const macros = Object.keys(library()).flatMap((name) => (name.startsWith('macro.') ? [name.slice(6)] : []));
    expect(macros.length).toBeGreaterThan(100);
    const wordOf = (target: string, macro: string) => (sign === '(' ? `${target}(${macro})` : `${target}/${macro}`);
    for (const target of ['ACCEPT', 'DROP', 'REJECT', 'ALLOW', 'CONTINUE', 'ACCEPT!']) {
      const lines = macros.map((macro) => `${wordOf(target, macro)} net $FW\n`).join('');
      const said = messagesOf({ rules: lines }).filter(({ severity }) => severity === 'error');
      const plain = target === 'ALLOW' ? 'ACCEPT' : target;
      const wanted = macros.map((macro) => `write \`${macro}(${plain})\``);
      if (target === 'ACCEPT!') for (const { help = '' } of said) expect(help).not.toBe('write `ACCEPT`');
      else expect(said.map(({ help }) => help)).toEqual(wanted);
    }
  });

  test('with parameters that are no macro, names no target that stands for every packet', () => {
    for (const target of Object.keys(targets)) {
      for (const inside of ['22', 'foo', 'SSH,1', 'SSH,HTTP', 'tcp:22', '192.0.2.1'])
        for (const { help = '' } of messagesOf({ rules: `${target}(${inside}) net $FW\n` }))
          expect(help, `${target}(${inside})`).not.toBe(`write \`${target}\``);
    }
  });

  test('that is followed opens no other port', () => {
    const probe: Packet = {
      version: 4,
      iif: 'eth0',
      saddr: 0xc6336407n,
      daddr: 0xc0000201n,
      protocol: 6,
      sport: 40_000,
      dport: 9,
      tcpFlags: ['syn'],
      connection: { state: 'new' },
    };
    const network = { ...networkOf([], () => 'eth0'), route: () => 'local' as const };
    for (const line of ['ACCEPT(SSH) net $FW', 'ACCEPT/SSH net $FW', 'ALLOW(SSH) net $FW', 'ACCEPT net $FW icmp 22']) {
      const [said] = messagesOf({ rules: `${line}\n` });
      const [, instead = ''] = /`([^`]+)`/.exec(said?.help ?? '') ?? [];
      const mended = line.includes('icmp') ? line.replace('icmp', 'tcp') : line.replace(/^\S+/, instead);
      const { rulesets } = compile(memoryEnvironment({ ...base, rules: `${mended}\n` }), { version: '0' });
      if (!rulesets) throw new Error(mended);
      expect(evaluate(rulesets.running, probe, network).verdict, mended).toBe('drop');
      expect(evaluate(rulesets.running, { ...probe, dport: 22 }, network).verdict, mended).toBe('accept');
    }
  });

  test('names no word that means the opposite', () => {
    expect(nearest('norouteback', ['routeback', 'routefilter'])).toBeUndefined();
    expect(nearest('nodhcp', ['dhcp'])).toBeUndefined();
    expect(nearest('smurfs', ['nosmurfs'])).toBeUndefined();
    expect(nearest('nosmurf', ['nosmurfs'])).toBe('nosmurfs');
    expect(nearest('ACEPT', ['ACCEPT'])).toBe('ACCEPT');
  });
});
