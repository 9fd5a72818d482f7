// One way of getting nodes launched and removed, to be measured beside others.
import type { ContainerSpec } from '../../orchestrator/engine/engine.ts';

export interface Launched {
  /**
   * Launches the nodes from nothing, network included; returns when all are ready. Says how long it took to launch what is needed
   * beside them, in milliseconds.
   */
  launch(): Promise<{ readonly helpersMs: number }>;
  /** Removes all that launch made, the network included. */
  remove(): Promise<void>;
}

export interface Launcher {
  readonly name: string;
  /** Whether Docker may keep its network after all; Topolab's way must not leave any. Default: false. */
  readonly mayLeaveNetwork?: boolean;
  /**
   * @param run labels whatever is made
   * @param specs the nodes, in a network still to be made
   * @param folder for files; whoever calls removes it
   */
  prepare(run: string, specs: readonly ContainerSpec[], folder: string): Promise<Launched>;
}

export interface Trial {
  /** From nothing to all ready, helpers included. */
  readonly launchMs: number;
  readonly helpersMs: number;
  readonly removeMs: number;
  /** CPU of this process for all of it. */
  readonly cpuMs: number;
}

/** Times both. What is left after a failure is the caller's to remove, by its label. */
export async function timeTrial(
  launcher: Launcher,
  run: string,
  specs: readonly ContainerSpec[],
  folder: string,
): Promise<Trial> {
  const cpuBefore = process.cpuUsage();
  const launched = await launcher.prepare(run, specs, folder);
  const begunMs = performance.now();
  const { helpersMs } = await launched.launch();
  const readyMs = performance.now();
  await launched.remove();
  const removeMs = performance.now() - readyMs;
  const { user, system } = process.cpuUsage(cpuBefore);
  return { launchMs: readyMs - begunMs, helpersMs, removeMs, cpuMs: (user + system) / 1000 };
}
