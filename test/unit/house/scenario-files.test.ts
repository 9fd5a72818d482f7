// What the scenarios that people run first have in common.
import { existsSync, readFileSync } from 'node:fs';
import { basename, dirname, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { groupsOf } from '../../../orchestrator/plan/plan.ts';
import { makePlan } from '../../../orchestrator/plan/make-plan.ts';
import { loadScenario } from '../../../orchestrator/scenario/load-scenario.ts';
import { choices, queriesOf, shippedScenarios } from '../../fixtures/shipped-scenarios.ts';

const readme = readFileSync(resolve(import.meta.dirname, '../../../README.md'), 'utf8');

describe.each(shippedScenarios.map((path) => [basename(path), path]))('%s', (name, path) => {
  it('names the schema by which editors complete it, in its first line', () => {
    const [first = ''] = readFileSync(path, 'utf8').split('\n');
    expect(first).toMatch(/^# yaml-language-server: \$schema=\S+$/);
    const schema = resolve(dirname(path), first.replace(/^.*=/, ''));
    expect(existsSync(schema)).toBe(true);
  });

  it('stands in the list of the README', () => {
    expect(readme).toContain(`| [\`${name}\`](scenarios/${name}) `);
  });
});

it.each(choices.map((choice) => [choice.title, choice] as const))(
  '%s has no problem, and all that it announces is in its plan',
  async (_, { path, set }) => {
    const scenario = await loadScenario(path, { set });
    expect(basename(path)).toBe(`${scenario.name}.yaml`);
    expect(scenario.parameters).toMatchObject(set);
    const plan = makePlan(scenario);
    expect(plan.initialNodes.length).toBeGreaterThan(0);
    expect(plan.loads.length).toBeGreaterThan(0);
    expect(scenario.objectives.length).toBeGreaterThan(0);
    const sources = plan.actions.map(({ source }) => source);
    for (const index of scenario.timeline.keys())
      expect(sources.some((source) => source.startsWith(`timeline[${index}]`))).toBe(true);
    for (const { name, churn } of scenario.groups)
      if (churn !== null) expect(plan.actions.flatMap(({ change }) => groupsOf(change))).toContain(name);
    // Prometheus would read what stands for nothing as a mistake, at the end of a run.
    for (const query of queriesOf(scenario)) expect(query).not.toContain('$');
  },
);
