// A run at whose end the daemon answers no removal any more: what was measured is kept, and what is left is named.
import { readFile } from 'node:fs/promises';
import { createConnection, createServer, type Socket } from 'node:net';
import { basename, join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { requestBounds } from '../../orchestrator/engine/docker/bounded-requests.ts';
import { connectDocker } from '../../orchestrator/engine/docker/connect-docker.ts';
import { findEndpoint } from '../../orchestrator/engine/docker/find-endpoint.ts';
import { removeLeftovers } from '../../orchestrator/engine/remove-leftovers.ts';
import { readRun } from '../../orchestrator/record/run-folder.ts';
import { runFixture } from './run-fixture.ts';
import { temporaryFolder } from './topolab.ts';

it('keeps the results of a run whose containers cannot be removed', async () => {
  const path = join(temporaryFolder(), 'docker.sock');
  const relay = await swallowing('DELETE /containers/', path);
  onTestFinished(() => relay.close());
  await using engine = await connectDocker(
    { DOCKER_HOST: `unix://${path}` },
    { ...requestBounds, removeMs: 2_000 },
  );
  const result = await runFixture(engine, 'short.yaml');

  const { verdict, plan } = await readRun(result.folder);
  expect([result.outcome, verdict?.phases.length]).toEqual(['completed', plan.phases.length]);
  expect(await readFile(join(result.folder, 'report.html'), 'utf8')).toContain('</html>');
  expect(result.left).toMatchObject({
    code: 'not-cleaned-up',
    exitCode: 1,
    message: expect.stringMatching(
      /^remove what run short-.*Docker did not answer within 2 s. What may be left: \d+ containers \(.*1 network/,
    ),
    hint: expect.stringContaining('topolab clean'),
  });

  await using real = await connectDocker();
  const run = basename(result.folder);
  expect((await removeLeftovers(real, run)).containers.length).toBeGreaterThan(0);
  expect(await real.list(run)).toEqual({ containers: [], networks: [], volumes: [] });
});

/** A socket before the daemon's that loses the requests that begin so. */
async function swallowing(start: string, path: string): Promise<{ close(): void }> {
  const endpoint = findEndpoint(process.env);
  if (endpoint.kind !== 'socket') throw new Error('this test wants a local daemon');
  const sockets = new Set<Socket>();
  const server = createServer((near) => {
    const far = createConnection(endpoint.path);
    for (const socket of [near, far]) {
      sockets.add(socket);
      socket.on('error', () => {}).on('close', () => sockets.delete(socket));
    }
    near.on('data', (chunk) => {
      if (!chunk.toString('latin1').startsWith(start)) far.write(chunk);
    });
    near.on('close', () => far.destroy());
    far.pipe(near);
  });
  await new Promise<void>((resolve) => server.listen(path, resolve));
  return {
    close: () => {
      for (const socket of sockets) socket.destroy();
      server.close();
    },
  };
}
