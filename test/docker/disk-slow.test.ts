// A slow disk: where the engine's host has version 2 of control groups it is seen to be, and to end; where it has not, nothing is launched.
import { expect, it } from 'vitest';
import { connectDocker } from '../../orchestrator/engine/docker/connect-docker.ts';
import { unseenFaults } from '../../orchestrator/measure/impacts/unseen-faults.ts';
import { runFixture } from './run-fixture.ts';
import { leftOf } from './topolab.ts';

it('is held back and let go where the host can, and refused by name where it can’t', async () => {
  await using engine = await connectDocker();
  const { outcome, error, saved } = await runFixture(engine, 'disk-slow.yaml');
  if (engine.description.cgroupVersion === 2) {
    expect(outcome).toBe('completed');
    expect(unseenFaults(saved.events)).toEqual({ begun: [], ended: [], endsUntold: [] });
  } else {
    expect(outcome).toBe('broken');
    expect(error).toMatchObject({ code: 'kernel-lacks', message: expect.stringContaining('disk-slow') });
    expect(saved.events.some(({ type }) => type === 'node-launched')).toBe(false);
  }
  expect(await leftOf('disk-slow')).toEqual([]);
});
