// A peer's settings from its environment, checked all at once. docs/reference/user-interface.md lists them.
import { hostname } from 'node:os';
import { type Env, EnvReader } from '../env.ts';
import type { NodeListener } from '../user/serve-user.ts';
import { type FileSettings, fileSettings } from './files/file-settings.ts';
import { type NetworkSettings, networkSettings } from './network/network-settings.ts';

const known = ['files', 'events', 'records'] as const;

export interface PeerSettings {
  readonly node: string;
  readonly listener: NodeListener;
  /** Undefined where this peer shares no files. */
  readonly files: FileSettings | undefined;
  /** Undefined where this peer offers neither events nor records. */
  readonly network: NetworkSettings | undefined;
}

/** Throws `bad-env` with every fault. */
export function peerSettings(env: Env): PeerSettings {
  const reader = new EnvReader(env);
  const node = reader.text('NODE_NAME') ?? hostname();
  const services = (reader.text('SERVICES') ?? 'files').split(',');
  for (const service of services) {
    if (!known.some((name) => name === service))
      reader.fault(`SERVICES names '${service}': write some of ${known.join(',')}`);
  }
  const settings = {
    node,
    listener: listenerIn(reader),
    files: services.includes('files') ? fileSettings(reader, node, undefined) : undefined,
    network:
      services.includes('events') || services.includes('records') ? networkSettings(reader, node) : undefined,
  };
  reader.check();
  return settings;
}

export function listenerIn(reader: EnvReader): NodeListener {
  return {
    port: reader.number('PORT', { default: 8080, min: 0, max: 65_535, whole: true }),
    drainMs: reader.number('DRAIN_MS', { default: 5000, min: 0, max: 600_000 }),
  };
}
