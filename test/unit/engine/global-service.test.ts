// What the service on each host of a Swarm is created with: the credentials of its image's registry in a header, and nothing of it elsewhere.
import type { IncomingMessage } from 'node:http';
import { expect, test } from 'vitest';
import { connectDocker } from '../../../orchestrator/engine/docker/connect-docker.ts';
import { json, ofManager, StandInDaemon } from './stand-in-daemon.ts';

test('hosts ask a registry as who is logged in, or as nobody', async () => {
  await using daemon = await StandInDaemon.start();
  const created: IncomingMessage[] = [];
  daemon.answers['GET /info'] = ofManager;
  daemon.answers['POST /networks/create'] = json({ Id: 'network' }, 201);
  daemon.answers['POST /services/create'] = (response, request) => {
    created.push(request);
    json({ ID: 'service' }, 201)(response, request);
  };
  await using engine = await connectDocker(daemon.env);
  const service = {
    name: 'tunnel',
    labels: {},
    image: 'node:1',
    command: ['node'],
    env: { KEY: 'canary-8f2c' },
    memoryBytes: 2 ** 27,
    engineSocket: '/engine.sock',
  };
  const auth = { serveraddress: 'https://index.docker.io/v1/', username: 'ci', password: 'canary?>1d4e' };
  await engine.swarm?.createGlobalService({ ...service, auth });
  await engine.swarm?.createGlobalService(service);
  const sent = created.map(({ headers }) =>
    Buffer.from(headers['x-registry-auth']?.toString() ?? '', 'base64url').toString(),
  );
  expect(sent).toEqual([JSON.stringify(auth), '{}']);
  expect(created.map(({ url }) => url)).toEqual(['/services/create', '/services/create']);
});
