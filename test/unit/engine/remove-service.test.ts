// How a service of a Swarm goes with its network, which is refused its removal while tasks are in it.
import { expect, test } from 'vitest';
import { connectDocker } from '../../../orchestrator/engine/docker/connect-docker.ts';
import type { Daemon } from '../../../orchestrator/engine/docker/daemon.ts';
import { removeOnceUnused } from '../../../orchestrator/engine/docker/networks.ts';
import { type Answer, json, ofManager, StandInDaemon } from './stand-in-daemon.ts';

async function removed(refusal: string, left: Answer): Promise<readonly string[]> {
  await using daemon = await StandInDaemon.start();
  daemon.answers['GET /info'] = ofManager;
  daemon.answers['DELETE /services/tunnel'] = json({});
  let refusals = 0;
  daemon.answers['DELETE /networks/tunnel'] = (response, request) =>
    refusals++ < 2 ? json({ message: refusal }, 500)(response, request) : json({}, 404)(response, request);
  daemon.answers['GET /networks/tunnel'] = left;
  await using engine = await connectDocker(daemon.env);
  await engine.swarm?.removeGlobalService('tunnel');
  return daemon.asked.filter((request) => request.includes('tunnel'));
}

const oneAttempt = ['DELETE /networks/tunnel', 'GET /networks/tunnel'];

test('its tasks are waited for, and not taken out of their network', async () => {
  const asked = await removed('network tunnel is in use by task 1', json({ Containers: { task: {} } }));
  expect(asked).toEqual(['DELETE /services/tunnel', ...oneAttempt, ...oneAttempt, 'DELETE /networks/tunnel']);
});

test('a network that the engine no longer finds is gone', async () => {
  const asked = await removed('network tunnel not found', json({ message: 'no such network' }, 404));
  expect(asked).toEqual(['DELETE /services/tunnel', ...oneAttempt]);
});

test('managers without a leader are told from other refusals', async () => {
  const refusal = 'rpc error: code = Unknown desc = The swarm does not have a leader.';
  await expect(removed(refusal, json({}))).rejects.toMatchObject({
    code: 'swarm-without-leader',
    message: expect.stringMatching(/^remove network tunnel: the managers of the Swarm do not agree/),
    hint: expect.stringContaining('More than half'),
  });
});

test('what else keeps it from being removed is told', async () => {
  await expect(removed('permission denied', json({}))).rejects.toThrow('permission denied');
});

test.each<[string, string | undefined]>([
  ['network r09ng not found', undefined],
  ['network r09ng is in use by task 1', 'in use by task 1'],
])('a network of which an engine goes on to say “%s” is left', async (message, told) => {
  const released: (readonly string[])[] = [];
  const network = {
    remove: async () => {
      throw Object.assign(new Error(message), { statusCode: 500 });
    },
    // The Swarm's own, which no container has.
    inspect: async () => ({ Containers: { 'lb-r09ng': {} } }),
  };
  const daemon = { docker: { getNetwork: () => network } } as unknown as Daemon;
  const removing = removeOnceUnused(daemon, 'r09ng', 3, async (containers) => {
    released.push(containers);
  });
  if (told === undefined) await removing;
  else await expect(removing).rejects.toThrow(told);
  expect(released).toEqual([['lb-r09ng'], ['lb-r09ng']]);
});
