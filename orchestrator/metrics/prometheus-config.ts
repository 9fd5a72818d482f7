// How Prometheus is told what to scrape and how to store it, for version 2.53.
import { stringify } from 'yaml';

/** Where the image looks for its configuration, and where its data lies. */
export const PROMETHEUS_CONFIG_PATH = '/etc/prometheus/prometheus.yml';
/** Where it listens: on loopback, which it shares with the agent and nobody else. */
export const PROMETHEUS_ADDRESS = '127.0.0.1:9090';
/** Rules are read from here; the file is `rulesYaml()`. */
export const PROMETHEUS_RULES_PATH = '/etc/prometheus/topolab-rules.yaml';
export const PROMETHEUS_DATA_PATH = '/prometheus';

/** The content of prometheus.yml. `serviceDiscoveryUrl` answers in the format of HTTP service discovery. */
export function prometheusConfig({ serviceDiscoveryUrl }: { readonly serviceDiscoveryUrl: string }): string {
  return stringify({
    global: { scrape_interval: '1s', scrape_timeout: '1s', evaluation_interval: '10s' },
    rule_files: [PROMETHEUS_RULES_PATH],
    storage: {
      // Several generators push at once, and a push that is tried again comes late.
      tsdb: { out_of_order_time_window: '30s' },
    },
    scrape_configs: [
      {
        job_name: 'topolab',
        // Nodes run foreign software: what it calls its labels must never replace ours.
        honor_labels: false,
        // Node's prom-client and HAProxy are quick, but a throttled server may be late: skip rather than pile up.
        http_sd_configs: [{ url: serviceDiscoveryUrl, refresh_interval: '1s' }],
        relabel_configs: [
          // The address is the agent's for most targets and tells nothing. No node: the address stays.
          { source_labels: ['node'], regex: '(.+)', target_label: 'instance', replacement: '$1' },
        ],
        metric_relabel_configs: [
          // The orchestrator's exposition says its run as well; the target's labels, which come first, are the same.
          { regex: 'exported_(run|scenario)', action: 'labeldrop' },
        ],
      },
    ],
  });
}

export interface PrometheusStorage {
  /** How long samples are kept, in days. */
  readonly retentionDays: number;
  /** The most that they may take on disk; the oldest go first. */
  readonly retentionBytes: number;
}

/** Command line for the image's entrypoint. Its admin and lifecycle APIs stay off, which is the default. */
export function prometheusArguments(storage: PrometheusStorage): string[] {
  return [
    `--config.file=${PROMETHEUS_CONFIG_PATH}`,
    `--storage.tsdb.path=${PROMETHEUS_DATA_PATH}`,
    `--storage.tsdb.retention.time=${storage.retentionDays}d`,
    `--storage.tsdb.retention.size=${storage.retentionBytes}B`,
    // k6's latencies arrive by remote write, as histograms that can be added up.
    '--web.enable-remote-write-receiver',
    '--enable-feature=native-histograms',
    // Samples come every second; the default of 5 min would show nodes that died as if they went on.
    '--query.lookback-delta=15s',
    '--query.timeout=30s',
    `--web.listen-address=${PROMETHEUS_ADDRESS}`,
    // By default any web page may read the answers.
    '--web.cors.origin=none',
  ];
}
