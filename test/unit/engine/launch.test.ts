// How a container is started whose overlay network gave it no address in time.
import { expect, test } from 'vitest';
import { connectDocker } from '../../../orchestrator/engine/docker/connect-docker.ts';
import { json, StandInDaemon } from './stand-in-daemon.ts';

const busy =
  'attaching to network failed, make sure your network options are correct and check manager logs: context deadline exceeded';
const web = { name: 'web', image: 'web:1', labels: {}, env: {}, cpus: null, memoryBytes: null };
const starts = (asked: readonly string[]) =>
  asked.filter((each) => each === 'POST /containers/web/start').length;

async function launched(refusals: number, message: string) {
  const daemon = await StandInDaemon.start();
  let refused = 0;
  daemon.answers['POST /containers/create'] = json({ Id: 'web', Warnings: [] }, 201);
  daemon.answers['POST /containers/web/start'] = (response, request) =>
    refused++ < refusals ? json({ message }, 500)(response, request) : void response.writeHead(204).end();
  daemon.answers['GET /containers/web/json'] = json({
    Id: 'web',
    Name: '/web',
    Config: { Labels: {} },
    HostConfig: { NetworkMode: 'n' },
    NetworkSettings: { Networks: {}, Ports: {} },
    State: { Running: true },
  });
  daemon.answers['DELETE /containers/web'] = (response) => void response.writeHead(204).end();
  return daemon;
}

async function launch(daemon: StandInDaemon): Promise<string> {
  await using engine = await connectDocker(daemon.env);
  return (await engine.launch(web)).id;
}

test('it is started once more', async () => {
  await using daemon = await launched(1, busy);
  expect(await launch(daemon)).toBe('web');
  expect(starts(daemon.asked)).toBe(2);
});

test('a network that gives none again is told, and nothing stays', async () => {
  await using daemon = await launched(2, busy);
  await expect(launch(daemon)).rejects.toMatchObject({
    message: expect.stringContaining('web (image web:1) could not be started: attaching to network'),
    hint: expect.stringContaining('are more than half of them up'),
  });
  expect(starts(daemon.asked)).toBe(2);
  expect(daemon.asked.some((each) => each.startsWith('DELETE /containers/web'))).toBe(true);
});

test('it is made from the image that is held for its name, and called by that name', async () => {
  await using daemon = await launched(1, 'exec: "nothing": executable file not found in $PATH');
  const id = `sha256:${'1'.repeat(64)}`;
  daemon.answers[`GET /images/${id}/json`] = json({ Id: id });
  const asked: unknown[] = [];
  daemon.answers['POST /containers/create'] = (response, request) =>
    void request.toArray().then((chunks) => {
      const { Image, Labels } = JSON.parse(Buffer.concat(chunks as Buffer[]).toString());
      asked.push({ Image, Labels });
      json({ Id: 'web', Warnings: [] }, 201)(response, request);
    });
  await using engine = await connectDocker(daemon.env);
  expect(await engine.images.hold('web:1', id)).toBe(true);
  await expect(engine.launch(web)).rejects.toThrow('web (image web:1) could not be started: exec');
  expect(asked).toEqual([{ Image: id, Labels: { 'topolab.image': 'web:1' } }]);
});

test('what else keeps a container from starting is told at once', async () => {
  await using daemon = await launched(1, 'exec: "nothing": executable file not found in $PATH');
  await expect(launch(daemon)).rejects.toThrow('executable file not found');
  expect(starts(daemon.asked)).toBe(1);
});
