// A run within this process, for whoever listens to its events.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import type { Engine } from '../../orchestrator/engine/engine.ts';
import type { RunEvent } from '../../orchestrator/record/event.ts';
import { runFile } from '../../test/docker/run-file.ts';

export interface EndedRun {
  readonly events: readonly RunEvent[];
  /** Containers, networks and volumes that are still there. */
  readonly left: readonly string[];
}

/** Runs a scenario file and removes its folder. Fails where the run broke. */
export async function runHere(
  engine: Engine,
  file: string,
  signal: AbortSignal,
  onEvent: (event: RunEvent) => void = () => {},
): Promise<EndedRun> {
  const runsFolder = await mkdtemp(join(tmpdir(), 'topolab-bench-'));
  try {
    const { outcome, error, saved, folder } = await runFile(engine, file, { runsFolder, onEvent, signal });
    if (outcome !== 'completed') throw error;
    const { containers, networks, volumes } = await engine.list(basename(folder));
    return { events: saved.events, left: [...containers, ...networks, ...volumes].map(({ name }) => name) };
  } finally {
    await rm(runsFolder, { recursive: true });
  }
}
