// The daemon's own socket, as its host names it, for the one container that has to speak to the daemon.
import { realpathSync } from 'node:fs';
import type { Endpoint, Tunnel } from './find-endpoint.ts';

/** Names it where it cannot be known from here, as with a rootless engine on another machine. */
export const SOCKET_VARIABLE = 'TOPOLAB_ENGINE_SOCKET';

const usual = '/var/run/docker.sock';

/** What the daemon says of itself. */
export interface DaemonKind {
  readonly OperatingSystem: string;
  readonly SecurityOptions?: readonly string[] | null | undefined;
}

/** Undefined if it is unknown. */
export function ownSocket(
  endpoint: Endpoint | Tunnel,
  { OperatingSystem: system, SecurityOptions: options }: DaemonKind,
  env: Readonly<Record<string, string | undefined>>,
): string | undefined {
  const named = env[SOCKET_VARIABLE];
  if (named) return named;
  // Docker Desktop's daemon lives in a machine of its own; the socket here only leads to it.
  if (system === 'Docker Desktop') return usual;
  if (endpoint.kind === 'socket') return resolved(endpoint.path);
  const rootless = options?.some((option) => option.includes('name=rootless')) ?? false;
  return rootless ? undefined : usual;
}

/** Of the daemon of any machine of a Swarm: all are taken to be set up alike. */
export function socketInSwarm(env: Readonly<Record<string, string | undefined>>): string {
  return env[SOCKET_VARIABLE] || usual;
}

function resolved(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return path;
  }
}
