// Prometheus' text format, written directly: the agent renders tens of these a second and keeps no state between them.

export interface Metric {
  readonly name: string;
  readonly type: 'counter' | 'gauge';
  readonly help: string;
  /** Undefined = not known here: the metric is left out. */
  readonly value: number | undefined;
  /** `{mode="idle"}`, or absent. */
  readonly labels?: string;
}

export const expositionType = 'text/plain; version=0.0.4; charset=utf-8';

/** Metrics of the same name must stand next to each other. */
export function renderMetrics(metrics: Iterable<Metric>): string {
  let text = '';
  let before = '';
  for (const { name, type, help, value, labels = '' } of metrics) {
    if (value === undefined || Number.isNaN(value)) continue;
    if (name !== before) text += `# HELP ${name} ${help}\n# TYPE ${name} ${type}\n`;
    text += `${name}${labels} ${value}\n`;
    before = name;
  }
  return text;
}
