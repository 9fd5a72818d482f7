// The way in: finds the Docker endpoint, asks the daemon who it is, and gives an engine or an error people can act on.
import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import { inspect } from 'node:util';
import Docker from 'dockerode';
import { z } from 'zod';
import { messageOf, TopolabError } from '../../errors.ts';
import type { Engine, EngineDescription, EngineReach } from '../engine.ts';
import { boundRequests, type RequestBounds, requestBounds } from './bounded-requests.ts';
import { createDockerEngine } from './docker-engine.ts';
import { unlessSilent } from '../engine-silent.ts';
import { describeEndpoint, type Endpoint, findEndpoint, remoteHost, type Tunnel } from './find-endpoint.ts';
import { ownSocket } from './own-socket.ts';
import { createSshAgent } from './ssh-agent.ts';

type Env = Readonly<Record<string, string | undefined>>;

/**
 * Connects to Docker as the docker command would.
 * @param env defaults to the process's environment.
 * @param bounds on every wait for an answer.
 * @throws TopolabError `docker-not-running` where nothing answers, `engine-silent` where something listens and does not
 *   answer, `docker-permission-denied` where the socket may not be opened, `docker-host-wrong` and `docker-context-wrong` for a wrong configuration.
 */
export async function connectDocker(
  env: Env = process.env,
  bounds: RequestBounds = requestBounds,
): Promise<Engine> {
  const endpoint = findEndpoint(env);
  return await connectAt(endpoint, createAgent(endpoint), env, bounds);
}

/**
 * Connects to the engine of another host, over connections that the agent makes.
 * @throws TopolabError as `connectDocker` does.
 */
export async function connectThrough(
  agent: HttpAgent,
  host: string,
  env: Env = process.env,
  bounds: RequestBounds = requestBounds,
): Promise<Engine> {
  return await connectAt({ kind: 'tunnel', host }, agent, env, bounds);
}

async function connectAt(
  endpoint: Endpoint | Tunnel,
  httpAgent: HttpAgent,
  env: Env,
  bounds: RequestBounds,
): Promise<Engine> {
  const agent = opaque(httpAgent);
  try {
    const docker = new Docker(modemOptions(endpoint, agent));
    boundRequests(docker, bounds);
    const { description, info } = await describe(docker);
    const socket = ownSocket(endpoint, info, env);
    const reach = reachOf(endpoint, description, info.Name || 'host');
    const { ControlAvailable: manages, NodeID: nodeId } = info.Swarm ?? {};
    // Of several managers that a command uses, the first has the networks that span hosts: the others would remove them while its containers are in them.
    const managesAs = manages === true && endpoint.kind !== 'tunnel' ? (nodeId ?? undefined) : undefined;
    return createDockerEngine(docker, { description, reach, agent, socket, managesAs });
  } catch (error) {
    agent.destroy();
    throw notAnswering(endpoint, error, env);
  }
}

function createAgent(endpoint: Endpoint): HttpAgent {
  if (endpoint.kind === 'ssh') return createSshAgent(endpoint);
  if (endpoint.kind === 'socket' || endpoint.tls === undefined) return new HttpAgent({ keepAlive: true });
  const { ca, cert, key, verify } = endpoint.tls;
  return new HttpsAgent({
    keepAlive: true,
    rejectUnauthorized: verify,
    ...(ca === undefined ? {} : { ca }),
    ...(cert === undefined ? {} : { cert }),
    ...(key === undefined ? {} : { key }),
  });
}

/** docker-modem prints each request's options for its debug log, read or not: without this the agent's every socket with them. */
function opaque(agent: HttpAgent): HttpAgent {
  return Object.assign(agent, { [inspect.custom]: () => 'Agent' });
}

/** Every key is given, also the undefined ones: docker-modem fills what is absent from DOCKER_HOST. */
function modemOptions(
  endpoint: Endpoint | Tunnel,
  agent: HttpAgent,
): Docker.DockerOptions & { readonly agent: HttpAgent } {
  const nothing = { host: undefined, socketPath: undefined, port: undefined, timeout: undefined };
  switch (endpoint.kind) {
    case 'socket':
      return { ...nothing, protocol: 'http', socketPath: endpoint.path, agent };
    case 'tcp': {
      const host = endpoint.host.includes(':') ? `[${endpoint.host}]` : endpoint.host;
      const protocol = endpoint.tls === undefined ? 'http' : 'https';
      return { ...nothing, protocol, host, port: endpoint.port, agent };
    }
    case 'ssh':
      return { ...nothing, protocol: 'http', host: 'docker.over.ssh', port: 80, agent };
    case 'tunnel':
      return { ...nothing, protocol: 'http', host: 'docker.in.swarm', port: 80, agent };
  }
}

