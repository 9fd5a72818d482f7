// The parts of a run for unit tests: scenarios without a file, a recorder whose events can be read, a manual clock.
import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { RunEvent } from '../../../orchestrator/record/event.ts';
import { RunFolder } from '../../../orchestrator/record/folder/run-folder.ts';
import { Recorder } from '../../../orchestrator/record/recorder.ts';
import type { Clock } from '../../../orchestrator/run/execute/run-timeline.ts';
import { resolveScenario } from '../../../orchestrator/scenario/resolve-scenario.ts';
import type { Scenario } from '../../../orchestrator/scenario/scenario.ts';
import type { ScenarioInput } from '../../../orchestrator/scenario/schema.ts';

export function scenarioOf(parts: Partial<ScenarioInput> = {}): Scenario {
  const input: ScenarioInput = {
    name: 'tested',
    groups: { servers: { role: 'server', replicas: 2 } },
    phases: [{ name: 'run', duration: '60s' }],
    ...parts,
  };
  const result = resolveScenario(input, { baseDir: '/', fileProblem: () => undefined });
  if (result.ok) return result.scenario;
  throw new Error(JSON.stringify(result.problems, null, 2));
}

export interface RecordedRun {
  readonly recorder: Recorder;
  readonly folder: RunFolder;
  readonly events: RunEvent[];
}

export async function makeRecorder(): Promise<RecordedRun> {
  const folder = await RunFolder.create(mkdtempSync(join(tmpdir(), 'topolab-unit-')), 'tested-1');
  const events: RunEvent[] = [];
  return { recorder: new Recorder(folder, [(event) => events.push(event)]), folder, events };
}

export function linesOf({ path }: RunFolder): string[] {
  return readFileSync(join(path, 'events.ndjson'), 'utf8').trimEnd().split('\n');
}

/** A clock that stands until it is set. */
export class ManualClock implements Clock {
  #nowMs = 0;
  readonly #waiting = new Set<{ readonly atMs: number; readonly resolve: () => void }>();

  now(): number {
    return this.#nowMs;
  }

  until(atMs: number, signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      if (signal.aborted) return reject(signal.reason);
      if (atMs <= this.#nowMs) return resolve();
      this.#waiting.add({ atMs, resolve });
      signal.addEventListener('abort', () => reject(signal.reason), { once: true });
    });
  }

  /** Moves on to a time, waking whoever waits in the order of their times, each at its own time. */
  async advanceTo(atMs: number): Promise<void> {
    await settle();
    for (;;) {
      const due = [...this.#waiting]
        .filter((each) => each.atMs <= atMs)
        .toSorted((a, b) => a.atMs - b.atMs)[0];
      if (due === undefined) break;
      this.#waiting.delete(due);
      this.#nowMs = due.atMs;
      due.resolve();
      await settle();
    }
    this.#nowMs = atMs;
  }
}

/** Lets everything that can happen without time passing happen. */
export async function settle(): Promise<void> {
  for (let turn = 0; turn < 10; turn++) await new Promise((resolve) => setImmediate(resolve));
}
