// What a peer goes by, of what its environment says.
import type { Env } from '../contract/env-reader.ts';
import { peerEnvironment } from '../contract/peer-environment.ts';
import { type NetworkSettings, networkSettings } from '../network/network-settings.ts';
import { type FileSettings, fileSettings } from '../swarm/file-settings.ts';
import type { NodeListener } from '../user/serve-user.ts';

export interface PeerSettings {
  readonly node: string;
  readonly version: number;
  readonly listener: NodeListener;
  /** Undefined where this peer shares no files. */
  readonly files: FileSettings | undefined;
  /** Undefined where this peer offers neither events nor records. */
  readonly network: NetworkSettings | undefined;
}

/** Throws `bad-env` with every problem. */
export function peerSettings(env: Env): PeerSettings {
  const told = peerEnvironment.read(env);
  const { node, version, port, drainMs, services } = told;
  const isNetworked = services.includes('events') || services.includes('records');
  return {
    node,
    version,
    listener: { port, drainMs },
    files: services.includes('files') ? fileSettings(told, undefined) : undefined,
    network: isNetworked ? networkSettings(told) : undefined,
  };
}
