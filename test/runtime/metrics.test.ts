/** What `metrics` writes: the text format, counters that never go back, and names that alerts and dashboard can use. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import type { Ruleset } from '../../compiler/ir/ruleset.ts';
import { LineTexts } from '../../runtime/generations/line-texts.ts';
import { exposition, families, sample } from '../../runtime/metrics/families.ts';
import { type Count, entered, keepLedger, type Ledger, readLedger, total } from '../../runtime/metrics/ledger.ts';
import { samplesOfStatus } from '../../runtime/metrics/metrics.ts';
import { pairSeries } from '../../runtime/metrics/series.ts';
import { countersOf, type ReadListing } from '../../runtime/status/counters.ts';
import { readStatus } from '../../runtime/status/firewall-status.ts';

const root = join(import.meta.dirname, '..', '..');
const work = mkdtempSync(join(tmpdir(), 'ftpwall-metrics-'));
afterAll(() => rmSync(work, { recursive: true }));

test('names keep the conventions of Prometheus, and each has its labels and help once', () => {
  for (const [name, { type, help }] of Object.entries(families)) {
    expect(name).toMatch(/^ftpwall_[a-z_]+$/);
    expect([name, name.endsWith('_total')]).toEqual([name, type === 'counter']);
    expect(help).toMatch(/^[^\n\\]+\.$/);
  }
});

test('the text format, values of labels escaped', () => {
  const text = exposition([
    sample('ftpwall_line_packets_total', 3, 'rules:2', 'ACCEPT net fw # "a\\b"\n'),
    sample('ftpwall_running', true),
  ]);
  expect(text).toBe(
    [
      '# HELP ftpwall_running Whether the rules of the configuration are loaded.',
      '# TYPE ftpwall_running gauge',
      'ftpwall_running 1',
      '# HELP ftpwall_line_packets_total Packets that a line of the configuration decided.',
      '# TYPE ftpwall_line_packets_total counter',
      String.raw`ftpwall_line_packets_total{line="rules:2",text="ACCEPT net fw # \"a\\b\"\n"} 3`,
      '',
    ].join('\n'),
  );
});

test('status: what waits, what drifted, and providers of both kinds', () => {
  const output = [
    'running',
    'generation: 7',
    'drift: none',
    'confirmation: pending, 42 seconds left, watched',
    'provider: isp1 (eth0, IPv4, gateway 192.0.2.1): enabled',
    'provider: isp2 (ppp0, IPv6): down: ppp0 is down',
  ].join('\n');
  const text = exposition(samplesOfStatus(readStatus({ status: 5, output }), output));
  for (const line of [
    'ftpwall_generation 7',
    'ftpwall_drift 0',
    'ftpwall_confirm_pending 1',
    'ftpwall_confirm_remaining_seconds 42',
    'ftpwall_provider_up{provider="isp1",interface="eth0",ip_version="4"} 1',
    'ftpwall_provider_up{provider="isp2",interface="ppp0",ip_version="6"} 0',
  ])
    expect(text.split('\n')).toContain(line);
});

describe('counters', () => {
  const look = (before: Ledger, parts: Readonly<Record<string, Count>>, now = 0): Ledger =>
    entered(before, new Map([['a', new Map(Object.entries(parts))]]), now);
  const told = (ledger: Ledger): Count => {
    const series = ledger.get('a');
    if (!series) throw new Error('nothing was told of the series');
    return total(series);
  };

  test('grow with the kernel, and never go back when it begins anew or a chain is gone', () => {
    let ledger = look(new Map(), { 'inet x': [10, 600], 'inet y': [5, 300] });
    expect(told(ledger)).toEqual([15, 900]);
    ledger = look(ledger, { 'inet x': [12, 720] });
    expect(told(ledger)).toEqual([17, 1020]);
    ledger = look(ledger, { 'inet x': [0, 0] });
    expect(told(ledger)).toEqual([17, 1020]);
    ledger = look(ledger, { 'inet x': [3, 180] });
    expect(told(ledger)).toEqual([20, 1200]);
  });

  test('tell when they were last seen to grow, once they were', () => {
    const first = look(new Map(), { x: [10, 600] }, 100);
    expect(first.get('a')?.hit).toBeUndefined();
    const second = look(first, { x: [11, 660] }, 160);
    expect(second.get('a')?.hit).toBe(160);
    expect(look(second, { x: [0, 0] }, 220).get('a')?.hit).toBe(160);
  });

  test('are kept in the state folder; one that is not there is not made, and a damaged ledger is none', () => {
    const state = join(work, 'state');
    const ledger = look(new Map(), { x: [10, 600] });
    keepLedger(state, ledger);
    expect(readLedger(state)).toEqual(new Map());
    mkdirSync(state);
    keepLedger(state, ledger);
    expect(readLedger(state)).toEqual(ledger);
    writeFileSync(join(state, 'metrics.json'), '{"schema":1,"ser');
    expect(readLedger(state)).toEqual(new Map());
  });
});

test('a policy that asks actions first counts a packet once, and elements count where their map is looked into', () => {
  const rule = (comment: string, ...expr: readonly Readonly<Record<string, unknown>>[]) => ({
    family: 'inet',
    table: 'ftpwall',
    chain: 'net-fw',
    comment,
    expr,
  });
  const counter = { counter: { packets: 4, bytes: 240 } };
  const listing: ReadListing = {
    kind: 'read',
    chains: [],
    sets: [],
    rules: [
      rule('', { vmap: { key: {}, data: '@ports' } }),
      rule('policy:1', counter, { jump: { target: 'action-Broadcast' } }),
      rule('policy:1', counter, { drop: null }),
      rule('rules:9 action.Mine:1', counter, { jump: { target: 'action-Mine' } }),
    ],
    elements: [
      { family: 'inet', table: 'ftpwall', map: 'ports', comment: 'rules:2', counter: { packets: 1, bytes: 60 } },
    ],
  };
  const one = { family: 'inet', chain: 'net-fw' };
  expect(countersOf(listing)).toEqual([
    { ...one, place: 'policy:1', packets: 4, bytes: 240 },
    { ...one, place: 'rules:9', packets: 4, bytes: 240 },
    { ...one, place: 'rules:2', packets: 1, bytes: 60 },
  ]);
});

test('the rules of a pair count for it also in the chains that it was split into', () => {
  const chain = (name: string, comment: string) => ({ name, comment, rules: [] });
  const chains = [
    chain('net-fw', 'from net to fw'),
    chain('net-fw.tcp', 'rules of net-fw for tcp'),
    chain('net-fw.tcp.do', 'a line of net-fw.tcp'),
    chain('other', 'rules of another'),
  ];
  const rules = chains.map(({ name }) => ({
    family: 'inet',
    table: 'ftpwall',
    chain: name,
    comment: 'rules:2',
    expr: [{ match: {} }, { counter: { packets: 2, bytes: 120 } }, { accept: null }],
  }));
  const table: Ruleset = { family: 'inet', table: 'ftpwall', sets: [], helpers: [], chains };
  const texts = LineTexts.ofCurrent(join(work, 'nothing'));
  const series = pairSeries({ kind: 'read', chains: [], sets: [], elements: [], rules }, [table], texts);
  expect([...series.values()].map((parts) => [...parts.values()])).toEqual([[[6, 360]]]);
});

describe('what is packaged for Prometheus', () => {
  const named = (text: string): readonly string[] => [...text.matchAll(/\bftpwall_[a-z_]+/g)].map(([name]) => name);
  const alerts = readFileSync(join(root, 'packaging/prometheus/alerts.yml'), 'utf8');
  const dashboard = JSON.parse(readFileSync(join(root, 'packaging/prometheus/dashboard.json'), 'utf8')) as {
    panels: readonly { title: string; targets: readonly { expr: string }[] }[];
  };
  const expressions = [
    ...[...alerts.matchAll(/^ +expr: (.*)$/gm)].map(([, expression = '']) => expression),
    ...dashboard.panels.flatMap(({ targets }) => targets.map(({ expr }) => expr)),
  ];

  test('names metrics that there are', () => {
    expect(expressions.length).toBeGreaterThan(15);
    const others = expressions.filter((each) => named(each).length === 0);
    expect(others).toEqual([expect.stringContaining('node_textfile_mtime_seconds')]);
    const all = [...named(alerts.replaceAll('ftpwall.prom', '')), ...named(JSON.stringify(dashboard))];
    expect(all.filter((name) => !(name in families))).toEqual([]);
  });

  test('names labels that these metrics have', () => {
    for (const expression of expressions) {
      for (const [, name = '', selectors = ''] of expression.matchAll(/\b(ftpwall_[a-z_]+)\{([^}]*)\}/g)) {
        const labels = [...selectors.matchAll(/([a-z_]+)=/g)].map(([, label]) => label);
        const { labels: known } = families[name as keyof typeof families];
        expect([name, labels.filter((label) => ![...known, 'instance'].includes(label ?? ''))]).toEqual([name, []]);
      }
    }
  });
});
