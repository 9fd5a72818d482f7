// Where Docker answers, found the way the docker command finds it: DOCKER_HOST, then DOCKER_CONTEXT or the current
// context of ~/.docker/config.json, then the default socket.
import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { TopolabError } from '../../errors.ts';

export type Endpoint =
  | { readonly kind: 'socket'; readonly path: string }
  | { readonly kind: 'tcp'; readonly host: string; readonly port: number; readonly tls: Tls | undefined }
  | { readonly kind: 'ssh'; readonly host: string; readonly port: number | undefined; readonly user: string };

/** Through a manager of its Swarm: nothing that is written anywhere. */
export interface Tunnel {
  readonly kind: 'tunnel';
  readonly host: string;
}

export interface Tls {
  readonly ca: Buffer | undefined;
  readonly cert: Buffer | undefined;
  readonly key: Buffer | undefined;
  /** False only where the context says SkipTLSVerify, or DOCKER_TLS is set without DOCKER_TLS_VERIFY. */
  readonly verify: boolean;
}

type Env = Readonly<Record<string, string | undefined>>;

const Config = z.object({ currentContext: z.string().nullish() });
const ContextMeta = z.object({
  Endpoints: z.object({
    docker: z.object({ Host: z.string().optional(), SkipTLSVerify: z.boolean().optional() }).optional(),
  }),
});

/** @param env the process's environment variables. */
export function findEndpoint(env: Env): Endpoint {
  const home = env.HOME ?? homedir();
  const configDir = env.DOCKER_CONFIG || join(home, '.docker');
  if (env.DOCKER_HOST) return parseHost(env.DOCKER_HOST, tlsFromEnv(env, configDir));
  const context = env.DOCKER_CONTEXT || currentContext(configDir);
  if (context !== undefined && context !== 'default') return contextEndpoint(configDir, context);
  return { kind: 'socket', path: defaultSocket(home) };
}

/** How an endpoint is named in messages. */
export function describeEndpoint(endpoint: Endpoint | Tunnel): string {
  switch (endpoint.kind) {
    case 'socket':
      return endpoint.path;
    case 'tcp':
      return `${endpoint.host}:${endpoint.port}`;
    case 'ssh':
      return `ssh://${endpoint.user === '' ? '' : `${endpoint.user}@`}${endpoint.host}`;
    case 'tunnel':
      return `${endpoint.host}, through the manager of its Swarm`;
  }
}

function defaultSocket(home: string): string {
  if (process.platform === 'win32') return '//./pipe/docker_engine';
  const system = '/var/run/docker.sock';
  const desktop = join(home, '.docker', 'run', 'docker.sock');
  return !existsSync(system) && existsSync(desktop) ? desktop : system;
}

function parseHost(host: string, tls: Tls | undefined): Endpoint {
  // The docker command takes `unix:/path` as well as `unix:///path`.
  const [, path] = /^(?:unix|npipe):(?:\/\/)?(\/.*)$/.exec(host) ?? [];
  if (path !== undefined) return { kind: 'socket', path };
  const url = URL.parse(host.includes('://') ? host : `tcp://${host}`);
  if (url === null || url.hostname === '') throw wrongHost(host);
  const port = url.port === '' ? undefined : Number(url.port);
  const hostname = url.hostname.replace(/^\[|\]$/g, '');
  switch (url.protocol) {
    case 'ssh:':
      return { kind: 'ssh', host: hostname, port, user: decodeURIComponent(url.username) };
    case 'tcp:':
      return { kind: 'tcp', host: hostname, port: port ?? (tls === undefined ? 2375 : 2376), tls };
    case 'http:':
      return { kind: 'tcp', host: hostname, port: port ?? (tls === undefined ? 80 : 443), tls };
    // Whoever writes https means TLS: where no certificates are given, the server's has to be one that this machine trusts.
    case 'https:':
      return { kind: 'tcp', host: hostname, port: port ?? 443, tls: tls ?? trusted };
    default:
      throw wrongHost(host);
  }
}

/** By the authorities that this machine trusts, with no certificate of our own. */
const trusted: Tls = { ca: undefined, cert: undefined, key: undefined, verify: true };

/** The host on which the engine runs where that is another than this one; null = this one. */
export function remoteHost(endpoint: Endpoint | Tunnel): string | null {
  return endpoint.kind === 'socket' || isLoopback(endpoint.host) ? null : endpoint.host;
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127\.\d+\.\d+\.\d+$/.test(host);
}

function wrongHost(host: string): TopolabError {
  return new TopolabError(`the Docker host "${host}" cannot be understood`, {
    code: 'docker-host-wrong',
    hint: 'Write unix:///path, tcp://host:port, https://host:port or ssh://user@host in DOCKER_HOST or the Docker context.',
  });
}

function tlsFromEnv(env: Env, configDir: string): Tls | undefined {
  if (!env.DOCKER_TLS_VERIFY && !env.DOCKER_TLS) return undefined;
  return readTls(env.DOCKER_CERT_PATH || configDir, Boolean(env.DOCKER_TLS_VERIFY));
}

function readTls(folder: string, verify: boolean): Tls {
  const read = (name: string): Buffer | undefined =>
    existsSync(join(folder, name)) ? readFileSync(join(folder, name)) : undefined;
  return { ca: read('ca.pem'), cert: read('cert.pem'), key: read('key.pem'), verify };
}

function currentContext(configDir: string): string | undefined {
  const path = join(configDir, 'config.json');
  if (!existsSync(path)) return undefined;
  // The docker command takes an empty file for one in which nothing is set.
  return readJson(path, Config, '{}').currentContext || undefined;
}

function contextEndpoint(configDir: string, name: string): Endpoint {
  const folder = createHash('sha256').update(name).digest('hex');
  const path = join(configDir, 'contexts', 'meta', folder, 'meta.json');
  const docker = existsSync(path) ? readJson(path, ContextMeta).Endpoints.docker : undefined;
  if (docker?.Host === undefined)
    throw new TopolabError(`the Docker context "${name}" has no endpoint in ${configDir}`, {
      code: 'docker-context-wrong',
      hint: 'See `docker context ls`, and choose one with `docker context use` or DOCKER_CONTEXT.',
    });
  const tlsFolder = join(configDir, 'contexts', 'tls', folder, 'docker');
  const tls = existsSync(tlsFolder) ? readTls(tlsFolder, docker.SkipTLSVerify !== true) : undefined;
  return parseHost(docker.Host, tls);
}

/** @param whenEmpty what is read in place of an empty file. */
function readJson<T>(path: string, schema: z.ZodType<T>, whenEmpty = ''): T {
  try {
    const text = readFileSync(path, 'utf8');
    return schema.parse(JSON.parse(text.trim() === '' ? whenEmpty : text));
  } catch (cause) {
    throw new TopolabError(`${path} cannot be read as Docker's configuration`, {
      code: 'docker-context-wrong',
      hint: 'Repair the file, or set DOCKER_HOST to go past it.',
      cause,
    });
  }
}
