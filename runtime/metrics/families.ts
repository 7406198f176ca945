/** Every metric that `ftpwall metrics` writes, by the conventions of Prometheus: a base unit and `_total` in the name. */

/** What one metric tells. */
export interface MetricFamily {
  readonly type: 'counter' | 'gauge';
  readonly labels: readonly string[];
  readonly help: string;
}

export const families = {
  ftpwall_build_info: { type: 'gauge', labels: ['version'], help: 'Always 1; the version that wrote this.' },
  ftpwall_running: { type: 'gauge', labels: [], help: 'Whether the rules of the configuration are loaded.' },
  ftpwall_state: {
    type: 'gauge',
    labels: ['state'],
    help: '1 for what the machine does: running, stopped (nearly closed) or cleared (open).',
  },
  ftpwall_generation: { type: 'gauge', labels: [], help: 'The number of the generation that is loaded.' },
  ftpwall_generation_compiled_timestamp_seconds: {
    type: 'gauge',
    labels: [],
    help: 'When the current generation was compiled.',
  },
  ftpwall_confirm_pending: { type: 'gauge', labels: [], help: 'Whether rules wait for ftpwall confirm.' },
  ftpwall_confirm_remaining_seconds: {
    type: 'gauge',
    labels: [],
    help: 'The time until rules that wait for their confirmation are rolled back.',
  },
  ftpwall_confirm_watched: {
    type: 'gauge',
    labels: [],
    help: 'Whether the process lives that rolls unconfirmed rules back; absent when none wait.',
  },
  ftpwall_drift: {
    type: 'gauge',
    labels: [],
    help: 'Whether others changed the rules since they were loaded; absent when that cannot be told.',
  },
  ftpwall_foreign_chains: {
    type: 'gauge',
    labels: [],
    help: 'Chains of other programs that see the same packets.',
  },
  ftpwall_last_load_failed: { type: 'gauge', labels: [], help: 'Whether status tells of a failed load.' },
  ftpwall_provider_up: {
    type: 'gauge',
    labels: ['provider', 'interface', 'ip_version'],
    help: 'Whether a provider is used: its interface is up and it is not disabled.',
  },
  ftpwall_set_elements: { type: 'gauge', labels: ['family', 'set'], help: 'Elements of a set; an interval is one.' },
  ftpwall_helper_connections: {
    type: 'gauge',
    labels: ['helper'],
    help: 'Tracked connections that have a helper; absent without conntrack(8).',
  },
  ftpwall_line_packets_total: {
    type: 'counter',
    labels: ['line', 'text'],
    help: 'Packets that a line of the configuration decided.',
  },
  ftpwall_line_bytes_total: {
    type: 'counter',
    labels: ['line', 'text'],
    help: 'Bytes that a line of the configuration decided, headers included.',
  },
  ftpwall_line_last_hit_timestamp_seconds: {
    type: 'gauge',
    labels: ['line', 'text'],
    help: 'When it was last seen that a line had counted more; absent until that is known.',
  },
  ftpwall_zone_pair_packets_total: {
    type: 'counter',
    labels: ['source', 'destination'],
    help: 'Packets of new connections from one zone to another that its lines or its policy decided.',
  },
  ftpwall_zone_pair_bytes_total: {
    type: 'counter',
    labels: ['source', 'destination'],
    help: 'Bytes of new connections from one zone to another that its lines or its policy decided.',
  },
} as const satisfies Readonly<Record<string, MetricFamily>>;

export type MetricName = keyof typeof families;

/** One value; the labels in the order of the table. */
export interface Sample {
  readonly name: MetricName;
  readonly labels: readonly string[];
  readonly value: number;
}

export function sample(name: MetricName, value: number | boolean, ...labels: readonly string[]): Sample {
  return { name, labels, value: Number(value) };
}

/** The text format of Prometheus, version 0.0.4, metrics in the order of the table. */
export function exposition(samples: readonly Sample[]): string {
  return Object.entries<MetricFamily>(families)
    .map(([name, family]) => {
      const lines = samples.filter((each) => each.name === name).map((each) => line(each, family));
      if (lines.length === 0) return '';
      return `# HELP ${name} ${family.help}\n# TYPE ${name} ${family.type}\n${lines.join('')}`;
    })
    .join('');
}

function line({ name, labels, value }: Sample, family: MetricFamily): string {
  const pairs = family.labels.map((label, index) => `${label}="${escaped(labels[index] ?? '')}"`);
  return `${name}${pairs.length > 0 ? `{${pairs.join(',')}}` : ''} ${value}\n`;
}

function escaped(text: string): string {
  return text.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n');
}
