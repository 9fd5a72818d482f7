// Why a reaper has fallen silent: found out from what its engine shows of the run.
import type { Engine, RunningContainer } from '../../engine/engine.ts';
import { isReaper } from '../../engine/remove-leftovers.ts';
import { inTime } from './in-time.ts';

export type Diagnosis = 'engine-gone' | 'run-removed' | 'reaper-gone' | 'reaper-there';

/** Docker ends all containers at once when it ends itself: where none of the run's is left running, that is what happened. */
export async function diagnose(
  engine: Engine,
  run: string,
  launched: RunningContainer | undefined,
): Promise<Diagnosis> {
  try {
    const { containers, networks } = await inTime(engine.list(run));
    const reaper = containers.find(({ id }) => id === launched?.id);
    const others = containers.filter((each) => !isReaper(each));
    if (reaper === undefined && others.length + networks.length === 0) return 'run-removed';
    if (others.length > 0 && !(await anyRuns(engine, others))) return 'engine-gone';
    const state = reaper && (await inTime(engine.inspect(reaper.id)));
    return state?.running === true ? 'reaper-there' : 'reaper-gone';
  } catch {
    return 'engine-gone';
  }
}

async function anyRuns(engine: Engine, containers: readonly { readonly id: string }[]): Promise<boolean> {
  for (const { id } of containers) if ((await inTime(engine.inspect(id)))?.running === true) return true;
  return false;
}
