// The watcher outside the process: removes a run's resources when the orchestrator is gone without having done so itself
// (SIGKILL, a crash, a closed laptop lid). It waits for the end of its standard input, which the kernel closes for us.
//
// Run as a program: `node reaper.ts RUN`. A line `done` before the end means that there is nothing to do.
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** The watcher begins no round later than this after the end of the orchestrator; a round takes six minutes at most. */
const mostMs = 10 * 60_000;

export interface Reaper {
  /** Tells the watcher that everything has been removed. */
  dismiss(): void;
}

/** Starts the watcher in a session of its own, so that no signal to our process group reaches it. */
export function startReaper(run: string): Reaper {
  const child = spawn(process.execPath, [fileURLToPath(import.meta.url), run], {
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  // Without a watcher a run is still cleaned up by itself and by `topolab clean`.
  child.on('error', () => {});
  child.stdin.on('error', () => {});
  child.unref();
  (child.stdin as unknown as { unref?: () => void }).unref?.();
  return { dismiss: () => child.stdin.end('done\n') };
}

async function watch(run: string): Promise<void> {
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => {});
  let said = '';
  for await (const chunk of process.stdin) said += String(chunk);
  if (said.includes('done')) return;
  // A container that was being made when the orchestrator died appears a moment later: look until it stays empty. Docker
  // itself may be what the orchestrator died of, and come back. One that hangs takes minutes a round.
  const giveUpAtMs = performance.now() + mostMs;
  for (let round = 0, empty = 0; round < 60 && empty < 3 && performance.now() < giveUpAtMs; round++) {
    empty = (await isEmpty(run)) ? empty + 1 : 0;
    await new Promise((resolve) => setTimeout(resolve, 1000));
  }
}

/** Whether there was nothing of the run any more; whatever there was has been removed where that was possible. */
async function isEmpty(run: string): Promise<boolean> {
  try {
    // Loaded only when it is needed: the watcher of a run that goes well costs next to nothing.
    const { connectDocker } = await import('../engine/docker/connect-docker.ts');
    const { removeLeftovers } = await import('../engine/remove-leftovers.ts');
    await using engine = await connectDocker();
    const { containers, networks, volumes } = await removeLeftovers(engine, run);
    return containers.length + networks.length + volumes.length === 0;
  } catch {
    return false;
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  await watch(process.argv[2] ?? '');
}
