// The dashboard that compares topologies, asked about a real run of a swarm: it must say what the run's report says.
import { expect, it } from 'vitest';
import { peerComparison } from '../../dashboards/panels/peer-comparison-panels.ts';
import { readRun } from '../../orchestrator/record/folder/run-folder.ts';
import { distributionFacts } from '../../orchestrator/report/facts/distribution-facts.ts';
import { askRun } from './ask-run.ts';
import { leftOf } from './topolab.ts';

function exprOf(id: string, legend = '{{run}}'): string {
  const queries = peerComparison.find((panel) => panel.id === id)?.queries;
  return queries?.find((query) => query.legend === legend)?.expr ?? '';
}

it('a swarm’s distribution has the figures of its report on the dashboard of topologies', async () => {
  const expressions = {
    seconds: exprOf('compare-distribution-time'),
    boundSeconds: exprOf('compare-distribution-time', '{{run}}, at best'),
    boundShare: exprOf('compare-bound-share'),
    throughput: exprOf('compare-throughput'),
    mostThroughput: exprOf('compare-throughput', '{{run}}, at best'),
    fromServers: exprOf('compare-from-servers'),
  };
  const { result, answers } = await askRun('sharing.yaml', Object.values(expressions));
  expect([result.outcome, result.error]).toEqual(['completed', undefined]);
  const facts = distributionFacts(await readRun(result.folder));
  if (facts?.bound == null || facts.distributionMs === null || facts.boundShare === null)
    throw new Error(`the swarm did not come to its end: ${JSON.stringify(facts)}`);
  const last = Object.entries(expressions).map(([figure, expr]) => [figure, answers.get(expr)?.at(-1)]);
  expect(Object.fromEntries(last)).toEqual({
    seconds: expect.closeTo(facts.distributionMs / 1000, 6),
    boundSeconds: facts.bound.seconds,
    boundShare: expect.closeTo(facts.boundShare, 6),
    throughput: expect.closeTo(facts.throughputBytesPerSecond ?? Number.NaN, 0),
    mostThroughput: expect.closeTo((facts.links.receivers * facts.links.fileBytes) / facts.bound.seconds, 0),
    fromServers: 0,
  });
  expect(await leftOf('sharing')).toEqual([]);
});
