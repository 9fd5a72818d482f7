// The rules as the file that Prometheus reads. Runs and the stack place it beside their configuration; the committed copy is for
// people who bring their own Prometheus.
import { stringify } from 'yaml';
import { allRules } from './all-rules.ts';
import type { AlertRule } from './rule.ts';

/** Seconds between evaluations: runs last minutes. Recorded figures must come before the look-back of 15 s has passed. */
const INTERVAL = '5s';

const HEADER = '# Made by `npm run generate` from dashboards/rules: changes here are lost.\n';

/** The content of topolab-rules.yaml. */
export function rulesYaml(): string {
  const groups = allRules.map(({ name, recording, alerts }) => ({
    name,
    interval: INTERVAL,
    rules: [...recording, ...alerts.map(alertEntry)],
  }));
  return HEADER + stringify({ groups }, { lineWidth: 0 });
}

function alertEntry({ alert, expr, for: lasting, severity, summary, description }: AlertRule) {
  return {
    alert,
    expr,
    for: lasting,
    labels: { severity },
    annotations: { summary, description, runbook: `docs/guide/alerts.md#${alert.toLowerCase()}` },
  };
}
