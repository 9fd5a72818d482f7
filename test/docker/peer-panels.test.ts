// What a real run of peers leaves for people to look at: samples for every panel about peers, looks at the network, a report.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { availabilityRow, peerRows, queriesOfPanels } from '../../dashboards/panels/all-panels.ts';
import type { PanelQuery } from '../../dashboards/panels/panel.ts';
import { peerComparison } from '../../dashboards/panels/peer-comparison-panels.ts';
import { readRun, type SavedRun } from '../../orchestrator/record/folder/run-folder.ts';
import { reportJson } from '../../orchestrator/report/facts/report-json.ts';
import type { RunResult } from '../../orchestrator/run/run-scenario.ts';
import { type Answers, askRun } from './ask-run.ts';
import { leftOf } from './topolab.ts';
import { makeRunReport } from '../../orchestrator/report/facts/run-report.ts';

const comparison = queriesOfPanels(peerComparison);
/** What this run has none of. */
const lacking: ReadonlySet<string> = new Set(['records', 'latency-objective']);
const panels = [...peerRows, availabilityRow].flatMap((row) => row.panels);
const isLacking = ({ queries }: (typeof panels)[number]) =>
  queries.every(({ needs = [] }) => needs.some((need) => lacking.has(need)));

/** No link of these peers is limited. */
const isOfLink = ({ needs = [] }: PanelQuery) => needs.some((need) => need.endsWith('-bound'));

describe('a run of four peers', () => {
  let answers: Answers;
  let result: RunResult;
  let run: SavedRun;

  beforeAll(async () => {
    const expressions = comparison.map(({ query }) => query.expr);
    const ofLinks = comparison.flatMap(({ query }) => (isOfLink(query) ? [query.expr] : []));
    ({ answers, result } = await askRun('peers.yaml', expressions, new Set(ofLinks)));
    run = await readRun(result.folder);
  });

  it('comes to its end, and leaves nothing', async () => {
    expect(result.error).toBeUndefined();
    expect([0, 4]).toContain(result.exitCode);
    expect(await leftOf('peers')).toEqual([]);
  });

  it.each(panels.map((panel) => [panel.id, panel] as const))(
    'has the samples that it can for %s',
    (id, panel) => {
      const points = (run.samples?.panels[id] ?? []).flatMap((series) => series.points);
      if (isLacking(panel)) expect(points).toEqual([]);
      else expect(points.length).toBeGreaterThan(0);
    },
  );

  it.each(comparison.map(({ panel, query }) => [`${panel.id} ${query.legend}`, query] as const))(
    'has the figure that it can for %s',
    (_, query) => {
      const answer = answers.get(query.expr);
      if (isOfLink(query)) expect(answer).toEqual([]);
      else expect(answer).toContainEqual(expect.any(Number));
    },
  );

  it('saw the network connected, and who was left after the kill', () => {
    const { network } = reportJson(makeRunReport(run));
    expect(network.connected).toMatchObject({ since: 'last-node-ready', figures: { nodes: 4 } });
    expect(network.looks.map(({ moment }) => moment)).toEqual(
      expect.arrayContaining(['connected', 'end of start-up', 'after a1', 'end of phase one is lost']),
    );
    expect(network.looks.find(({ moment }) => moment === 'after a1')?.nodes).toBe(3);
  });

  it('has the figures of the kill, and takes the replacement for no churn', () => {
    const { faults, churn } = reportJson(makeRunReport(run));
    expect(faults).toMatchObject([{ id: 'a1' }]);
    expect(churn).toBeNull();
  });

  it('tells all of it in its report', async () => {
    const report = await readFile(join(run.folder, 'report.html'), 'utf8');
    for (const id of ['availability', 'network', 'distribution']) expect(report).toContain(`id="${id}"`);
  });
});
