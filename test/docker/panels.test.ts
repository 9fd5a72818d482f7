// Every query that people look at, in Grafana's form, against the Prometheus of a real run: a panel that stays empty is a promise
// not kept.
import { readdirSync, readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Panel, PanelQuery } from '../../dashboards/panel.ts';
import { allPanelQueries } from '../../dashboards/panels/all-panels.ts';
import { exprForGrafana } from '../../dashboards/panels/render-expr.ts';
import { prepareEnvironment } from '../../orchestrator/commands/prepare-engine.ts';
import { connectDocker } from '../../orchestrator/engine/docker/connect-docker.ts';
import type { RangeSeries } from '../../orchestrator/metrics/prometheus-client.ts';
import { makePlan } from '../../orchestrator/plan/make-plan.ts';
import { type RunProgress, type RunResult, runScenario } from '../../orchestrator/run/run-scenario.ts';
import { loadScenario } from '../../orchestrator/scenario/load-scenario.ts';
import { fixture, leftOf, temporaryFolder } from './topolab.ts';

/** What the scenario of this test does not have: queries that need it must find nothing, or this list is wrong. */
const lacking = new Set(['store-cpu-limit', 'link-rate', 'peers', 'peer-files', 'peer-events']);

const isLacking = ({ needs = [] }: PanelQuery) => needs.some((need) => lacking.has(need));
const titleOf = ({ panel, query }: { panel: Panel; query: PanelQuery }) => `${panel.id} ${query.legend}`;

const folder = resolve(import.meta.dirname, '../../dashboards/generated');
const dashboards = readdirSync(folder).filter((name) => name.endsWith('.json'));

interface Targets {
  readonly targets?: readonly { readonly expr?: string }[];
  readonly panels?: readonly Targets[];
}

interface Dashboard extends Targets {
  readonly annotations: { readonly list: readonly { readonly expr?: string }[] };
  readonly templating: { readonly list: readonly { readonly query?: { readonly query?: string } }[] };
}

const expressionsOfPanels = ({ targets = [], panels = [] }: Targets): string[] => [
  ...targets.flatMap(({ expr }) => expr ?? []),
  ...panels.flatMap(expressionsOfPanels),
];

/** All PromQL of a dashboard: of panels also in folded rows, of annotations, and of the variable that lists the runs. */
function expressionsOf(name: string): string[] {
  const dashboard = JSON.parse(readFileSync(join(folder, name), 'utf8')) as Dashboard;
  const annotations = dashboard.annotations.list.flatMap(({ expr }) => expr ?? []);
  const variables = dashboard.templating.list.flatMap(
    ({ query }) => /^query_result\((.*)\)$/.exec(query?.query ?? '')?.[1] ?? [],
  );
  return [...expressionsOfPanels(dashboard), ...annotations, ...variables];
}

/** Fills Grafana's variables as Grafana does with one run chosen and the dashboard's least interval of 1 s. */
function filled(expr: string, run: string): string {
  return expr
    .replaceAll('$__rate_interval', '5s')
    .replaceAll('$__range', '60s')
    .replaceAll('$scenario', '.*')
    .replaceAll('$run', run);
}

const lackingExpressions = new Set(
  allPanelQueries.filter(({ query }) => isLacking(query)).map(({ query }) => exprForGrafana(query.expr)),
);
const panelExpressions = allPanelQueries.map(({ query }) => exprForGrafana(query.expr));
const expressions = [...new Set([...panelExpressions, ...dashboards.flatMap(expressionsOf)])];

/** Numbers among the points; NaN is what a ratio of nothing to nothing gives. */
function countSamples(series: readonly RangeSeries[]): number {
  return series
    .flatMap(({ points, histograms }) => [...points.map(([, value]) => value), ...histograms.map(() => 1)])
    .filter((value) => !Number.isNaN(value)).length;
}

async function ask(expr: string, { prometheus, run, startMs, clockOffsetMs }: RunProgress): Promise<number> {
  const start = (startMs + clockOffsetMs) / 1000;
  const end = (Date.now() + clockOffsetMs) / 1000;
  return countSamples(await prometheus.queryRange(filled(expr, run), start, end, 1));
}

describe('a real run', () => {
  /** Expression → how many samples it gave, or why it could not be asked. */
  const samples = new Map<string, number | string>();
  let result: RunResult;

  beforeAll(async () => {
    const file = fixture('short.yaml');
    const scenario = await loadScenario(file);
    await using engine = await connectDocker();
    const signal = AbortSignal.timeout(180_000);
    const progress = { setupStep: () => {}, imageStep: () => {} };
    const prepare = { setup: true, progress, signal };
    const { environment, versions } = await prepareEnvironment(engine, scenario, prepare);
    let running: RunProgress | undefined;
    let asked = Promise.resolve();
    const askAll = async (of: RunProgress) => {
      for (const expr of expressions) {
        samples.set(expr, await ask(expr, of).catch((error: unknown) => String(error)));
      }
    };
    result = await runScenario({
      ...environment,
      versions,
      scenario,
      plan: makePlan(scenario),
      source: { name: 'scenario.source.yaml', text: await readFile(file, 'utf8') },
      runsFolder: temporaryFolder(),
      onProgress: (begun) => {
        running = begun;
      },
      // Everything has been seen by then, and the run still waits for its last samples before it lets go of Prometheus.
      onEvent: (event) => {
        if (event.type === 'load-ended' && running !== undefined) asked = askAll(running);
      },
      signal,
      hurry: new AbortController().signal,
    });
    await asked;
  });

  it('comes to its end, and leaves nothing', async () => {
    expect([result.outcome, result.error]).toEqual(['completed', undefined]);
    expect(samples.size).toBe(expressions.length);
    expect(await leftOf('short')).toEqual([]);
  });

  it.each(allPanelQueries.map((each) => [titleOf(each), each.query] as const))(
    'gives the samples that it can for the panel query %s',
    (_, query) => {
      const count = samples.get(exprForGrafana(query.expr));
      if (isLacking(query)) expect(count).toBe(0);
      else expect(count).toBeGreaterThan(0);
    },
  );

  it.each(dashboards)('gives samples for every expression in %s', (name) => {
    const empty = expressionsOf(name).filter(
      (expr) => !lackingExpressions.has(expr) && !(Number(samples.get(expr)) > 0),
    );
    expect(empty.map((expr) => `${String(samples.get(expr))}: ${expr}`)).toEqual([]);
  });
});

it('every dashboard has panels, annotations and a choice of runs', () => {
  expect(dashboards).toContain('run-overview.json');
  for (const name of dashboards) {
    const all = expressionsOf(name);
    expect(all.filter((expr) => expr.includes('_timestamp_seconds')).length).toBeGreaterThanOrEqual(3);
    // What is asked above is all that it asks: no variable is left unfilled.
    expect(all.map((expr) => filled(expr, 'r')).filter((expr) => expr.includes('$'))).toEqual([]);
  }
});
