// The run as faults see it: nodes by name, each of whom may have gone by now, wherever they run.
import type { AgentClient } from '../../agent/agent-client.ts';
import type { Containers } from '../../cluster/containers.ts';
import { TopolabError } from '../../errors.ts';
import type { FaultHost } from '../../faults/kind/fault-host.ts';
import type { NetAdmin } from '../../net-admin/net-admin.ts';
import { patient } from '../../patience.ts';
import { asAsked } from '../nodes/addresses.ts';
import type { Departing } from '../membership/departing.ts';
import type { Lifecycle } from '../membership/lifecycle.ts';
import type { Moving } from '../membership/moving.ts';
import type { PresentNode } from '../nodes/node.ts';
import type { PressedNodes } from './pressed-nodes.ts';
import type { Roster } from '../nodes/roster.ts';

/** Whoever has not answered the agent by then is silent: a network of containers answers within a millisecond, a busy program within some. */
const SILENT_AFTER_MS = 300;
/** Nothing listens there: the tcpmux service, which nobody offers any more. */
const CLOSED_PORT = 1;

/** The right time without the library that tells another one, what programs read, and the right time again. */
const READ_CLOCK = 'now="date +%s%3N"; env -u LD_PRELOAD $now; $now; env -u LD_PRELOAD $now';

export interface FaultHostOptions {
  readonly containers: Pick<Containers, 'pause' | 'resume' | 'inspect' | 'exec'>;
  readonly roster: Roster;
  readonly departing: Departing;
  /** Made after the faults, as what joins gets those in force. */
  readonly moving: () => Pick<Moving, 'move'>;
  /** Made after the faults, for whoever comes back gets those in force. */
  readonly lifecycle: () => Pick<Lifecycle, 'stop' | 'start' | 'crash' | 'sawEnd'>;
  /** Asks nodes from inside their network, and sees their processes. */
  readonly agent: Pick<AgentClient, 'ask' | 'isFrozen'>;
  /** The agent's address in the network of the run, and the network on which balancers of ours are asked. */
  readonly agentAddress: string;
  readonly observersId: string;
  readonly pressed: Pick<PressedNodes, 'press' | 'lookAt'>;
  /** Undefined where the scenario changes no node's network. */
  readonly netAdmin: Pick<NetAdmin, 'inNetwork' | 'lacks' | 'look'> | undefined;
}

export function createFaultHost(options: FaultHostOptions): FaultHost {
  const { containers, roster, departing, moving, lifecycle, pressed, netAdmin } = options;
  const eachPresent = async (node: string, work: (id: string) => Promise<void>): Promise<void> => {
    for (const { container } of roster.present([node])) await work(container.id);
  };
  return {
    kill: (node, rule) => departing.kill(node, rule),
    move: (node) => moving().move(node),
    stop: (node, graceMs) => lifecycle().stop(node, graceMs),
    start: (node) => lifecycle().start(node),
    crash: (node, loop) => lifecycle().crash(node, loop),
    pause: (node) => eachPresent(node, (id) => containers.pause(id)),
    resume: (node) => eachPresent(node, (id) => containers.resume(id)),
    addressesOf: (nodes) => roster.present(nodes).map(({ container }) => container.address),
    lacks: (feature) => netAdmin?.lacks(feature) ?? false,
    async press(node, pressure) {
      for (const present of roster.present([node])) await pressed.press(present, pressure);
    },
    async inNetwork(node, script, task) {
      for (const { container } of roster.present([node])) {
        const { id, address } = container;
        if (netAdmin === undefined)
          throw new TopolabError(`${task} of ${node}: the run has no helper for it`, { code: 'bug' });
        await netAdmin.inNetwork({ node, container: id, address, script }, task);
      }
    },
    ...lookingAt(options),
  };
}

function lookingAt({
  containers,
  roster,
  lifecycle,
  pressed,
  agent,
  agentAddress,
  observersId,
  netAdmin,
}: FaultHostOptions): Pick<
  FaultHost,
  | 'isRunning'
  | 'sawEnd'
  | 'isFrozen'
  | 'connect'
  | 'ask'
  | 'asksOverHttp'
  | 'witness'
  | 'lookInNetwork'
  | 'pressureOn'
  | 'clockOf'
> {
  const withinMs = patient(SILENT_AFTER_MS);
  const present = (node: string): PresentNode | undefined => roster.present([node])[0];
  const connect = async (found: PresentNode, port: number | null) =>
    await agent.ask({ kind: 'tcp', port: port ?? found.group.port }, found.container.address, withinMs);
  return {
    async isRunning(node) {
      // Also of one that is down: the engine is asked, not the roster.
      const container = roster.find(node)?.container;
      return container !== undefined && (await containers.inspect(container.id))?.running === true;
    },
    sawEnd: (node) => lifecycle().sawEnd(node),
    async isFrozen(node) {
      const found = present(node);
      return found === undefined ? undefined : await agent.isFrozen(found.container.id);
    },
    async connect(node, port) {
      const found = present(node);
      return found === undefined ? 'gone' : await connect(found, port);
    },
    async ask(node) {
      const found = present(node);
      if (found === undefined) return 'gone';
      const { probe } = found.group.readiness;
      if (probe.kind !== 'http') return await connect(found, null);
      return await agent.ask(probe, asAsked(found, observersId).address, withinMs);
    },
    asksOverHttp: (node) => present(node)?.group.readiness.probe.kind === 'http',
    witness: { address: agentAddress, closedPort: CLOSED_PORT },
    async pressureOn(node) {
      const found = present(node);
      return found === undefined ? undefined : await pressed.lookAt(found);
    },
    async clockOf(node) {
      const found = present(node);
      if (found === undefined) return undefined;
      const { stdout } = await containers.exec(found.container.id, ['sh', '-c', READ_CLOCK]);
      const [before, told, after] = stdout.trim().split('\n').map(Number);
      if (before === undefined || told === undefined || after === undefined) return undefined;
      return { leastMs: told - after, mostMs: told - before };
    },
    async lookInNetwork(node, script) {
      const found = present(node);
      if (found === undefined) return undefined;
      if (netAdmin === undefined)
        throw new TopolabError(`look into the network of ${node}: the run has no helper for it`, {
          code: 'bug',
        });
      const { id, address } = found.container;
      return await netAdmin.look({ node, container: id, address, script });
    },
  };
}
