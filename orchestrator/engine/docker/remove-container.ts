// Kills and removes one container, whatever its state. A forced removal kills at once; stopping first would cost its grace time.
import { setTimeout as sleep } from 'node:timers/promises';
import type { Daemon } from './daemon.ts';
import { statusOf } from './docker-errors.ts';
import { engineSilent } from '../engine-silent.ts';

const pollIntervalMs = 50;
/** Longest to wait for a removal that somebody else has begun. */
const othersRemovalTimeoutMs = 60_000;

/** Returns when it is gone. See `Engine.remove`. */
export async function removeContainer(daemon: Daemon, id: string): Promise<void> {
  await daemon.removals.take(async () => {
    const container = daemon.docker.getContainer(id);
    try {
      await container.remove({ force: true, v: true });
    } catch (error) {
      if (statusOf(error) === 404) return;
      if (statusOf(error) !== 409) throw error;
      await untilGone(daemon, id);
    }
  });
}

/** 409 means that a removal is in progress already. One that does not come to its end is what a dead-locked daemon looks like. */
async function untilGone(daemon: Daemon, id: string): Promise<void> {
  const deadline = Date.now() + othersRemovalTimeoutMs;
  while (Date.now() < deadline) {
    try {
      await daemon.docker.getContainer(id).inspect();
    } catch (error) {
      if (statusOf(error) === 404) return;
      throw error;
    }
    await sleep(pollIntervalMs);
  }
  throw engineSilent(`remove container ${id.slice(0, 12)}, begun by somebody else`, othersRemovalTimeoutMs);
}
