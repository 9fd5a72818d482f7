// Every query that people look at, in Grafana's form, against the Prometheus of a real run: a panel that stays empty is a promise
// not kept.
import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Panel, PanelQuery } from '../../dashboards/panels/panel.ts';
import { allPanelQueries, queriesOfPanels } from '../../dashboards/panels/all-panels.ts';
import { comparedRows } from '../../dashboards/panels/study-rows.ts';
import { suiteRows } from '../../dashboards/panels/suite-rows.ts';
import { faultCostPanels } from '../../dashboards/panels/fault-panels.ts';
import { exprForGrafana } from '../../dashboards/panels/render-expr.ts';
import type { RunResult } from '../../orchestrator/run/run-scenario.ts';
import { type Answers, askRun, filled } from './ask-run.ts';
import { leftOf } from './topolab.ts';

/** What the scenario of this test does not have: queries that need it must find nothing, or this list is wrong. */
const lacking = new Set([
  'store-cpu-limit',
  'link-rate',
  'link-delay',
  'delay-program',
  'measured-fault',
  'access',
  'records',
  'peers',
  'peer-files',
  'distribution-bound',
  'comparable-bound',
  'peer-events',
  'switching',
]);

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

const compared = comparedRows.flatMap(({ panels }) => panels);
const onlyOnDashboards = [...compared, ...suiteRows.flatMap(({ panels }) => panels), ...faultCostPanels];
const panelQueries = [...allPanelQueries, ...queriesOfPanels(onlyOnDashboards)];
const lackingExpressions = new Set(
  panelQueries.filter(({ query }) => isLacking(query)).map(({ query }) => exprForGrafana(query.expr)),
);
const panelExpressions = panelQueries.map(({ query }) => exprForGrafana(query.expr));
const expressions = [...new Set([...panelExpressions, ...dashboards.flatMap(expressionsOf)])];

describe('a real run', () => {
  let answers: Answers;
  let result: RunResult;

  beforeAll(async () => {
    ({ answers, result } = await askRun('short.yaml', expressions, lackingExpressions));
  });

  it('comes to its end, and leaves nothing', async () => {
    expect([result.outcome, result.error]).toEqual(['completed', undefined]);
    expect(answers.size).toBe(expressions.length);
    expect(await leftOf('short')).toEqual([]);
  });

  it.each(panelQueries.map((each) => [titleOf(each), each.query] as const))(
    'gives the samples that it can for the panel query %s',
    (_, query) => {
      const answer = answers.get(exprForGrafana(query.expr));
      if (isLacking(query)) expect(answer).toEqual([]);
      else expect(answer).toContainEqual(expect.any(Number));
    },
  );

  it.each(dashboards)('gives samples for every expression in %s', (name) => {
    const empty = expressionsOf(name).filter(
      (expr) => !lackingExpressions.has(expr) && typeof answers.get(expr)?.[0] !== 'number',
    );
    expect(empty.map((expr) => `${String(answers.get(expr))}: ${expr}`)).toEqual([]);
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
