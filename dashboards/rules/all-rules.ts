// Every rule. Thresholds are those of verdicts (orchestrator/measure/saturation/find-saturation.ts), so that an alert during a run and the
// report after it agree.
import { latencyQuantile } from '../panels/latency-quantile.ts';
import type { RuleGroup } from './rule.ts';

/** Range of rates: long enough to be calm, short enough for runs of a minute. */
const window = '15s';
const byRun = 'sum by (run, scenario)';
const byNode = 'sum by (run, scenario, group, node)';
/** Nodes under test: not what loads nor what observes them. */
const nodes = '{run!="", role!~"generator|agent|prometheus"}';

const users: RuleGroup = {
  name: 'topolab-users',
  recording: [
    ...[50, 95, 99].map((percentile) => ({
      record: `run:k6_http_req_duration_seconds:p${percentile}`,
      expr: latencyQuantile(percentile / 100, { by: 'run, scenario', range: window }),
    })),
    {
      record: 'load:k6_http_req_duration_seconds:p95',
      expr: latencyQuantile(0.95, { by: 'run, scenario, group', range: window }),
    },
    { record: 'run:k6_http_reqs:rate', expr: `${byRun} (rate(k6_http_reqs_total[${window}]))` },
    {
      record: 'run:k6_http_reqs:error_share',
      // A counter that nothing has raised yet does not exist: `or 0 * …` turns that into the zero it means.
      expr: `(${byRun} (rate(k6_http_reqs_total{expected_response="false"}[${window}])) or 0 * run:k6_http_reqs:rate) / (run:k6_http_reqs:rate > 0)`,
    },
    {
      record: 'run:k6_iterations:dropped_share',
      expr: `${byRun} (rate(k6_dropped_iterations_total[${window}])) / (${byRun} (rate(k6_dropped_iterations_total[${window}])) + (${byRun} (rate(k6_iterations_total[${window}])) or 0 * ${byRun} (rate(k6_dropped_iterations_total[${window}]))) > 0)`,
    },
  ],
  alerts: [
    {
      alert: 'TopolabErrorShareHigh',
      expr: 'run:k6_http_reqs:error_share > 0.01',
      for: '10s',
      severity: 'warning',
      summary: '{{ $value | humanizePercentage }} of the requests of run {{ $labels.run }} fail',
      description:
        'More than 1 % of the requests failed or were answered with an unexpected status for 10 s, as the users saw it.',
    },
    {
      alert: 'TopolabIterationsDropped',
      expr: 'run:k6_iterations:dropped_share > 0.01',
      for: '5s',
      severity: 'warning',
      summary: '{{ $value | humanizePercentage }} of the load of run {{ $labels.run }} is not offered',
      description:
        'Iterations were due and found no free virtual user. Either answers take too long, or maxVirtualUsers is too low for this rate.',
    },
  ],
};

const nodesUnderTest: RuleGroup = {
  name: 'topolab-nodes',
  recording: [
    {
      record: 'node:container_cpu:limit_share',
      expr: `${byNode} (rate(container_cpu_usage_seconds_total{run!=""}[${window}])) / ${byNode} (container_spec_cpu_cores{run!=""})`,
    },
    {
      record: 'node:container_cpu:throttled_share',
      expr: `${byNode} (rate(container_cpu_cfs_throttled_periods_total${nodes}[${window}])) / (${byNode} (rate(container_cpu_cfs_periods_total${nodes}[${window}])) > 0)`,
    },
  ],
  alerts: [
    {
      alert: 'TopolabTargetDown',
      expr: 'up{run!=""} == 0',
      for: '10s',
      severity: 'warning',
      summary: '{{ $labels.instance }} of run {{ $labels.run }} does not answer Prometheus',
      description:
        'Ten scrapes in a row failed or took longer than a second. Its figures are missing, and a verdict may be invalid for it.',
    },
    {
      alert: 'TopolabServerSaturated',
      expr: 'node:container_cpu:throttled_share >= 0.5 and node:container_cpu:limit_share >= 0.8',
      for: '10s',
      severity: 'warning',
      summary: '{{ $labels.node }} of run {{ $labels.run }} is held back by its CPU limit',
      description:
        'In {{ $value | humanizePercentage }} of its scheduler periods the node wanted to run and was not let. This is what a server at its capacity looks like.',
    },
    {
      alert: 'TopolabNodeOutOfMemory',
      expr: `${byNode} (increase(container_oom_events_total{run!=""}[1m])) > 0`,
      for: '0s',
      severity: 'critical',
      summary: 'The kernel killed a process in {{ $labels.node }} of run {{ $labels.run }}: out of memory',
      description: 'The node reached its memory limit within the last minute.',
    },
  ],
};

const busyModes = 'mode!~"idle|iowait"';

const measurement: RuleGroup = {
  name: 'topolab-measurement',
  recording: [
    {
      record: 'run:node_cpu:busy_share',
      expr: `${byRun} (rate(node_cpu_seconds_total{run!="", ${busyModes}}[${window}])) / ${byRun} (rate(node_cpu_seconds_total{run!=""}[${window}]))`,
    },
  ],
  alerts: [
    {
      alert: 'TopolabGeneratorSaturated',
      expr: `${byNode} (rate(container_cpu_usage_seconds_total{run!="", role="generator"}[${window}])) / ${byNode} (container_spec_cpu_cores{run!="", role="generator"}) >= 0.8`,
      for: '5s',
      severity: 'critical',
      summary: 'Generator {{ $labels.node }} of run {{ $labels.run }} is short of CPU',
      description:
        'It uses {{ $value | humanizePercentage }} of its CPU limit, so it measures its own delays and not the system’s. The verdict will be invalid.',
    },
    {
      alert: 'TopolabHostSaturated',
      expr: 'run:node_cpu:busy_share >= 0.95',
      for: '10s',
      severity: 'critical',
      summary: 'The host of run {{ $labels.run }} is full',
      description:
        '{{ $value | humanizePercentage }} of its CPU time is in use or stolen by a hypervisor: figures of single nodes say little.',
    },
  ],
};

export const allRules: readonly RuleGroup[] = [users, nodesUnderTest, measurement];
