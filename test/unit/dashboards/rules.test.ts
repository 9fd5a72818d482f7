import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { allRules } from '../../../dashboards/rules/all-rules.ts';
import { rulesYaml } from '../../../dashboards/rules/rules-yaml.ts';

const root = join(import.meta.dirname, '../../..');
const guide = readFileSync(join(root, 'docs/guide/alerts.md'), 'utf8');
const tried = parse(readFileSync(join(root, 'test/fixtures/docker/rules.test.yaml'), 'utf8')) as {
  readonly tests: readonly {
    readonly alert_rule_test?: readonly {
      readonly alertname: string;
      readonly exp_alerts: readonly unknown[];
    }[];
  }[];
};
const alerts = allRules.flatMap((group) => group.alerts);
const recorded = allRules.flatMap((group) => group.recording.map(({ record }) => record));

interface Written {
  readonly groups: readonly {
    readonly interval: string;
    readonly rules: readonly {
      readonly alert?: string;
      readonly annotations?: { readonly runbook: string };
    }[];
  }[];
}

test('names are unique', () => {
  const names = [...recorded, ...alerts.map(({ alert }) => alert)];
  expect(new Set(names).size).toBe(names.length);
});

test('records are named by level, metric and operation', () => {
  for (const record of recorded) expect(record).toMatch(/^(run|load|node):[a-z0-9_]+:[a-z0-9_]+$/);
});

test('evaluations come more often than the look-back of 15 s, or recorded figures would have gaps', () => {
  const { groups } = parse(rulesYaml()) as Written;
  for (const { interval } of groups) expect(Number.parseFloat(interval)).toBeLessThan(15);
});

describe.each(alerts.map((alert) => [alert.alert, alert] as const))('%s', (name, alert) => {
  test('says in a line what is wrong with which run, and in sentences what it means', () => {
    expect(name).toMatch(/^Topolab[A-Z]\w+$/);
    expect(alert.summary).toContain('{{ $labels.run }}');
    expect(alert.summary.length).toBeLessThan(110);
    expect(alert.description).toMatch(/^[A-Z{].{30,}\.$/);
    expect(alert.for).toMatch(/^\d+s$/);
  });

  test('keeps the labels that its words use', () => {
    const labels = [...`${alert.summary} ${alert.description}`.matchAll(/\$labels\.(\w+)/g)].map(
      ([, label]) => label,
    );
    const source = allRules
      .flatMap(({ recording }) => recording)
      .filter(({ record }) => alert.expr.includes(record))
      .map(({ expr }) => expr);
    const kept =
      [alert.expr, ...source]
        .join(' ')
        .match(/by \(([^)]*)\)/g)
        ?.join(' ') ?? 'up has them all: run node instance';
    for (const label of labels) expect(kept).toContain(label);
  });

  test('has a section in the guide, which its runbook line names', () => {
    expect(guide).toMatch(new RegExp(`^## ${name}$`, 'm'));
    const { groups } = parse(rulesYaml()) as Written;
    const entry = groups.flatMap(({ rules }) => rules).find((rule) => rule.alert === name);
    expect(entry?.annotations?.runbook).toBe(`docs/guide/alerts.md#${name.toLowerCase()}`);
  });

  test('is tried by promtool where it must be raised, and where it must stay silent', () => {
    const cases = tried.tests
      .flatMap(({ alert_rule_test: own = [] }) => own)
      .filter(({ alertname }) => alertname === name);
    const raised = cases.filter(({ exp_alerts: alerts }) => alerts.length > 0);
    expect([raised.length > 0, raised.length < cases.length]).toEqual([true, true]);
  });
});
