// The recording and alerting rules, and the queries of the scenarios that people run first, checked and tried by Prometheus' own tool in
// the very container that runs would observe with.
import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { allRules } from '../../dashboards/rules/all-rules.ts';
import { connectDocker } from '../../orchestrator/engine/docker/connect-docker.ts';
import type { Engine, RunningContainer } from '../../orchestrator/engine/engine.ts';
import { removeLeftovers } from '../../orchestrator/engine/remove-leftovers.ts';
import { NODE_IMAGE, PROMETHEUS_IMAGE } from '../../orchestrator/image-names.ts';
import { prometheusSpec } from '../../orchestrator/metrics/observers.ts';
import {
  PROMETHEUS_CONFIG_PATH,
  PROMETHEUS_RULES_PATH,
} from '../../orchestrator/metrics/prometheus-config.ts';
import { loadScenario } from '../../orchestrator/scenario/load-scenario.ts';
import { choices, queriesOf } from '../fixtures/shipped-scenarios.ts';
import { fixture } from './topolab.ts';

const run = `rules-${randomBytes(4).toString('hex')}`;
const TESTS_PATH = '/tmp/rules.test.yaml';
const QUERIES_PATH = '/tmp/queries.yaml';

/** Queries of objectives as recording rules, for `promtool` reads PromQL in no other form without a server. */
async function queriesAsRules(): Promise<{ readonly count: number; readonly yaml: string }> {
  const scenarios = await Promise.all(choices.map(({ path, set }) => loadScenario(path, { set })));
  const rules = [...new Set(scenarios.flatMap(queriesOf))].map((expr, index) => ({
    record: `objective:${index}`,
    expr,
  }));
  return { count: rules.length, yaml: stringify({ groups: [{ name: 'objectives', rules }] }) };
}

describe('Prometheus as a run launches it', () => {
  let engine: Engine;
  let prometheus: RunningContainer;
  let queries: Awaited<ReturnType<typeof queriesAsRules>>;

  beforeAll(async () => {
    engine = await connectDocker();
    const network = await engine.createNetwork({ name: `topolab-${run}`, labels: { 'topolab.run': run } });
    const images = { node: NODE_IMAGE, prometheus: PROMETHEUS_IMAGE };
    // In a run it shares the agent's interfaces; here there is none.
    const { networkOf: _, ...spec } = prometheusSpec({ networks: [network], run, images });
    queries = await queriesAsRules();
    const more = [
      { path: TESTS_PATH, content: await readFile(fixture('rules.test.yaml'), 'utf8') },
      { path: QUERIES_PATH, content: queries.yaml },
    ];
    prometheus = await engine.launch({ ...spec, files: [...(spec.files ?? []), ...more] });
  });

  afterAll(async () => {
    await removeLeftovers(engine, run);
    await engine[Symbol.asyncDispose]();
  });

  it('has a configuration and rules without a fault', async () => {
    const { exitCode, stdout, stderr } = await engine.exec(prometheus.id, [
      'promtool',
      'check',
      'config',
      PROMETHEUS_CONFIG_PATH,
    ]);
    expect([exitCode, stderr]).toEqual([0, '']);
    const rules = allRules.flatMap(({ recording, alerts }) => [...recording, ...alerts]);
    expect(stdout).toContain(`Checking ${PROMETHEUS_RULES_PATH}`);
    expect(stdout).toContain(`${rules.length} rules found`);
  });

  it('understands the query of every objective of the scenarios that people run first', async () => {
    const { exitCode, stdout, stderr } = await engine.exec(prometheus.id, [
      'promtool',
      'check',
      'rules',
      QUERIES_PATH,
    ]);
    expect([exitCode, stderr]).toEqual([0, '']);
    expect(stdout).toContain(`${queries.count} rules found`);
  });

  it('computes what the rules promise, and raises each alert when it should and not before', async () => {
    const { exitCode, stdout, stderr } = await engine.exec(prometheus.id, [
      'promtool',
      'test',
      'rules',
      TESTS_PATH,
    ]);
    expect(stdout + stderr).toContain('SUCCESS');
    expect(exitCode).toBe(0);
  });

  it('starts with them', async () => {
    const log = async () => await engine.logs(prometheus.id);
    await expect.poll(log, { timeout: 60_000 }).toContain('Server is ready to receive web requests');
  });
});
