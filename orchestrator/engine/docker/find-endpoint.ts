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

export interface Tls {
  readonly ca: Buffer | undefined;
  readonly cert: Buffer | undefined;
  readonly key: Buffer | undefined;
  /** False only where the context says SkipTLSVerify, or DOCKER_TLS is set without DOCKER_TLS_VERIFY. */
  readonly verify: boolean;
}

type Env = Readonly<Record<string, string | undefined>>;

const Config = z.object({ currentContext: z.string().optional() });
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
export function describeEndpoint(endpoint: Endpoint): string {
  switch (endpoint.kind) {
    case 'socket':
      return endpoint.path;
    case 'tcp':
      return `${endpoint.host}:${endpoint.port}`;
    case 'ssh':
      return `ssh://${endpoint.user === '' ? '' : `${endpoint.user}@`}${endpoint.host}`;
  }
}

function defaultSocket(home: string): string {
  if (process.platform === 'win32') return '//./pipe/docker_engine';
  const system = '/var/run/docker.sock';
  const desktop = join(home, '.docker', 'run', 'docker.sock');
  return !existsSync(system) && existsSync(desktop) ? desktop : system;
}

function parseHost(host: string, tls: Tls | undefined): Endpoint {
  if (host.startsWith('unix://')) return { kind: 'socket', path: host.slice('unix://'.length) };
  if (host.startsWith('npipe://')) return { kind: 'socket', path: host.slice('npipe://'.length) };
  const url = URL.parse(host.includes('://') ? host : `tcp://${host}`);
  if (url === null || url.hostname === '') throw wrongHost(host);
  const port = url.port === '' ? undefined : Number(url.port);
  const hostname = url.hostname.replace(/^\[|\]$/g, '');
  if (url.protocol === 'ssh:')
    return { kind: 'ssh', host: hostname, port, user: decodeURIComponent(url.username) };
  if (!['tcp:', 'http:', 'https:'].includes(url.protocol)) throw wrongHost(host);
  return { kind: 'tcp', host: hostname, port: port ?? (tls === undefined ? 2375 : 2376), tls };
}

function wrongHost(host: string): TopolabError {
  return new TopolabError(`the Docker host "${host}" cannot be understood`, {
    code: 'docker-host-wrong',
    hint: 'Write unix:///path, tcp://host:port or ssh://user@host in DOCKER_HOST or the Docker context.',
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
  return readJson(path, Config).currentContext || undefined;
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

function readJson<T>(path: string, schema: z.ZodType<T>): T {
  try {
    return schema.parse(JSON.parse(readFileSync(path, 'utf8')));
  } catch (cause) {
    throw new TopolabError(`${path} cannot be read as Docker's configuration`, {
      code: 'docker-context-wrong',
      hint: 'Repair the file, or set DOCKER_HOST to go past it.',
      cause,
    });
  }
}
