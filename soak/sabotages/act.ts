// What sabotages do to containers.
import { Label } from '../../orchestrator/engine/engine.ts';
import type { SabotagedRun } from './sabotage.ts';

type Act = (run: SabotagedRun) => Promise<void>;

/** As a machine that stops answering without ending. */
export function pause(node: string, forMs?: number): Act {
  return async ({ docker, container }) => {
    const paused = docker.getContainer((await container(node)).id);
    await paused.pause();
    if (forMs === undefined) return;
    await new Promise((resolve) => setTimeout(resolve, forMs));
    await paused.unpause();
  };
}

export function later(ms: number, act: Act): Act {
  return async (run) => {
    await new Promise((resolve) => setTimeout(resolve, ms));
    await act(run);
  };
}

export function kill(...nodes: string[]): Act {
  return async ({ engine, container }) => {
    for (const node of nodes) await engine.signal((await container(node)).id, 'SIGKILL');
  };
}

/** Cuts it off from every network that it is in. */
export function unplug(...nodes: string[]): Act {
  return async ({ engine, run, container }) => {
    const { networks } = await engine.list(run);
    for (const node of nodes) {
      const { id } = await container(node);
      for (const network of networks) await engine.disconnect(network.id, id);
    }
  };
}

/** Leaves a container so much of a core. */
export function starve(cpus: number, ...nodes: string[]): Act {
  return async ({ engine, container }) => {
    for (const node of nodes)
      await engine.resize((await container(node)).id, { cpus, memoryBytes: 96 * 2 ** 20 });
  };
}

/** Runs a Node program inside. Not waited for. */
export function runInside(node: string, program: string): Act {
  return async ({ engine, container, over }) => {
    const { id } = await container(node);
    const running = engine.exec(id, ['node', '-e', program]).catch(() => undefined);
    await Promise.race([
      running,
      new Promise((resolve) => over.addEventListener('abort', resolve, { once: true })),
    ]);
  };
}

/** Takes the name of a container that is not there yet. What takes it is the run's, and goes with it. */
export function occupyName(node: string): Act {
  return async ({ docker, run, container }) => {
    const { Image } = await docker.getContainer((await container('servers-1')).id).inspect();
    await docker.createContainer({ name: `topolab-${run}-${node}`, Image, Labels: { [Label.run]: run } });
  };
}
