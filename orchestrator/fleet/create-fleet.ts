// The nodes of a run, put together: who there is, how they join and go, what the plan does to them, and what is measured of them.
import { raceSignal } from 'race-signal';
import type { AgentClient } from '../agent/agent-client.ts';
import { Rotation } from '../balancer/rotation.ts';
import type { Cluster } from '../cluster/cluster.ts';
import { AppliedFaults } from '../faults/applied-faults.ts';
import { pause } from '../pause.ts';
import type { NetAdmin } from '../net-admin/net-admin.ts';
import { NeighbourTables } from '../net-admin/neighbour-tables.ts';
import { patient } from '../patience.ts';
import type { Recorder } from '../record/recorder.ts';
import { fillsNeighbourTable, sharesFiles } from '../scenario/groups/swarm-size.ts';
import { Backups } from './changes/backups.ts';
import { balancerProgram } from './containers/balancer-program.ts';
import { Enrolling } from './membership/enrolling.ts';
import { Departing } from './membership/departing.ts';
import { Dispatcher, type DispatcherOptions } from './changes/dispatcher.ts';
import { createFaultHost } from './faults/fault-host.ts';
import { FaultsOnHosts } from './faults/faults-on-hosts.ts';
import { Joining } from './membership/joining.ts';
import { Lifecycle } from './membership/lifecycle.ts';
import { Losing } from './membership/losing.ts';
import { Measured } from './nodes/measured.ts';
import { Moving } from './membership/moving.ts';
import { NodeLogs } from './nodes/node-logs.ts';
import type { NodeContext } from './containers/node-spec.ts';
import { PressedNodes } from './faults/pressed-nodes.ts';
import { Roster } from './nodes/roster.ts';
import { seenEvent } from './faults/seen-event.ts';
import { Sightings } from './membership/sightings.ts';
import { Switching } from './changes/switching.ts';
import { Updating } from './changes/updating.ts';

/** A balancer does what it is told in a millisecond or two; one that hangs is asked again. */
const BALANCER_ANSWERS_WITHIN_MS = 5000;

export interface FleetOptions {
  readonly cluster: Cluster;
  /** Asks nodes from inside their network. */
  readonly agent: Pick<AgentClient, 'probe' | 'http' | 'exchange' | 'ask' | 'isFrozen'>;
  /** Its address in the network of the run. */
  readonly agentAddress: string;
  readonly context: NodeContext;
  readonly recorder: Recorder;
  /** Changes nodes' networks; undefined where the scenario asks for nothing of the kind. */
  readonly netAdmin?: Pick<NetAdmin, 'inNetwork' | 'look' | 'lacks'> | undefined;
  /** Fills the neighbour tables of a large swarm on one host; undefined where there is none. */
  readonly neighbours?: Pick<NetAdmin, 'run' | 'processesOf'> | undefined;
  /** Aborts when nobody looks any more whether faults bite. */
  readonly over: AbortSignal;
  /** Changes what users may do; undefined where they have no rights. */
  readonly access?: DispatcherOptions['access'];
  /** Called whenever a count, a limit or a link changes. */
  readonly onChange: () => void;
  /** Keeps the log of a node that is about to be removed. */
  readonly keepLog: (node: string, log: string) => Promise<void>;
}

export interface Fleet {
  readonly roster: Roster;
  readonly joining: Joining;
  readonly departing: Departing;
  readonly lifecycle: Lifecycle;
  readonly losing: Losing;
  readonly dispatcher: Dispatcher;
  readonly backups: Backups;
  readonly sightings: Sightings;
  readonly measured: Measured;
  readonly logs: NodeLogs;
  readonly faults: AppliedFaults;
  /** The last change has begun: what a balancer could not be told by now, because of a fault, is given up. */
  endWaiting(): void;
}

export function createFleet(options: FleetOptions): Fleet {
  const { cluster, agent, agentAddress, context, recorder, netAdmin, over, access, onChange, keepLog } =
    options;
  const { run, scenario, observersId } = context;
  const roster = new Roster(scenario.groups, onChange);
  const rotation = new Rotation({
    connect: (group, host) =>
      balancerProgram(group).connect(group, host, (address, text) =>
        agent.exchange(address, text, patient(BALANCER_ANSWERS_WITHIN_MS)),
      ),
    isHurt: (node) => faults.hits(node),
    warn: (message) => recorder.warn(message),
  });
  const tables = new NeighbourTables(fillsNeighbourTable(scenario) ? options.neighbours : undefined);
  const logs = new NodeLogs({ containers: cluster, roster, recorder, keepLog });
  const departing = new Departing({
    containers: cluster,
    recorder,
    roster,
    rotation,
    logs,
    onEnded: ({ name, container }) => {
      faults.gone(name);
      if (container !== undefined) tables.forget(container);
    },
  });
  const pressed = new PressedNodes(cluster, recorder);
  const host = createFaultHost({
    containers: cluster,
    roster,
    departing,
    moving: () => moving,
    lifecycle: () => lifecycle,
    pressed,
    agent,
    agentAddress,
    observersId,
    netAdmin,
  });
  const faults: AppliedFaults = new AppliedFaults(host, {
    onSeen: (seen) => recorder.tryToRecord(seenEvent(seen, recorder)),
    time: { now: () => Date.now(), pause },
    over,
  });
  const sightings = new Sightings(roster, departing, recorder);
  const joining = new Joining({
    containers: cluster,
    hostOf: (id) => (cluster.hosts.length === 1 ? undefined : cluster.hostOf(id).name),
    agent,
    context,
    recorder,
    roster,
    rotation,
    sightings,
    departing,
    enrolling: new Enrolling({ agent, roster, recorder, context }),
    faults,
    introduce: async ({ group, container }, signal) => {
      if (sharesFiles(group)) await raceSignal(tables.introduce(container), signal);
    },
  });
  const measured = new Measured(
    roster,
    { run, scenario: scenario.name },
    observersId,
    (id) => cluster.hostOf(id).name,
  );
  const backups = new Backups({
    containers: cluster,
    context,
    recorder,
    roster,
    joining,
    logs,
    measure: ({ group }, name, container) => {
      const node = `${group.name}-${name}`;
      measured.add({ group: node, node, role: name }, container);
    },
  });
  const lifecycle = new Lifecycle({
    containers: cluster,
    recorder,
    roster,
    rotation,
    departing,
    joining,
    onDown: ({ name, container }) => {
      faults.down(name);
      if (container !== undefined) tables.forget(container);
    },
  });
  const moving = new Moving({ roster, joining, departing });
  const dispatcher = new Dispatcher({
    containers: cluster,
    agent,
    roster,
    joining,
    departing,
    moving,
    switching: new Switching({ agent, roster, joining, departing, recorder }),
    updating: new Updating({ roster, joining, departing, recorder }),
    faults,
    onHosts: new FaultsOnHosts(cluster, roster, scenario.seed),
    backups,
    recorder,
    access,
  });
  const endWaiting = () => rotation.end();
  return {
    roster,
    joining,
    departing,
    lifecycle,
    losing: new Losing({ roster, departing, sightings, recorder }),
    dispatcher,
    backups,
    sightings,
    measured,
    logs,
    faults,
    endWaiting,
  };
}
