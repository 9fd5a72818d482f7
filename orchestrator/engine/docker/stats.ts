// One reading of a container's counters through Docker's stats API.
import { z } from 'zod';
import type { ContainerStats } from '../engine.ts';
import type { Daemon } from './daemon.ts';
import { containerGone, statusOf } from './docker-errors.ts';

const Reading = z.object({
  cpu_stats: z.object({
    cpu_usage: z.object({ total_usage: z.number() }),
    throttling_data: z.object({ throttled_time: z.number() }).optional(),
  }),
  memory_stats: z.object({
    usage: z.number().optional(),
    stats: z.record(z.string(), z.number()).optional(),
  }),
  networks: z.record(z.string(), z.object({ rx_bytes: z.number(), tx_bytes: z.number() })).optional(),
});

/** See `Engine.stats`. Takes up to two seconds; for many containers the agent reads the same counters more cheaply. */
export async function stats(daemon: Daemon, id: string): Promise<ContainerStats> {
  const answer: unknown = await daemon.docker
    .getContainer(id)
    .stats({ stream: false, 'one-shot': true })
    .catch((error: unknown) => {
      if (statusOf(error) === 404) throw containerGone(id, 'cannot read counters', error);
      throw error;
    });
  const { cpu_stats: cpu, memory_stats: memory, networks } = Reading.parse(answer);
  const interfaces = Object.values(networks ?? {});
  // Page cache that can be dropped is not counted, as `docker stats` does it: cgroup v1 and v2 name it differently.
  const reclaimable = memory.stats?.total_inactive_file ?? memory.stats?.inactive_file ?? 0;
  return {
    cpuSeconds: cpu.cpu_usage.total_usage / 1e9,
    throttledSeconds: (cpu.throttling_data?.throttled_time ?? 0) / 1e9,
    memoryBytes: Math.max(0, (memory.usage ?? 0) - reclaimable),
    receivedBytes: interfaces.reduce((sum, each) => sum + each.rx_bytes, 0),
    sentBytes: interfaces.reduce((sum, each) => sum + each.tx_bytes, 0),
  };
}
