import { setTimeout as pause } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { requestBounds } from '../../../orchestrator/engine/docker/bounded-requests.ts';
import { connectDocker } from '../../../orchestrator/engine/docker/connect-docker.ts';
import type { ContainerSpec, Engine } from '../../../orchestrator/engine/engine.ts';
import { removeLeftovers } from '../../../orchestrator/engine/remove-leftovers.ts';
import { type Answer, done, json, StandInDaemon } from './stand-in-daemon.ts';

const id = '0123456789abcdef';
const spec: ContainerSpec = {
  name: 'topolab-a-node',
  image: 'i',
  labels: { 'topolab.node': 'node' },
  env: {},
  cpus: null,
  memoryBytes: null,
};
const hour = 3_600_000;

let daemon: StandInDaemon;
let engine: Engine;

beforeEach(async () => {
  daemon = await StandInDaemon.start();
  engine = await connectDocker(daemon.env);
  // Only what the bounds are made of: connections keep their own time.
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
});

afterEach(async () => {
  vi.useRealTimers();
  await engine[Symbol.asyncDispose]();
  await daemon[Symbol.asyncDispose]();
});

/** Lets as much time go by once the request has come, and gives what the call failed with. */
async function after(ms: number, request: string, call: Promise<unknown>): Promise<unknown> {
  const failure = call.then(
    () => 'no failure',
    (error: unknown) => error,
  );
  await daemon.untilAsked(request);
  await vi.advanceTimersByTimeAsync(ms);
  return await failure;
}

