// `topolab-node client`: answers its user by asking the servers over its own link. A client that helps takes files from the swarm of all
// clients instead, with the servers as web seeds.
import { hostname } from 'node:os';
import { type Env, EnvReader } from '../env.ts';
import { endWithoutClient } from '../peer/peer.ts';
import { fileSettings } from '../peer/files/file-settings.ts';
import { SharedFiles } from '../peer/files/shared-files.ts';
import { listenerIn } from '../peer/peer-settings.ts';
import { NodeMetrics } from '../user/node-metrics.ts';
import { eventsNotOffered, recordsNotOffered } from '../user/not-offered.ts';
import type { Route } from '../user/route.ts';
import { serveUser } from '../user/serve-user.ts';
import type { FileService, UserService } from '../user/user-service.ts';
import { Upstream } from './upstream.ts';
import { ServerFiles } from './server-files.ts';

/** Runs until SIGTERM or SIGINT, then ends with exit code 0. */
export async function runClient(env: Env): Promise<void> {
  const reader = new EnvReader(env);
  const node = reader.text('NODE_NAME') ?? hostname();
  const listener = listenerIn(reader);
  const asks = reader.text('ASKS') ?? '';
  if (URL.parse(asks)?.protocol !== 'http:')
    reader.fault(`ASKS is '${asks}': write http://host:port of the servers`);
  const shared = reader.text('HELPS') === '1' ? fileSettings(reader, node, asks) : undefined;
  reader.check();
  const identity = { node, role: 'client', version: env['TOPOLAB_VERSION'] ?? 'dev' };
  const metrics = new NodeMetrics(identity);
  const upstream = new Upstream(asks);
  const helping = shared === undefined ? undefined : new SharedFiles(shared, metrics.registry);
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
    listener,
    async () => {
      upstream.close();
      await helping?.stop();
    },
  );
  await helping?.start(endWithoutClient);
  await upstream.untilReady();
}
