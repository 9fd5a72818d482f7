import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { prometheusArguments, prometheusConfig } from '../../../orchestrator/metrics/prometheus-config.ts';

const config = parse(prometheusConfig({ serviceDiscoveryUrl: 'http://agent:9700/targets' })) as {
  readonly global: Readonly<Record<string, string>>;
  readonly scrape_configs: readonly Readonly<Record<string, unknown>>[];
};

test('targets are discovered and scraped every second', () => {
  expect(config.global).toMatchObject({ scrape_interval: '1s', scrape_timeout: '1s' });
  expect(config.scrape_configs).toHaveLength(1);
  expect(config.scrape_configs[0]).toMatchObject({
    honor_labels: false,
    http_sd_configs: [{ url: 'http://agent:9700/targets', refresh_interval: '1s' }],
  });
});

test('native histograms can be pushed, while nobody can stop, reload or delete through the API', () => {
  const args = prometheusArguments({ retentionDays: 30, retentionBytes: 5_000_000 });
  expect(args).toContain('--web.enable-remote-write-receiver');
  expect(args).toContain('--enable-feature=native-histograms');
  expect(args).toContain('--storage.tsdb.retention.time=30d');
  expect(args).toContain('--storage.tsdb.retention.size=5000000B');
  expect(args.join(' ')).not.toMatch(/lifecycle|admin/);
});
