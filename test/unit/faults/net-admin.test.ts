// The helper that enters nodes' networks: who waits for whom, and what becomes of its work when it dies.
import { beforeEach, describe, expect, it } from 'vitest';
import { createFakeEngine, type FakeEngine } from '../../../orchestrator/engine/fake/create-fake-engine.ts';
import { delayScript, noDelayScript } from '../../../orchestrator/faults/link/delay-script.ts';
import { NetAdmin } from '../../../orchestrator/net-admin/net-admin.ts';

/** Scripts that were carried out in the helper, in order. */
let carriedOut: string[];
/** Called before each command; may end the helper. */
let onExec: () => void;
let engine: FakeEngine;
let admin: NetAdmin;

beforeEach(async () => {
  carriedOut = [];
  onExec = () => {};
  engine = createFakeEngine({
    exec: (container, argv) => {
      onExec();
      if (!container.running) return { exitCode: 137, stdout: '', stderr: '' };
      const script = argv.at(-1) ?? '';
      if (script.includes('inside 0 ')) carriedOut.push(script);
      return { exitCode: 0, stdout: '0 done a=1\n', stderr: '' };
    },
  });
  admin = await NetAdmin.launch(engine, {
    run: 'r',
    image: 'netadmin',
    labels: {},
    processesOf: async (ids) => new Map(ids.map((id) => [id, 7])),
  });
});

const task = (script: string) => ({ node: 'peers-1', container: 'c', address: '10.0.0.2', script });
const dies = (): void => engine.exit(admin.container.id, 137);
const isThere = async (): Promise<boolean | undefined> => (await engine.inspect(admin.container.id))?.running;

describe('a helper that dies', () => {
  it('before a change is started again for it', async () => {
    dies();
    expect(await admin.inNetwork(task('nft one'), 'cut off')).toBe(true);
    expect([await isThere(), carriedOut.length]).toEqual([true, 1]);
  });

  it('in the middle of one carries it out again from its beginning', async () => {
    onExec = () => {
      onExec = () => {};
      dies();
    };
    expect(await admin.inNetwork(task('nft one'), 'cut off')).toBe(true);
    expect(carriedOut).toHaveLength(1);
  });

  it('and can’t be started fails the change', async () => {
    dies();
    engine.start = () => Promise.reject(new Error('no such container'));
    await expect(admin.inNetwork(task('nft one'), 'cut off')).rejects.toThrow('no such container');
  });
});

it('a script that fails while the helper is there is not carried out again', async () => {
  let times = 0;
  engine.exec = async () => {
    times += 1;
    throw new Error('the engine hiccupped');
  };
  await expect(admin.inNetwork(task('nft one'), 'cut off')).rejects.toThrow('the engine hiccupped');
  expect(times).toBe(1);
});

it('nodes whose packets are to wait are known until they wait no longer', async () => {
  const routes = [{ source: 'default', delayMs: 20, jitterMs: 0 }];
  await admin.inNetwork(task(delayScript(routes).join('\n')), 'shape the link');
  expect(admin.delayedNodes()).toEqual(['peers-1']);
  await admin.inNetwork(task('nft other'), 'cut off');
  expect(admin.delayedNodes()).toEqual(['peers-1']);
  await admin.inNetwork(task(noDelayScript().join('\n')), 'shape the link');
  expect(admin.delayedNodes()).toEqual([]);
});

it('who looks waits for no change, and hears what was seen', async () => {
  const exec = engine.exec.bind(engine);
  let finish = (): void => {};
  const finished = new Promise<void>((resolve) => (finish = resolve));
  engine.exec = async (id, argv) => {
    if (argv.at(-1)?.includes('nft slow')) await finished;
    return await exec(id, argv);
  };
  const change = admin.inNetwork(task('nft slow'), 'cut off');
  expect(await admin.look(task('nft list'))).toBe('a=1');
  finish();
  expect(await change).toBe(true);
});
