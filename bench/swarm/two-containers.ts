// Two containers in a network of their own, and what packets between them take: over a bridge where they are on one host, in VXLAN where on two.
import type { Host } from '../../orchestrator/cluster/host.ts';
import { Label, type RunningContainer } from '../../orchestrator/engine/engine.ts';
import { probeContainer, receivedBy, roundTripsOf } from '../harness/probe-container.ts';
import { quantile } from '../harness/statistics.ts';

const pings = { count: 500, apartMs: 5 };
const streamSeconds = 5;

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
    engine.launch(
      probeContainer({
        name: `topolab-${run}-${name}-${spansHosts ? 'overlay' : 'bridge'}`,
        image,
        labels,
        network: { id: network.id, aliases: [name] },
      }),
    );
  const [asking, answering] = [await launch(near, 'near'), await launch(far, 'far')];
  const { address } = answering;
  // The first packets find the way.
  await roundTripsOf(near.engine, asking, address, { count: 20, apartMs: 5 });
  const times = await roundTripsOf(near.engine, asking, address, pings);
  const bytesPerSecond = await receivedBy(near.engine, asking, address, streamSeconds);
  return { p50Ms: quantile(times, 0.5), p99Ms: quantile(times, 0.99), bytesPerSecond };
}
