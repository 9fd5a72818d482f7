import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { prometheusArguments, prometheusConfig } from '../../../orchestrator/metrics/prometheus-config.ts';

const config = parse(prometheusConfig({ serviceDiscoveryUrl: 'http://127.0.0.1:9700/targets' })) as {
  readonly global: Readonly<Record<string, string>>;
  readonly scrape_configs: readonly Readonly<Record<string, unknown>>[];
};

interface Relabel {
  readonly source_labels?: readonly string[];
  readonly regex: string;
  readonly action?: string;
}

const [own, nodes] = config.scrape_configs as readonly Readonly<{
  relabel_configs: readonly Relabel[];
  metric_relabel_configs: readonly Relabel[];
}>[];

test('targets are discovered and scraped every second', () => {
  expect(config.global).toMatchObject({ scrape_interval: '1s', scrape_timeout: '1s' });
  expect(config.scrape_configs).toHaveLength(2);
  for (const scraped of config.scrape_configs)
    expect(scraped).toMatchObject({
      honor_labels: false,
      http_sd_configs: [{ url: 'http://127.0.0.1:9700/targets', refresh_interval: '1s' }],
    });
});

test('nodes are scraped by the second alone, within bounds', () => {
  expect(own?.relabel_configs).toContainEqual({ source_labels: ['job'], regex: 'nodes', action: 'drop' });
  expect(nodes?.relabel_configs).toContainEqual({ source_labels: ['job'], regex: 'nodes', action: 'keep' });
  expect(nodes).toMatchObject({
    sample_limit: 5000,
    body_size_limit: '4MB',
    label_limit: 64,
    honor_timestamps: false,
    follow_redirects: false,
  });
});

test.each([
  ['k6_http_reqs_total', true],
  ['k6_http_req_duration_seconds', true],
  ['container_cpu_usage_seconds_total', true],
  ['node_cpu_seconds_total', true],
  ['up', true],
  ['scrape_duration_seconds', true],
  ['run:k6_http_reqs:rate', true],
  ['ALERTS', true],
  ['haproxy_backend_http_responses_total', true],
  ['topolab_offered_rate', true],
  ['topolab_action_lag_seconds_bucket', true],
  ['topolab_file_bytes_total', false],
  ['topolab_http_request_duration_seconds_count', false],
  ['process_cpu_seconds_total', false],
  ['uptime_seconds', false],
  ['nodejs_heap_size_used_bytes', false],
])('%s of a node is kept under another name: %s', (name, renamed) => {
  const [rule] = nodes?.metric_relabel_configs ?? [];
  expect(new RegExp(`^(?:${rule?.regex})$`).test(name)).toBe(renamed);
  expect(rule).toMatchObject({ target_label: '__name__', replacement: 'exported_$1' });
});

test('a balancer of ours tells of what it balances and of nothing that we measure ourselves', () => {
  const rule = own?.metric_relabel_configs.find(({ action }) => action === 'drop');
  const drops = (text: string) => new RegExp(`^(?:${rule?.regex})$`).test(text);
  expect(drops('balancers;k6_http_reqs_total')).toBe(true);
  expect(drops('balancers;haproxy_backend_http_responses_total')).toBe(false);
  expect(drops('containers;container_cpu_usage_seconds_total')).toBe(false);
});

test('native histograms can be pushed, while nobody can stop, reload or delete through the API', () => {
  const args = prometheusArguments({ retentionDays: 30, retentionBytes: 5_000_000 });
  expect(args).toContain('--web.enable-remote-write-receiver');
  expect(args).toContain('--enable-feature=native-histograms');
  expect(args).toContain('--storage.tsdb.retention.time=30d');
  expect(args).toContain('--storage.tsdb.retention.size=5000000B');
  expect(args.join(' ')).not.toMatch(/lifecycle|admin/);
});