describe('a daemon that does not answer', () => {
  const { askMs, changeMs, removeMs } = requestBounds;
  it.each<[request: string, silentMs: number, message: string, call: () => Promise<unknown>]>([
    ['DELETE /containers/', removeMs, 'remove container 0123456789ab', () => engine.remove(id)],
    ['POST /containers/create', changeMs, 'create container topolab-a-node', () => engine.launch(spec)],
    ['POST /containers/0', changeMs, 'send a signal to container 012345', () => engine.signal(id, 'SIGKILL')],
    ['POST /containers/0', changeMs, 'resize container 0123456789ab', () => engine.resize(id, spec)],
    ['POST /containers/0', changeMs, 'run a command in container 0123', () => engine.exec(id, ['true'])],
    ['GET /containers/0', askMs, 'inspect container 0123456789ab', () => engine.inspect(id)],
    ['GET /containers/0', askMs, 'read the log of container 012345', () => engine.logs(id)],
    ['GET /containers/0', askMs, 'read a file of container 0123456', () => engine.readFile(id, '/f')],
    ['GET /networks', askMs, 'list ', () => engine.list()],
    ['POST /networks', changeMs, 'create network n', () => engine.createNetwork({ name: 'n', labels: {} })],
    [
      'POST /networks',
      changeMs,
      'connect container c to network 0123456789ab',
      () => engine.connect(id, 'c', []),
    ],
    [
      'POST /networks',
      changeMs,
      'disconnect container c from network 0123',
      () => engine.disconnect(id, 'c'),
    ],
    ['DELETE /networks', removeMs, 'remove network 0123456789ab', () => engine.removeNetwork(id)],
    ['POST /volumes', changeMs, 'create volume v', () => engine.createVolume({ name: 'v', labels: {} })],
    ['DELETE /volumes', removeMs, 'remove volume v', () => engine.removeVolume('v')],
    ['GET /images', askMs, 'look for an image', () => engine.images.has('i')],
    ['POST /images/create', hour, 'get image i:1', () => engine.images.pull('i:1', { onProgress: () => {} })],
    ['GET /events', askMs, 'follow the events', () => engine.watch({}, () => {}, AbortSignal.any([]))],
  ])('is given up: %s after %i ms, %s', async (request, silentMs, message, call) => {
    expect(await after(silentMs, request, call())).toMatchObject({
      code: 'engine-silent',
      exitCode: 1,
      message: expect.stringMatching(new RegExp(`${message}.*Docker did not answer within \\d+ s`)),
      hint: expect.stringMatching(/restart.*topolab clean/),
    });
  });

  it('is given up when it is asked who it is', async () => {
    await using mute = await StandInDaemon.start();
    for (const request of Object.keys(mute.answers)) delete mute.answers[request];
    const connecting = connectDocker(mute.env).catch((error: unknown) => error);
    await mute.untilAsked('GET /', 2);
    await vi.advanceTimersByTimeAsync(requestBounds.greetMs);
    expect(await connecting).toMatchObject({
      code: 'engine-silent',
      message: expect.stringContaining('docker.sock: ask the engine who it is'),
    });
  });

  it('is given up in the middle of its answer', async () => {
    daemon.answers['GET /containers/'] = (response) => void response.writeHead(200).write('[');
    for (const call of [() => engine.logs(id), () => engine.readFile(id, '/f')]) {
      daemon.asked.length = 0;
      const reading = call();
      await daemon.untilAsked('GET /containers/');
      // The beginning of the answer has to get here before the silence begins.
      await pause(20);
      expect(await after(askMs, 'GET', reading)).toMatchObject({ code: 'engine-silent' });
    }
  });

  it('is no longer timed once it has said that a folder is there, which would keep the process from ending', async () => {
    daemon.answers['POST /containers/create'] = json({ Id: id }, 201);
    daemon.answers[`HEAD /containers/${id}/archive`] = (response) => void response.writeHead(200).end();
    const files = [{ path: '/etc/tested', content: '' }];
    const launched = engine.launch({ ...spec, files });
    void launched.catch(() => {});
    await daemon.untilAsked(`PUT /containers/${id}/archive`);
    expect(vi.getTimerCount()).toBe(1);
    await after(changeMs, `PUT /containers/${id}/archive`, launched);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('names the node whose container does not start, and is not asked to remove it', async () => {
    daemon.answers['POST /containers/create'] = json({ Id: id }, 201);
    expect(await after(changeMs, `POST /containers/${id}/start`, engine.launch(spec))).toMatchObject({
      code: 'engine-silent',
      message: expect.stringMatching(/^node .*could not be started: start container 0123456789ab: /),
    });
    expect(daemon.asked.at(-1)).toBe(`POST /containers/${id}/start`);
  });

  it('does not let a command begin', async () => {
    daemon.answers[`POST /containers/${id}/exec`] = json({ Id: 'e' }, 201);
    for (const call of [() => engine.exec(id, ['true']), () => engine.openStream(id, ['cat'])]) {
      daemon.asked.length = 0;
      expect(await after(changeMs, 'POST /exec/e/start', call())).toMatchObject({
        message: 'run a command in a container: Docker did not answer within 120 s',
      });
    }
  });
});

describe('what goes on for long', () => {
  it('is not cut: waiting for an end, following logs and events', async () => {
    const aborter = new AbortController();
    onTestFinished(() => aborter.abort());
    const line = Buffer.concat([Buffer.from([1, 0, 0, 0, 0, 0, 0, 8]), Buffer.from('t first\n')]);
    const begin =
      (part: string | Buffer): Answer =>
      (response) =>
        void response.writeHead(200).write(part);
    daemon.answers['POST /containers/'] = begin('{"StatusCode":');
    daemon.answers['GET /containers/'] = begin(line);
    daemon.answers[`GET /containers/${id}/json`] = json({
      State: { Running: true, FinishedAt: '0001-01-01T00:00:00Z' },
    });
    daemon.answers['GET /events'] = begin('\n');
    let ended: unknown;
    void engine.wait(id, aborter.signal).then(
      () => (ended = 'over'),
      (error: unknown) => (ended = error),
    );
    const lines = engine.followLogs(id, aborter.signal)[Symbol.asyncIterator]();
    expect(await lines.next()).toEqual({ done: false, value: 'first' });
    const next = lines.next();
    void next.catch((error: unknown) => (ended = error));
    await engine.watch({}, () => {}, aborter.signal);
    await vi.advanceTimersByTimeAsync(hour);
    await pause(20);
    expect(ended).toBeUndefined();
    expect(daemon.asked.filter((each) => each === 'GET /events')).toHaveLength(1);
    aborter.abort(new Error('enough'));
    expect(await next).toEqual({ done: true, value: undefined });
  });

  it('may be silent for minutes while an image is built, as long as something is said in the end', async () => {
    let say: ((text: string) => void) | undefined;
    daemon.answers['POST /images/create'] = (response) => {
      response.writeHead(200);
      say = (text) => void response.write(`${JSON.stringify({ status: text })}\n`);
      say('begun');
    };
    const said: string[] = [];
    const { promise: begun, resolve } = Promise.withResolvers<void>();
    const pulling = engine.images.pull('i', {
      onProgress: (text) => {
        said.push(text);
        resolve();
      },
    });
    await begun;
    await vi.advanceTimersByTimeAsync(requestBounds.progressMs - 1);
    say?.('goes on');
    await pause(20);
    await vi.advanceTimersByTimeAsync(requestBounds.progressMs - 1);
    expect(said).toEqual(['begun', 'goes on']);
    expect(await after(1, 'POST', pulling)).toMatchObject({
      code: 'engine-silent',
      message: expect.stringContaining(
        'image i could not be pulled: get image i:latest: Docker did not answer',
      ),
    });
  });
});

describe('removing containers from a daemon that may dead-lock when they leave a network together', () => {
  const connectOlder = () => {
    daemon.answers['GET /version'] = json({ Version: '20.10', ApiVersion: '1.41' });
    return connectDocker(daemon.env);
  };

  const running = { State: { Running: true }, NetworkSettings: { Networks: { run: { NetworkID: 'n' } } } };

  it('takes them off their network one after another', async () => {
    await using older = await connectOlder();
    daemon.answers['GET /containers/'] = json(running);
    daemon.answers['DELETE /containers/'] = done;
    let leave: (() => void) | undefined;
    daemon.answers['POST /networks/n/disconnect'] = (...asked) => (leave = () => done(...asked));
    const removing = Promise.all(['a', 'b', 'c'].map((each) => older.remove(each)));
    for (const left of [1, 2, 3]) {
      await daemon.untilAsked('POST /networks/n/disconnect', left);
      await daemon.untilAsked('DELETE /containers/', left - 1);
      await pause(20);
      expect(daemon.asked.filter((each) => each.startsWith('POST'))).toHaveLength(left);
      leave?.();
    }
    await removing;
  });

  it('leaves that to the removal where it is safe, or one has ended already', async () => {
    daemon.answers['GET /containers/'] = json({ ...running, State: { Running: false } });
    daemon.answers['DELETE /containers/'] = done;
    await using older = await connectOlder();
    daemon.asked.length = 0;
    await older.remove('a');
    await engine.remove('b');
    expect(daemon.asked).toEqual(['GET /containers/a/json', 'DELETE /containers/a', 'DELETE /containers/b']);
  });
});

describe('removing many', () => {
  const containers = Array.from({ length: 40 }, (_, index) => ({
    Id: `c${index}`,
    Names: [`/node-${index}`],
    Labels: { 'topolab.run': 'a' },
  }));

  beforeEach(() => {
    daemon.answers['GET /containers/json'] = json(containers);
    daemon.answers['GET /networks'] = json([{ Id: 'n', Name: 'net', Labels: { 'topolab.run': 'a' } }]);
    daemon.answers['GET /volumes'] = json({ Volumes: null });
  });

  it('counts the silence from when a removal is sent, not from when it was asked for', async () => {
    const held: (() => void)[] = [];
    daemon.answers['DELETE /containers/'] = (response, request) => held.push(() => done(response, request));
    daemon.answers['DELETE /networks/'] = done;
    const removing = removeLeftovers(engine, 'a');
    for (let sent = 8; sent <= containers.length; sent += 8) {
      await daemon.untilAsked('DELETE /containers/', sent);
      await vi.advanceTimersByTimeAsync(requestBounds.removeMs - 1);
      for (const answer of held.splice(0)) answer();
    }
    expect((await removing).containers).toHaveLength(40);
  });

  it('gives up with the first that is not answered, and names what may be left', async () => {
    daemon.answers['DELETE /containers/c0'] = done;
    const removing = removeLeftovers(engine, 'a');
    void removing.catch(() => {});
    await daemon.untilAsked('DELETE /containers/', 9);
    expect(await after(requestBounds.removeMs, 'DELETE', removing)).toMatchObject({
      code: 'engine-silent',
      message:
        'remove container c1: Docker did not answer within 90 s. What may be left: 39 containers (node-1, node-2, node-3, node-4, node-5, …); 1 network (net)',
      hint: expect.stringContaining('topolab clean'),
    });
    expect(daemon.asked.filter((each) => each.startsWith('DELETE'))).toHaveLength(9);
  });

  it('tries again when it is asked again', async () => {
    const first = removeLeftovers(engine, 'a');
    void first.catch(() => {});
    await daemon.untilAsked('DELETE /containers/', 8);
    expect(await after(requestBounds.removeMs, 'DELETE', first)).toMatchObject({ code: 'engine-silent' });
    daemon.answers['DELETE /'] = done;
    expect((await removeLeftovers(engine, 'a')).containers).toHaveLength(40);
  });
});
