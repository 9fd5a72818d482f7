// Sudden death: SIGKILL, as when the power goes. Taken back by another node that joins in its place, which the plan decides.
import type { Engine, RunningContainer } from '../../engine/engine.ts';
import { patient } from '../../patience.ts';

/** How long a killed process may take to be seen as gone; one that sleeps in the kernel can't be waited for. */
const deathTimeoutMs = 10_000;

/**
 * Kills the container's first process and waits until it has stopped. Nobody is told: that others find out by themselves is
 * what is measured. A container that has gone meanwhile is no error.
 */
export async function killNode(
  engine: Pick<Engine, 'signal' | 'wait'>,
  { id }: RunningContainer,
): Promise<void> {
  await engine.signal(id, 'SIGKILL');
  await engine.wait(id, AbortSignal.timeout(patient(deathTimeoutMs))).catch(() => {});
}
