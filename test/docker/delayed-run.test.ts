// A run whose links are delayed: what came about is measured, judged and told.
import { afterAll, expect, it } from 'vitest';
import { connectDocker } from '../../orchestrator/engine/docker/connect-docker.ts';
import { readRun } from '../../orchestrator/record/folder/run-folder.ts';
import { reportJson } from '../../orchestrator/report/facts/report-json.ts';
import { renderReport } from '../../orchestrator/report/render-report.ts';
import { runFixture } from './run-fixture.ts';
import { fixture, leftOf, leftOfRun, onlyRun, temporaryFolder, topolab } from './topolab.ts';
import { makeRunReport } from '../../orchestrator/report/facts/run-report.ts';

afterAll(async () => {
  expect(await leftOf('delayed')).toEqual([]);
});

// Both runs at the same time: they launch together, and ask for little.
it.concurrent('measures the delay of every packet that reached its nodes, and says so in the report', async ({
  skip,
}) => {
  const runs = temporaryFolder();
  const ended = await topolab(['run', fixture('delayed.yaml'), '--runs', runs]);
  const run = await readRun(onlyRun(runs));
  expect(ended.exitCode, ended.stdout + ended.stderr).toBeOneOf([0, 3, 4]);
  expect(await leftOfRun(run.id)).toEqual([]);
  // A request is one round trip at least: from the balancer to a server.
  expect(run.verdict?.whole?.p50Ms).toBeGreaterThanOrEqual(18);
  const { delays } = reportJson(makeRunReport(run));
  skip(delays === null, 'this kernel has netem, which tells nothing of what it does');
  expect(delays?.lost).toBeUndefined();
  expect(delays?.delays.map(({ node }) => node).toSorted()).toEqual(['servers-1', 'servers-2', 'servers-3']);
  for (const each of delays?.delays ?? []) {
    expect(each).toMatchObject({ dropped: 0, ended: false });
    expect(each.packets).toBeGreaterThan(50);
    // A twentieth is how wide the buckets of its figures are.
    expect(each.medianMs).toBeGreaterThan(18 * 0.95);
    expect(each.late99Ms).toBeGreaterThanOrEqual(each.lateMedianMs ?? Number.NaN);
  }
  const report = renderReport(makeRunReport(run));
  expect(report).toContain('id="delays"');
  // A number and its unit stay on one line.
  expect(report).toContain('20\u00a0ms ± 2\u00a0ms');
});

it.concurrent('is not valid where the helper that delays packets was killed meanwhile', async ({ skip }) => {
  await using engine = await connectDocker();
  let id = '';
  let killed: Promise<unknown> = Promise.resolve();
  const result = await runFixture(engine, 'delayed.yaml', {
    onProgress: () => {},
    onEvent: (event) => {
      if (event.type === 'run-started') id = event.run;
      // When all three have joined, seconds before the end of the load.
      if (event.type === 'action-finished') killed = killHelper();
    },
  });
  async function killHelper(): Promise<void> {
    const { containers } = await engine.list(id);
    const helper = containers.find(({ name }) => name.endsWith('-netadmin'));
    await engine.signal(helper?.id ?? '', 'SIGKILL');
  }
  await killed;
  const { events, verdict } = await readRun(result.folder);
  skip(!events.some(({ type }) => type === 'delays-measured'), 'this kernel has netem, and needs no helper');
  const codes = verdict?.findings?.map(({ code }) => code);
  expect(codes).toContain('delays-interrupted');
  expect(result.exitCode).toBe(4);
});
