// A run at whose end the daemon answers no removal any more: what was measured is kept, and what is left is named.
import { readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { requestBounds } from '../../orchestrator/engine/docker/bounded-requests.ts';
import { connectDocker } from '../../orchestrator/engine/docker/connect-docker.ts';
import { removeLeftovers } from '../../orchestrator/engine/remove-leftovers.ts';
import { readRun } from '../../orchestrator/record/folder/run-folder.ts';
import { openRelay } from './relay.ts';
import { runFixture } from './run-fixture.ts';
import { temporaryFolder } from './topolab.ts';

it('keeps the results of a run whose containers cannot be removed', async () => {
  const path = join(temporaryFolder(), 'docker.sock');
  // Removals are lost on their way.
  using _ = await openRelay(path, (chunk) => !chunk.toString('latin1').startsWith('DELETE /containers/'));
  await using engine = await connectDocker(
    { DOCKER_HOST: `unix://${path}` },
    { ...requestBounds, removeMs: 2_000 },
  );
  await using real = await connectDocker();
  const result = await runFixture(engine, 'brief.yaml');
  const run = basename(result.folder);
  onTestFinished(async () => void (await removeLeftovers(real, run)));

  const { verdict, plan } = await readRun(result.folder);
  expect([result.outcome, verdict?.phases.length]).toEqual(['completed', plan.phases.length]);
  expect(await readFile(join(result.folder, 'report.html'), 'utf8')).toContain('</html>');
  expect(result.left).toMatchObject({
    code: 'not-cleaned-up',
    exitCode: 1,
    message: expect.stringMatching(
      /^remove what run brief-.*Docker did not answer within 2 s. What may be left: \d+ containers \(.*2 networks/,
    ),
    hint: expect.stringContaining('topolab clean'),
  });

  expect((await removeLeftovers(real, run)).containers.length).toBeGreaterThan(0);
  expect(await real.list(run)).toEqual({ containers: [], networks: [], volumes: [] });
});
