// How Prometheus is told what to scrape and how to store it, for version 2.53.
import { stringify } from 'yaml';
import { Metric } from './metric-names.ts';
import { BALANCERS_JOB, NODES_JOB } from './scrape-targets.ts';

/** Where the image looks for its configuration, and where its data lies. */
export const PROMETHEUS_CONFIG_PATH = '/etc/prometheus/prometheus.yml';
/** Where it listens: on loopback, which it shares with the agent and nobody else. */
export const PROMETHEUS_ADDRESS = '127.0.0.1:9090';
/** Rules are read from here; the file is `rulesYaml()`. */
export const PROMETHEUS_RULES_PATH = '/etc/prometheus/topolab-rules.yaml';
export const PROMETHEUS_DATA_PATH = '/prometheus';

/** Samples that a node may give in one scrape. */
export const MOST_SAMPLES_OF_A_NODE = 5000;
/** Its longest exposition, unpacked, as Prometheus writes it. */
export const MOST_BYTES_OF_A_NODE = '4MB';

/** What one scrape of a node may cost us. A scrape beyond it is refused whole, and the run is told. */
const nodeLimits = {
  sample_limit: MOST_SAMPLES_OF_A_NODE,
  label_limit: 64,
  label_name_length_limit: 256,
  label_value_length_limit: 4096,
  native_histogram_bucket_limit: 200,
  body_size_limit: MOST_BYTES_OF_A_NODE,
  scrape_timeout: '1s',
  // The moment of a sample is when we asked, and the one asked is the one that answers.
  honor_timestamps: false,
  follow_redirects: false,
};

/** Names of what we measure ourselves, and of what Prometheus makes of it: nobody else's samples may bear them. */
const ownNames = [
  '(k6|container|node|scrape)_.+',
  'up',
  'ALERTS.*',
  '.*:.*',
  `(${Object.values(Metric).join('|')})(_bucket|_count|_sum)?`,
].join('|');

/** The address is the agent's for most targets and tells nothing. No node: the address stays. */
const instanceIsNode = {
  source_labels: ['node'],
  regex: '(.+)',
  target_label: 'instance',
  replacement: '$1',
};

/** The content of prometheus.yml. `serviceDiscoveryUrl` answers in the format of HTTP service discovery. */
export function prometheusConfig({ serviceDiscoveryUrl }: { readonly serviceDiscoveryUrl: string }): string {
  const discovered = {
    // Nodes run foreign software: what it calls its labels must never replace ours.
    honor_labels: false,
    http_sd_configs: [{ url: serviceDiscoveryUrl, refresh_interval: '1s' }],
  };
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
        ...discovered,
        relabel_configs: [{ source_labels: ['job'], regex: NODES_JOB, action: 'drop' }, instanceIsNode],
        metric_relabel_configs: [
          // The orchestrator's exposition says its run as well; the target's labels, which come first, are the same.
          { regex: 'exported_(run|scenario)', action: 'labeldrop' },
          // A balancer of ours is on the run's network too: it tells of what it balances, and of nothing else.
          { source_labels: ['job', '__name__'], regex: `${BALANCERS_JOB};(${ownNames})`, action: 'drop' },
        ],
      },
      {
        job_name: 'topolab-nodes',
        ...discovered,
        relabel_configs: [{ source_labels: ['job'], regex: NODES_JOB, action: 'keep' }, instanceIsNode],
        metric_relabel_configs: [
          // Software that people test may be a node_exporter, or pretend to be k6.
          {
            source_labels: ['__name__'],
            regex: `(${ownNames}|haproxy_.+)`,
            target_label: '__name__',
            replacement: 'exported_$1',
          },
        ],
        ...nodeLimits,
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
