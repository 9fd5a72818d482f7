// Changes to a container: limits, signals, stopping, starting again; and waiting for its end.
import { TopolabError } from '../../errors.ts';
import type { RunningContainer } from '../engine.ts';
import { ordinaryMemoryBytes } from './create-options.ts';
import type { Daemon } from './daemon.ts';
import { inspectContainer, runningContainer } from './inspect-container.ts';
import { causeOf, containerGone, statusOf, unlessGone } from './docker-errors.ts';
import { engineSilent, isSilent, unlessSilent } from '../engine-silent.ts';
import { patient } from '../../patience.ts';

/** Longest a killed container may take to be seen as stopped. */
const deathTimeoutMs = 60_000;

/**
 * Docker cannot take a limit back from a running container (0 means "leave as it is"), so none becomes the whole
 * machine's CPUs, and what a container without a memory limit starts with. Memory and swap change in one call: a limit above the old
 * swap limit would be refused.
 */
export async function resize(
  daemon: Daemon,
  id: string,
  limits: { readonly cpus: number | null; readonly memoryBytes: number | null },
): Promise<void> {
  const container = daemon.docker.getContainer(id);
  const cpus = limits.cpus ?? daemon.description.cpus;
  const memory = limits.memoryBytes ?? ordinaryMemoryBytes(daemon.description.memoryBytes);
  try {
    await container.update({ NanoCpus: Math.round(cpus * 1e9), Memory: memory, MemorySwap: memory });
  } catch (error) {
    if (statusOf(error) === 404) throw containerGone(id, 'cannot resize', error);
    if (!isSilent(error) && !(await isRunning(daemon, id))) throw containerGone(id, 'cannot resize', error);
    throw new TopolabError(
      `container ${id.slice(0, 12)} could not be resized to ${cpus} CPUs, ${memory} bytes: ${causeOf(error)}`,
      unlessSilent(error, {
        code: 'not-resized',
        hint: 'Memory cannot go below what is in use, nor CPUs above what the machine has.',
      }),
    );
  }
  // Docker accepts new limits for a stopped container too. Asked afterwards so that the change itself is not delayed.
  if (!(await isRunning(daemon, id))) throw containerGone(id, 'cannot resize');
}

/** See `Engine.start`. Docker answers 304 where it runs. */
export async function startAgain(daemon: Daemon, id: string): Promise<RunningContainer> {
  try {
    await daemon.docker.getContainer(id).start();
  } catch (error) {
    if (statusOf(error) === 404) throw containerGone(id, 'cannot start', error);
    if (statusOf(error) !== 304) throw error;
  }
  const seen = await unlessGone(daemon.docker.getContainer(id).inspect());
  if (seen === undefined) throw containerGone(id, 'cannot start');
  return runningContainer(seen);
}

/** See `Engine.pause`. */
export async function pause(daemon: Daemon, id: string): Promise<void> {
  try {
    await daemon.docker.getContainer(id).pause();
  } catch (error) {
    if (isSilent(error)) throw error;
    const seen = await inspectContainer(daemon, id);
    // Docker refuses all three with the same status, and it depends on its version with which.
    if (seen === undefined || !seen.running || seen.paused) return;
    throw error;
  }
}

/** See `Engine.resume`. */
export async function resume(daemon: Daemon, id: string): Promise<void> {
  try {
    await daemon.docker.getContainer(id).unpause();
  } catch (error) {
    if (isSilent(error)) throw error;
    if ((await inspectContainer(daemon, id))?.paused === true) throw error;
  }
}

/** Gone or not running (409) is as good as signalled. */
export async function sendSignal(daemon: Daemon, id: string, signal: string): Promise<void> {
  try {
    await daemon.docker.getContainer(id).kill({ signal });
  } catch (error) {
    if (statusOf(error) === 404 || statusOf(error) === 409) return;
    throw error;
  }
}

/** Done with two signals, for Docker's own stop counts its grace in whole seconds. */
export async function stop(daemon: Daemon, id: string, graceMs: number): Promise<void> {
  const stopSignal = await stopSignalOf(daemon, id);
  const grace = AbortSignal.timeout(Math.ceil(graceMs));
  await sendSignal(daemon, id, stopSignal);
  try {
    await waitForExit(daemon, id, grace);
  } catch (error) {
    if (error instanceof TopolabError && error.code === 'container-gone') return;
    if (!grace.aborted) throw error;
    await sendSignal(daemon, id, 'SIGKILL');
    await untilDead(daemon, id);
  }
}

/** What the image asks to be stopped with (STOPSIGNAL): databases and proxies mean something else by SIGTERM. */
async function stopSignalOf(daemon: Daemon, id: string): Promise<string> {
  const seen = await unlessGone(daemon.docker.getContainer(id).inspect());
  // Docker's type leaves it out.
  const { StopSignal: named } = (seen?.Config ?? {}) as { readonly StopSignal?: string };
  return named || 'SIGTERM';
}

async function untilDead(daemon: Daemon, id: string): Promise<void> {
  const timeoutMs = patient(deathTimeoutMs);
  const limit = AbortSignal.timeout(timeoutMs);
  try {
    await waitForExit(daemon, id, limit);
  } catch (error) {
    if (error instanceof TopolabError && error.code === 'container-gone') return;
    throw limit.aborted ? engineSilent(`see the end of container ${id.slice(0, 12)}`, timeoutMs) : error;
  }
}

/** See `Engine.wait`. Fails with `container-gone` where there is no such container. */
export async function waitForExit(daemon: Daemon, id: string, signal?: AbortSignal): Promise<number> {
  const abortSignal = signal ? AbortSignal.any([signal, daemon.closed]) : daemon.closed;
  abortSignal.throwIfAborted();
  // The daemon answers with headers at once and the body at the end; an abort in between would go unheard.
  const { promise: aborted, reject } = Promise.withResolvers<never>();
  const onAbort = (): void => reject(abortSignal.reason);
  abortSignal.addEventListener('abort', onAbort);
  try {
    const exit: Promise<{ StatusCode: number }> = daemon.docker.getContainer(id).wait({ abortSignal });
    return (await Promise.race([exit, aborted])).StatusCode;
  } catch (error) {
    if (statusOf(error) === 404) throw containerGone(id, 'cannot wait', error);
    throw error;
  } finally {
    abortSignal.removeEventListener('abort', onAbort);
  }
}

async function isRunning(daemon: Daemon, id: string): Promise<boolean> {
  const seen = await unlessGone(daemon.docker.getContainer(id).inspect());
  return seen?.State.Running === true;
}
