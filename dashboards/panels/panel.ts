// A panel: one chart, written once. Grafana's dashboards and the charts of the HTML report both come from it.

export type PanelUnit =
  | 'per-second'
  | 'seconds'
  | 'milliseconds'
  | 'share'
  | 'bytes'
  | 'bytes-per-second'
  | 'cores'
  | 'count';

/** What a scenario must have for a query to give samples; a query that needs nothing gives some in every run. */
export type PanelNeed =
  | 'open-load'
  | 'server'
  | 'balancer'
  | 'store'
  | 'cpu-limit'
  | 'memory-limit'
  | 'link-rate'
  | 'generator-cpu-limit'
  | 'store-cpu-limit'
  | 'action'
  /** A fault that lasts. */
  | 'fault'
  /** A Prometheus that is there after the run has been measured. */
  | 'measured-fault'
  /** A link with a delay; and one that no netem delays. */
  | 'link-delay'
  | 'delay-program'
  /** Nodes that run Topolab's own server, client or peer. */
  | 'own-nodes'
  | 'latency-objective'
  | 'errors-objective'
  | 'delivered-objective'
  | 'served-objective'
  /** Records that the run itself writes. */
  | 'records'
  /** A script that makes checks. */
  | 'checks'
  /** Nodes that are connected to each other: peers, or clients that help. */
  | 'peers'
  /** Nodes that fetch files for their users. */
  | 'peer-files'
  /** Limited links between those nodes and where the files come from. */
  | 'distribution-bound'
  /** Users of all those nodes who want one file at once, and nodes that stay. */
  | 'comparable-bound'
  /** Peers that offer events and records. */
  | 'peer-events'
  /** Nodes that can switch. */
  | 'switching'
  /** Users with rights. */
  | 'access';

export interface PanelQuery {
  /**
   * PromQL. `$run` stands for the run's id (use `{run=~"$run"}`), `$window` for the range of a rate.
   * Grafana gets template variables, the report the run's id and a fixed window.
   */
  readonly expr: string;
  /** Grafana legend template: `{{node}} busy`. */
  readonly legend: string;
  /** Default: nothing. */
  readonly needs?: readonly PanelNeed[];
  /** The bound of an objective: a dashed line, one for each value of the label `objective`. Default: the figure itself. */
  readonly isBound?: true;
}

export interface Panel {
  /** Kebab-case and stable: the key in metrics.json. */
  readonly id: string;
  readonly title: string;
  /** What it shows and how to read it, one or two sentences. */
  readonly help: string;
  readonly unit: PanelUnit;
  readonly queries: readonly PanelQuery[];
  /** `area` stacks, `step` suits counts that jump. Default `line`. */
  readonly style?: 'line' | 'area' | 'step';
  /** Fixed upper end of the value axis. */
  readonly max?: number;
  /** Values above these deserve attention; in the panel's unit. */
  readonly thresholds?: { readonly warning: number; readonly critical: number };
}

/** Panels under one heading. */
export interface PanelRow {
  readonly title: string;
  readonly panels: readonly Panel[];
}
