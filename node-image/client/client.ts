// `topolab-node client`: answers its user by asking the servers over its own link. A client that helps takes files from the swarm of all
// clients instead, with the servers as web seeds.
import { clientEnvironment } from '../contract/client-environment.ts';
import type { Env } from '../contract/env-reader.ts';
import { fileSettings } from '../swarm/file-settings.ts';
import { endWithoutClient } from '../swarm/end-without-client.ts';
import { SharedFiles } from '../swarm/shared-files.ts';
import { NodeMetrics } from '../user/node-metrics.ts';
import { eventsNotOffered, recordsNotOffered } from '../user/not-offered.ts';
import type { Route } from '../user/route.ts';
import { serveUser } from '../user/serve-user.ts';
import type { FileService, UserService } from '../user/user-service.ts';
import { Upstream } from './upstream.ts';
import { ServerFiles } from './server-files.ts';

/** Runs until SIGTERM or SIGINT, then ends with exit code 0. */
export async function runClient(env: Env): Promise<void> {
  const told = clientEnvironment.read(env);
  const { node, version, port, drainMs, asks } = told;
  const identity = { node, role: 'client', version };
  const metrics = new NodeMetrics(identity);
  const upstream = new Upstream(asks);
  const helping = told.helps ? new SharedFiles(fileSettings(told, asks), metrics.registry) : undefined;
  const files: FileService = helping ?? new ServerFiles(upstream, metrics.registry);
  const service: UserService = {
    events: eventsNotOffered,
    records: recordsNotOffered,
    files,
    ...(helping !== undefined && { neighbours: helping.neighbours }),
    unreadyBecause: () => upstream.unreadyBecause() ?? helping?.unreadyBecause(),
  };
  const local = (route: Route): boolean =>
    !route.paid ||
    route.name === '/files/NAME/fetch' ||
    (helping !== undefined && route.name.startsWith('/files'));
  await serveUser(
    {
      service,
      metrics,
      identity,
      forward: (route, request, answer) => (local(route) ? undefined : upstream.forward(request, answer)),
    },
    { port, drainMs },
    async () => {
      upstream.close();
      await helping?.stop();
    },
  );
  await helping?.start(endWithoutClient);
  await upstream.untilReady();
}
