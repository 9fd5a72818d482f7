// `topolab-node client`: answers its user by asking the servers over its own link. A client that helps takes files from the swarm of all
// clients instead, with the servers as web seeds.
import type { Guard } from '../access/guard.ts';
import type { AccessSettings } from '../contract/access-settings.ts';
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
import { EnrolmentDoor } from '../enrolment/enrolment-door.ts';
import { OwnEnrolment } from '../enrolment/own-enrolment.ts';
import { Upstream } from './upstream.ts';
import { ServerFiles } from './server-files.ts';
import { ServerRights } from './server-rights.ts';

/** Runs until SIGTERM or SIGINT, then ends with exit code 0. */
export async function runClient(env: Env): Promise<void> {
  const told = clientEnvironment.read(env);
  const { node, version, port, drainMs, asks, access } = told;
  const identity = { node, role: 'client', version };
  const metrics = new NodeMetrics(identity);
  const upstream = new Upstream(asks, access?.token);
  const guard = await openGuard(access, upstream, metrics);
  const source = access === undefined ? asks : withToken(asks, access.token);
  const helping = told.helps ? new SharedFiles(fileSettings(told, source), metrics.registry) : undefined;
  const own = told.invitation === undefined ? undefined : new OwnEnrolment(node);
  const files: FileService = helping ?? new ServerFiles(upstream, metrics.registry);
  const service: UserService = {
    events: eventsNotOffered,
    records: recordsNotOffered,
    files,
    ...(helping !== undefined && { neighbours: helping.neighbours }),
    unreadyBecause: () => own?.unreadyBecause() ?? upstream.unreadyBecause() ?? helping?.unreadyBecause(),
  };
  const local = (route: Route): boolean =>
    !route.paid ||
    route.name === '/files/NAME/fetch' ||
    (helping !== undefined && route.name.startsWith('/files'));
  await serveUser(
    {
      service,
      guard,
      metrics,
      identity,
      enrolment: new EnrolmentDoor({ node, own }),
      forward: (route, request, answer) => (local(route) ? undefined : upstream.forward(request, answer)),
    },
    { port, drainMs },
    async () => {
      upstream.close();
      await helping?.stop();
    },
  );
  if (own !== undefined && told.invitation !== undefined) {
    await own.enrol(asks, told.invitation);
    upstream.credential = own.credential;
  }
  await helping?.start(endWithoutClient);
  await upstream.untilReady();
}

/** Users of a client are let in by their servers, except to what the client does by itself. */
async function openGuard(
  access: AccessSettings | undefined,
  upstream: Upstream,
  { registry }: NodeMetrics,
): Promise<Guard | undefined> {
  if (access === undefined) return undefined;
  const { Guard } = await import('../access/guard.ts');
  return Guard.make(access, new ServerRights(upstream, access.cacheMs), registry);
}

/** An address of HTTP servers for a program that sends no headers of our choice: BitTorrent clients know basic authentication only. */
function withToken(address: string, token: string): string {
  const url = new URL(address);
  url.username = 'node';
  url.password = token;
  return url.href.replace(/\/$/, '');
}
