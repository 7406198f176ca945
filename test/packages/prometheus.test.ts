/** What is for Prometheus, as its own tool judges it: the format, the alert rules, when they fire, the dashboard's expressions. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { exposition, families, type MetricName, sample } from '../../runtime/metrics/families.ts';
import { program } from '../kernel/programs.ts';

const packaged = join(import.meta.dirname, '..', '..', 'packaging', 'prometheus');
const work = mkdtempSync(join(tmpdir(), 'ftpwall-prometheus-'));
afterAll(() => rmSync(work, { recursive: true }));

function promtool(words: readonly string[], input = '') {
  const { path, env } = program('promtool');
  const { status, stdout, stderr } = spawnSync(path, words, { encoding: 'utf8', env, input, cwd: work });
  return { status, text: `${stdout}${stderr}` };
}

function file(name: string, content: unknown): string {
  // JSON is YAML.
  writeFileSync(join(work, name), typeof content === 'string' ? content : JSON.stringify(content));
  return name;
}

test('promtool check metrics: every metric, with labels of odd texts', () => {
  const names = Object.keys(families) as MetricName[];
  const samples = names.map((name) => sample(name, 1, ...families[name].labels.map((label) => `${label} "\\\n#`)));
  expect(promtool(['check', 'metrics'], exposition(samples))).toEqual({ status: 0, text: '' });
  const broken = exposition(samples).replace(' counter\n', ' gauge\n');
  expect(promtool(['check', 'metrics'], broken).status).not.toBe(0);
});

test('promtool check rules: the alert rules', () => {
  const found = promtool(['check', 'rules', join(packaged, 'alerts.yml')]);
  expect(found.status, found.text).toBe(0);
});

/** A series that lets each alert fire after some minutes, and one that must not. */
const fires: Readonly<Record<string, readonly [series: string, firing: string, quiet: string, minutes: number]>> = {
  FirewallOpen: ['ftpwall_state{state="cleared"}', '1x30', '0x30', 3],
  FirewallStopped: ['ftpwall_state{state="stopped"}', '1x30', '0x30', 6],
  FirewallDrift: ['ftpwall_drift', '1x30', '0x30', 3],
  FirewallConfirmUnwatched: ['ftpwall_confirm_watched', '0x30', '1x30', 1],
  FirewallConfirmPending: ['ftpwall_confirm_pending', '1x30', '0x30', 16],
  FirewallLoadFailed: ['ftpwall_last_load_failed', '1x30', '0x30', 1],
  FirewallProviderDown: ['ftpwall_provider_up{provider="isp2",interface="ppp0"}', '0x30', '1x30', 3],
  FirewallMetricsOld: ['node_textfile_mtime_seconds{file="/var/lib/ftpwall.prom"}', '0x30', '0+60x30', 11],
};

test('promtool test rules: each alert fires when it should, and only then', () => {
  const names = [...readFileSync(join(packaged, 'alerts.yml'), 'utf8').matchAll(/alert: (\w+)/g)].map(
    ([, name]) => name,
  );
  expect(Object.keys(fires)).toEqual(names);
  const listed = file('alerts.yml', readFileSync(join(packaged, 'alerts.yml'), 'utf8'));
  const count = (alertname: string) => `count(ALERTS{alertname="${alertname}",alertstate="firing"}) or vector(0)`;
  const tests = Object.entries(fires).flatMap(([alertname, [series, firing, quiet, minutes]]) =>
    [firing, quiet].map((values, index) => ({
      interval: '1m',
      input_series: [{ series, values }],
      promql_expr_test: [
        {
          expr: count(alertname),
          eval_time: `${minutes}m`,
          exp_samples: [{ labels: '{}', value: index === 0 ? 1 : 0 }],
        },
      ],
    })),
  );
  const run = (all: unknown) => promtool(['test', 'rules', file('test.yml', { rule_files: [listed], tests: all })]);
  const found = run(tests);
  expect(found.status, found.text).toBe(0);
  const early = tests.map((each) => ({ ...each, input_series: [] }));
  expect(run(early).status).not.toBe(0);
});

test('promtool check rules: the expressions of the dashboard', () => {
  const { panels } = JSON.parse(readFileSync(join(packaged, 'dashboard.json'), 'utf8')) as {
    readonly panels: readonly { readonly targets: readonly { readonly expr: string }[] }[];
  };
  const expressions = panels.flatMap(({ targets }) => targets.map(({ expr }) => expr));
  expect(expressions.length).toBeGreaterThan(5);
  const rules = expressions.map((expr, index) => ({
    record: `panel:number:${index}`,
    expr: expr.replaceAll('$instance', '.*').replaceAll('$__rate_interval', '5m'),
  }));
  const check = (all: unknown) =>
    promtool(['check', 'rules', file('panels.yml', { groups: [{ name: 'panels', rules: all }] })]);
  const found = check(rules);
  expect(found.status, found.text).toBe(0);
  expect(check([{ record: 'panel:number', expr: 'sum by (' }]).status).not.toBe(0);
});
