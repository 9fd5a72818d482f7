import { describe, expect, it } from 'vitest';
import { createFakeEngine } from '../../orchestrator/engine/fake/create-fake-engine.ts';
import type { FakeProgram } from '../../orchestrator/engine/fake/fake-container.ts';
import { commands, describeEngine, image } from './engine-contract.ts';

const programs = new Map<readonly string[] | undefined, FakeProgram>([
  [commands.idle, { onSignal: () => undefined }],
  [
    commands.polite,
    {
      start: (self) => self.print('ready'),
      onSignal: (self, signal) => signal === 'SIGTERM' && self.end(7),
    },
  ],
  [commands.failing, { start: (self) => self.end(3) }],
  [commands.asking, { start: (self) => self.say('größer? ') }],
  [
    commands.talking,
    {
      start: (self) => {
        self.print('one');
        self.print('zwei größer');
        self.print('drei ✓');
        self.end(0);
      },
    },
  ],
]);

describeEngine(
  'the fake engine',
  async () =>
    createFakeEngine({
      images: [image],
      program: (spec) => programs.get(spec.command),
      exec: () => ({ exitCode: 4, stdout: 'out\n', stderr: 'err\n' }),
    }),
  { quietMs: 300 },
);

describe("the fake engine's own switches", () => {
  const spec = { name: 'a', image: 'any', labels: { k: 'v' }, env: {}, cpus: null, memoryBytes: null };

  it('fail one launch with a given error', async () => {
    const fake = createFakeEngine();
    fake.failLaunch('a', new Error('planted'));
    await expect(fake.launch(spec)).rejects.toThrow('planted');
    await expect(fake.launch(spec)).resolves.toMatchObject({ name: 'a' });
  });

  it('end a container from within, out of memory', async () => {
    const fake = createFakeEngine({ clock: { now: () => 42 } });
    const kinds: string[] = [];
    await fake.watch(
      { k: 'v' },
      ({ kind, atMs }) => kinds.push(`${kind} ${atMs}`),
      AbortSignal.timeout(1_000),
    );
    const { id } = await fake.launch(spec);
    fake.exit(id, 137, { outOfMemory: true });
    const starved = 'out-of-memory 42';
    expect(kinds).toEqual(['started 42', starved, starved, starved, 'exited 42']);
    expect(await fake.inspect(id)).toMatchObject({ running: false, exitCode: 137, outOfMemory: true });
  });
});
