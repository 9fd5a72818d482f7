// `topolab-node switching`: a node of a user that asks the servers at first, and can be told to become a peer and to ask the servers again.
import { Counter } from 'prom-client';
import type { Env } from '../contract/env-reader.ts';
import { switchingEnvironment } from '../contract/switching-environment.ts';
import { type Way, ways } from '../contract/way.ts';
import { NetworkMetrics } from '../network/network-metrics.ts';
import { networkSettings } from '../network/network-settings.ts';
import { EventLog } from '../user/event-log.ts';
import { NodeMetrics } from '../user/node-metrics.ts';
import { filesNotOffered } from '../user/not-offered.ts';
import { serveUser } from '../user/serve-user.ts';
import type { UserService } from '../user/user-service.ts';
import { PeerSide } from './peer-side.ts';
import { ServerSide } from './server-side.ts';
import { SwitchingService } from './switching-service.ts';
import { wayDoor } from './way-door.ts';

/** As many as a database keeps: each time the servers are asked anew, all of their events come again. */
const rememberedEvents = 100_000;

/** Runs until SIGTERM or SIGINT, then ends with exit code 0. */
export async function runSwitching(env: Env): Promise<void> {
  const told = switchingEnvironment.read(env);
  const { node, version, port, drainMs, asks } = told;
  const identity = { node, role: 'client', version };
  const metrics = new NodeMetrics(identity);
  const networkMetrics = new NetworkMetrics(metrics.registry);
  const settings = networkSettings(told);
  const log = new EventLog(rememberedEvents);
  const switching = new SwitchingService('client-server', {
    node,
    log,
    open: {
      servers: async () => new ServerSide(asks, log),
      peers: async () => await PeerSide.open(settings, networkMetrics, log),
    },
    served: operationsByWay(metrics),
  });
  const service: UserService = {
    events: switching.events,
    records: switching.records,
    files: filesNotOffered,
    neighbours: () => {
      const peers = switching.side('peers');
      return peers instanceof PeerSide ? peers.neighbours() : [];
    },
    unreadyBecause: () => switching.unreadyBecause(),
  };
  // Loading them when the network is opened would make its users wait for half a second.
  await Promise.all([import('../network/network-service.ts'), import('../network/libp2p.ts')]);
  await serveUser({ service, metrics, identity, switching: wayDoor(switching) }, { port, drainMs }, () =>
    switching.stop(),
  );
}

function operationsByWay({ registry }: NodeMetrics): (way: Way) => void {
  const counter = new Counter({
    name: 'topolab_way_operations_total',
    help: 'Operations of users on records and events that were served well, by the way that was in force when they began',
    labelNames: ['way'],
    registers: [registry],
  });
  for (const way of ways) counter.inc({ way }, 0);
  return (way) => counter.inc({ way });
}
