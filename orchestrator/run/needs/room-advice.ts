// What may be written instead where hosts have no room for a group or a load, all others being as they are. Pure.
import type { GreatestDemand } from '../../plan/greatest-demand.ts';
import { writeSize } from '../../scenario/text/units.ts';
import type { WithoutRoom } from './place-demands.ts';

/** Finer steps would tell nothing more to whoever chooses. */
const CPU_STEP = 0.05;
const MEMORY_STEP = 16 * 2 ** 20;

/**
 * A sentence that begins with what is sure to fit.
 * @param place places all of these on hosts that are empty.
 */
export function adviseOnRoom(
  lacking: GreatestDemand,
  demands: readonly GreatestDemand[],
  place: (demands: readonly GreatestDemand[]) => WithoutRoom | undefined,
): string {
  const { name, generates, limits } = lacking;
  const others = demands.filter((each) => each !== lacking);
  const fitsWith = (lower: Partial<GreatestDemand['limits']>): boolean =>
    place(demands.map((each) => (each === lacking ? { ...each, limits: { ...limits, ...lower } } : each))) ===
    undefined;
  const ways: string[] = [];

  // Those that come last are fewer.
  const { demand, placed } = place([...others, lacking]) ?? { demand: undefined, placed: 0 };
  if (demand === lacking && placed > 0)
    ways.push(`at most ${placed} ${generates ? 'generators' : 'nodes at a time'}`);
  const cpuSteps = most(steps(limits.cpus, CPU_STEP), (count) => fitsWith({ cpus: count * CPU_STEP }));
  if (cpuSteps > 0) ways.push(`cpus of at most ${Number((cpuSteps * CPU_STEP).toFixed(2))}`);
  const memorySteps = most(steps(limits.memoryBytes, MEMORY_STEP), (count) =>
    fitsWith({ memoryBytes: count * MEMORY_STEP }),
  );
  // What is reserved may hold files beside `memory`.
  if (memorySteps > 0)
    ways.push(`${writeSize((limits.memoryBytes ?? 0) - memorySteps * MEMORY_STEP)} less memory each`);

  const further = 'add hosts to the Swarm, or lower replicas, cpus or memory of other groups and loads.';
  if (ways.length === 0)
    return `Lower replicas, cpus and memory of "${name}" together, ${further.replace('or lower', 'or')}`;
  return `Give "${name}" ${ways.join(', or ')}; or ${further}`;
}

/** How many whole steps are below a limit; 0 where there is none. */
function steps(limit: number | null, step: number): number {
  return limit === null ? 0 : Math.ceil(limit / step);
}

/** The greatest whole number below a bound that fits; 0 where none does. */
function most(below: number, fits: (count: number) => boolean): number {
  let [fitting, tooMany] = [0, below];
  while (tooMany - fitting > 1) {
    const middle = Math.floor((fitting + tooMany) / 2);
    if (fits(middle)) fitting = middle;
    else tooMany = middle;
  }
  return fitting;
}
