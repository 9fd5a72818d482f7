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

/** `{node="servers-1",role="server"}`, with values escaped as the format asks. */
export function renderLabels(labels: Readonly<Record<string, string>>): string {
  const escape = (value: string): string =>
    value.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n');
  const pairs = Object.entries(labels).map(([name, value]) => `${name}="${escape(value)}"`);
  return pairs.length === 0 ? '' : `{${pairs.join(',')}}`;
}

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
