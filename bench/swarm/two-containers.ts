// Two containers in a network of their own, and what packets between them take: over a bridge where they are on one host, in VXLAN where on two.
import { readFileSync } from 'node:fs';
import type { Host } from '../../orchestrator/cluster/host.ts';
import { Label, type RunningContainer } from '../../orchestrator/engine/engine.ts';
import { quantile } from '../harness/statistics.ts';

const pings = { count: 500, apartMs: 5 };
const streamSeconds = 5;
const probes = ['delay-probe.cjs', 'tcp-probe.cjs'].map((name) => ({
  path: `/${name}`,
  content: readFileSync(new URL(`../../test/fixtures/docker/${name}`, import.meta.url)),
}));

export interface Passage {
  readonly p50Ms: number;
  readonly p99Ms: number;
  /** Of one TCP connection. */
  readonly bytesPerSecond: number;
}

/** What is made carries the run's label, and is removed by it. @param near makes the network; `far` may be the same host. */
export async function measurePassage(run: string, near: Host, far: Host, image: string): Promise<Passage> {
  const spansHosts = near !== far;
  const labels = { [Label.run]: run };
  const network = await near.engine.createNetwork({
    name: `topolab-${run}-${spansHosts ? 'overlay' : 'bridge'}`,
    labels,
    spansHosts,
  });
  const launch = ({ engine }: Host, name: string): Promise<RunningContainer> =>
    engine.launch({
      name: `topolab-${run}-${name}-${spansHosts ? 'overlay' : 'bridge'}`,
      image,
      labels,
      env: {},
      command: ['sh', '-c', 'node /tcp-probe.cjs serve & exec node /delay-probe.cjs echo'],
      cpus: null,
      memoryBytes: null,
      network: { id: network.id, aliases: [name] },
      files: probes,
    });
  const [asking, answering] = [await launch(near, 'near'), await launch(far, 'far')];
  const ask = async (...words: readonly string[]): Promise<string> =>
    (await near.engine.exec(asking.id, ['node', ...words])).stdout.trim();
  const { address } = answering;
  // The first packets find the way.
  await ask('/delay-probe.cjs', 'ping', address, '20', '5');
  const trips = JSON.parse(
    await ask('/delay-probe.cjs', 'ping', address, String(pings.count), String(pings.apartMs)),
  ) as [number, number][];
  const bytesPerSecond = Number(await ask('/tcp-probe.cjs', 'receive', address, String(streamSeconds)));
  const times = trips.map(([, ms]) => ms);
  return { p50Ms: quantile(times, 0.5), p99Ms: quantile(times, 0.99), bytesPerSecond };
}
