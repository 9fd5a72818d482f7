// What a pull sends to the daemon: credentials in a header of that request, and nowhere else.
import type { IncomingMessage } from 'node:http';
import { expect, test } from 'vitest';
import { connectDocker } from '../../../orchestrator/engine/docker/connect-docker.ts';
import { json, StandInDaemon } from './stand-in-daemon.ts';

test('a pull hands over credentials and platform, and its address holds no secret', async () => {
  await using daemon = await StandInDaemon.start();
  const requests: IncomingMessage[] = [];
  daemon.answers['POST /images/create'] = (response, request) => {
    requests.push(request);
    json({ status: 'Pulled' })(response, request);
  };
  await using engine = await connectDocker(daemon.env);
  const auth = { serveraddress: 'registry.test', username: 'ci', password: 'canary?>8f2c' };
  await engine.images.pull('registry.test/shop:1', { onProgress: () => {}, auth, platform: 'linux/arm64' });
  await engine.images.pull('shop', { onProgress: () => {} });
  const sent = requests.map(({ url, headers }) => [url, headers['x-registry-auth']?.toString()]);
  const header = Buffer.from(JSON.stringify(auth)).toString('base64url');
  expect(sent.map(([url, given]) => [url, given?.replace(/=+$/, '')])).toEqual([
    ['/images/create?fromImage=registry.test%2Fshop%3A1&platform=linux%2Farm64', header],
    ['/images/create?fromImage=shop%3Alatest', undefined],
  ]);
});

test.each([
  ['28.3', '1.51', '/images/shop%3A1/json?', 'linux/arm64/v8'],
  ['20.10', '1.41', '/images/shop:1/json', 'linux/amd64'],
])(
  'an engine of version %s is asked for the platform where it can answer',
  async (_, ApiVersion, path, seen) => {
    await using daemon = await StandInDaemon.start();
    const urls: (string | undefined)[] = [];
    daemon.answers['GET /version'] = json({ Version: '0', ApiVersion });
    daemon.answers['GET /images/'] = (response, request) => {
      urls.push(request.url);
      const [Architecture, Variant] = request.url?.includes('arm64') ? ['arm64', 'v8'] : ['amd64', ''];
      json({ Id: 'sha256:1', RepoDigests: [], Os: 'linux', Architecture, Variant })(response, request);
    };
    await using engine = await connectDocker(daemon.env);
    const identity = await engine.images.identity('shop:1', 'linux/arm64');
    expect(identity?.platform).toBe(seen);
    expect(urls[0]?.replace(':', '%3A')).toContain(path.replace(':', '%3A'));
  },
);