const Info = z.object({
  Name: z.string().nullish(),
  OperatingSystem: z.string(),
  KernelVersion: z.string(),
  Architecture: z.string(),
  NCPU: z.number(),
  MemTotal: z.number(),
  CgroupVersion: z.string().nullish(),
  SecurityOptions: z.array(z.string()).nullish(),
  Swarm: z.object({ NodeID: z.string().nullish(), ControlAvailable: z.boolean().nullish() }).nullish(),
});

/** Podman speaks Docker's API, and names itself only among the parts of its version. */
const Version = z.object({
  Version: z.string(),
  ApiVersion: z.string(),
  Components: z.array(z.object({ Name: z.string() })).nullish(),
});

async function describe(docker: Docker): Promise<{
  readonly description: EngineDescription;
  readonly info: z.infer<typeof Info>;
}> {
  const [told, unparsed] = await Promise.all([docker.version(), docker.info()]);
  const version = Version.parse(told);
  const info = Info.parse(unparsed);
  const description = {
    kind: version.Components?.some(({ Name: name }) => /podman/i.test(name)) ? 'podman' : 'docker',
    version: version.Version,
    apiVersion: version.ApiVersion,
    os: info.OperatingSystem,
    kernel: info.KernelVersion,
    architecture: info.Architecture,
    cpus: info.NCPU,
    memoryBytes: info.MemTotal,
    ...cgroupVersionOf(info),
  };
  return { description, info };
}

function cgroupVersionOf({
  CgroupVersion: said,
}: z.infer<typeof Info>): Pick<EngineDescription, 'cgroupVersion'> {
  if (said !== '1' && said !== '2') return {};
  return { cgroupVersion: said === '1' ? 1 : 2 };
}

function reachOf(
  endpoint: Endpoint | Tunnel,
  { kind, version }: EngineDescription,
  hostName: string,
): EngineReach {
  const host = remoteHost(endpoint);
  const isOpen = endpoint.kind === 'tcp' && endpoint.tls === undefined;
  return {
    host,
    hostName,
    remarks: [
      ...(isOpen && host !== null
        ? [
            `The engine at ${describeEndpoint(endpoint)} is used without TLS: anyone on the network path can read and change everything, and anyone who can connect to that port has full control of its machine. Use ssh://, or TLS (DOCKER_TLS_VERIFY, DOCKER_CERT_PATH).`,
          ]
        : []),
      ...(kind === 'podman'
        ? [
            `The engine is Podman ${version}, which is not supported: its API ignores the requested cgroup namespace, so CPU and memory of containers can't be read, and a run whose nodes have limits is not valid.`,
          ]
        : []),
    ],
  };
}

function notAnswering(endpoint: Endpoint | Tunnel, cause: unknown, env: Env): TopolabError {
  const where = describeEndpoint(endpoint);
  const code = typeof cause === 'object' && cause !== null && 'code' in cause ? cause.code : undefined;
  if (code === 'EACCES' || code === 'EPERM')
    return new TopolabError(`Docker's socket ${where} can't be opened by this user`, {
      code: 'docker-permission-denied',
      hint: 'Add yourself to the `docker` group and log in again, or run as root.',
      cause,
    });
  const message = `Docker does not answer at ${where}: ${messageOf(cause)}`;
  const options = { code: 'docker-not-running', hint: howToStart(endpoint, env) };
  // Elsewhere silence may as well be the network's, or that of a machine that is off.
  return new TopolabError(
    message,
    endpoint.kind === 'socket' ? unlessSilent(cause, options) : { ...options, cause },
  );
}

function howToStart(endpoint: Endpoint | Tunnel, env: Env): string {
  if (endpoint.kind === 'tunnel') return 'Start Docker there.';
  if (env.DOCKER_HOST) return 'DOCKER_HOST names this engine: start it, or correct or unset DOCKER_HOST.';
  return 'Start Docker, or let `topolab run FILE --setup` install and start it.';
}
