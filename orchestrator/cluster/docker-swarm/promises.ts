// What each command has laid out on the hosts of a Swarm, written on the service that it has there: so commands that run at the same time
// know of each other's. Pure.
import { z } from 'zod';
import type { Labels } from '../../engine/engine.ts';
import type { Resources } from '../host.ts';

/** On the service of a command. */
export const PROMISED = 'topolab.promised';

/** By the id of the machine in the Swarm. */
export type Promises = ReadonlyMap<string, Resources>;

const Written = z.record(z.string(), z.object({ cpus: z.number().min(0), memoryBytes: z.number().min(0) }));

export function writePromises(promised: Promises): Labels {
  return { [PROMISED]: JSON.stringify(Object.fromEntries(promised)) };
}

/** Of several services together. What another version wrote otherwise counts as nothing. */
export function readPromises(services: readonly Labels[]): Promises {
  const sums = new Map<string, Resources>();
  for (const labels of services)
    for (const [id, { cpus, memoryBytes }] of Object.entries(readOne(labels[PROMISED] ?? ''))) {
      const before = sums.get(id) ?? { cpus: 0, memoryBytes: 0 };
      sums.set(id, { cpus: before.cpus + cpus, memoryBytes: before.memoryBytes + memoryBytes });
    }
  return sums;
}

/** A command may use hosts without laying anything out on them, as one that cleans them does. */
export function promisesSomething(labels: Labels): boolean {
  return [...readPromises([labels]).values()].some(({ cpus, memoryBytes }) => cpus + memoryBytes > 0);
}

function readOne(text: string): z.infer<typeof Written> {
  try {
    return Written.safeParse(JSON.parse(text)).data ?? {};
  } catch {
    return {};
  }
}
