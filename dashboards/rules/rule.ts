// What Prometheus computes while a run goes on: figures that many look at and are costly to compute, and alerts.

export interface RecordingRule {
  /** `level:metric:operations`, as Prometheus' guide asks for. */
  readonly record: string;
  readonly expr: string;
}

export interface AlertRule {
  /** `Topolab…`. Its heading in docs/guide/alerts.md is the same. */
  readonly alert: string;
  readonly expr: string;
  /** How long it must hold: a Prometheus duration. */
  readonly for: string;
  /** `critical`: the measurement or the system is lost; `warning`: look soon. */
  readonly severity: 'warning' | 'critical';
  /** One line, with labels filled in. */
  readonly summary: string;
  readonly description: string;
}

/** Rules of a group are evaluated one after the other, so that alerts read what was recorded just before. */
export interface RuleGroup {
  readonly name: string;
  readonly recording: readonly RecordingRule[];
  readonly alerts: readonly AlertRule[];
}
