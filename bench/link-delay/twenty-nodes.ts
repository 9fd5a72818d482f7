// Twenty containers of a foreign image and one that answers them all, whose links can be shaped as a run shapes them.
import { type Engine, Label, type RunningContainer } from '../../orchestrator/engine/engine.ts';
import { delayWayOf, linkNeeds } from '../../orchestrator/faults/link/link-needs.ts';
import { linkScript } from '../../orchestrator/faults/link/link-script.ts';
import { NetAdmin } from '../../orchestrator/net-admin/net-admin.ts';
import { ensureImages } from '../../orchestrator/images/ensure-images.ts';
import { NETADMIN_IMAGE, NODE_BASE_IMAGE } from '../../orchestrator/image-names.ts';
import { UNSHAPED } from '../../orchestrator/scenario/groups/resolve-link.ts';
import type { Link } from '../../orchestrator/scenario/groups/group.ts';
import { processesOf } from '../../test/docker/process-of.ts';
import { probeContainer, receivedBy, roundTripsOf } from '../harness/probe-container.ts';

const count = 20;

export class TwentyNodes {
  readonly #engine: Engine;
  readonly #admin: NetAdmin;
  readonly #nodes: readonly RunningContainer[];
  readonly #far: RunningContainer;

  private constructor(
    engine: Engine,
    admin: NetAdmin,
    nodes: readonly RunningContainer[],
    far: RunningContainer,
  ) {
    this.#engine = engine;
    this.#admin = admin;
    this.#nodes = nodes;
    this.#far = far;
  }

  /** They carry the run's label, and are removed by it. */
  static async launch(engine: Engine, run: string, signal: AbortSignal): Promise<TwentyNodes> {
    const images = await ensureImages(engine, [{ ref: NETADMIN_IMAGE }, { ref: NODE_BASE_IMAGE }], {
      signal,
      allowSubstitutes: true,
      onStep: () => {},
    });
    const image = (name: string): string => images.get(name) ?? name;
    const admin = await NetAdmin.launch(
      engine,
      { run, image: image(NETADMIN_IMAGE), labels: {}, processesOf },
      signal,
    );
    await admin.checkKernel(linkNeeds({ delayMs: 1 }).map((need) => ({ ...need, where: 'this benchmark' })));
    const network = await engine.createNetwork({ name: `topolab-${run}`, labels: { [Label.run]: run } });
    const launch = (name: string): Promise<RunningContainer> =>
      engine.launch(
        probeContainer({
          name: `topolab-${run}-${name}`,
          image: image(NODE_BASE_IMAGE),
          labels: { [Label.run]: run, [Label.node]: name },
          network: { id: network.id, aliases: [name] },
        }),
        signal,
      );
    const far = await launch('far');
    const nodes: RunningContainer[] = [];
    for (let index = 1; index <= count; index += 1) nodes.push(await launch(`near-${index}`));
    return new TwentyNodes(engine, admin, nodes, far);
  }

  /** Gives all twenty this link. */
  async shape(link: Partial<Link>): Promise<void> {
    const script = linkScript({ ...UNSHAPED, ...link }, delayWayOf(this.#admin.lacks));
    await Promise.all(
      this.#nodes.map(({ id, address }) =>
        this.#admin.inNetwork({ node: address, container: id, address, script }, 'shape the link'),
      ),
    );
  }

  /** Round trips of all nodes to the one that answers, at the same time, milliseconds. */
  async roundTrips(each: number, apartMs: number): Promise<number[]> {
    const trips = { count: each, apartMs };
    const all = this.#nodes.map((node) => roundTripsOf(this.#engine, node, this.#far.address, trips));
    return (await Promise.all(all)).flat();
  }

  /** What all nodes together receive, each by one TCP connection, bytes per second. */
  async received(seconds: number): Promise<number> {
    const all = this.#nodes.map((node) => receivedBy(this.#engine, node, this.#far.address, seconds));
    return (await Promise.all(all)).reduce((sum, rate) => sum + rate, 0);
  }
}
