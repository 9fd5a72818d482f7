// Metric samples that a run folder keeps (metrics.json), so that reports need no Prometheus.

/** One labelled time series. */
export interface Series {
  readonly labels: Readonly<Record<string, string>>;
  /** Made from the query's legend template, for people. */
  readonly legend: string;
  /** [milliseconds since the start of the load, value]; NaN and infinities are left out. */
  readonly points: readonly (readonly [number, number])[];
}

/** Series of every panel by panel id, in the order of the panel's queries. */
export type PanelSamples = Readonly<Record<string, readonly Series[]>>;

/** The content of metrics.json. */
export interface SavedSamples {
  /** Seconds between points. */
  readonly stepSeconds: number;
  readonly panels: PanelSamples;
}
