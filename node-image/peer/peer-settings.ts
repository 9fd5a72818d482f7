// What a peer goes by, of what its environment says.
import type { AccessSettings } from '../contract/access-settings.ts';
import type { Env } from '../contract/env-reader.ts';
import { peerEnvironment } from '../contract/peer-environment.ts';
import { type NetworkSettings, networkSettings } from '../network/network-settings.ts';
import { type FileSettings, fileSettings } from '../swarm/file-settings.ts';
import { NodeError } from '../process/node-error.ts';
import type { NodeListener } from '../user/serve-user.ts';

export interface PeerSettings {
  readonly node: string;
  readonly version: number;
  readonly listener: NodeListener;
  /** Of its own user; undefined where nobody is invited. */
  readonly enrolmentKey: string | undefined;
  /** Undefined where this peer needed none. */
  readonly invitation: { readonly token: string; readonly by: string } | undefined;
  /** Undefined where this peer shares no files. */
  readonly files: FileSettings | undefined;
  /** Undefined where this peer offers neither events nor records. */
  readonly network: NetworkSettings | undefined;
  /** Undefined where users have no rights. */
  readonly access: AccessSettings | undefined;
}

/** Throws `bad-env` with every problem, and where users have rights but revocations would never reach this peer. */
export function peerSettings(env: Env): PeerSettings {
  const told = peerEnvironment.read(env);
  const { node, version, port, drainMs, services, access } = told;
  const isNetworked = services.includes('events') || services.includes('records');
  if (access !== undefined && !isNetworked) {
    throw new NodeError('ACCESS: this peer would never hear of a revocation, for it offers files alone.', {
      code: 'bad-env',
      hint: 'Add events or records to SERVICES.',
      exitCode: 2,
    });
  }
  return {
    node,
    version,
    listener: { port, drainMs },
    enrolmentKey: told.enrolmentKey,
    invitation:
      told.invitation === undefined || told.invitedBy === undefined
        ? undefined
        : { token: told.invitation, by: told.invitedBy },
    files: services.includes('files') ? fileSettings(told, undefined) : undefined,
    network: isNetworked ? networkSettings(told) : undefined,
    access,
  };
}
