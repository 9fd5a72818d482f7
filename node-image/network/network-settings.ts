// What a node of the peer-to-peer network goes by, of what its environment says.
import { networkInterfaces } from 'node:os';
import type { AccessSettings } from '../contract/access-settings.ts';
import type { networking } from '../contract/common-variables.ts';
import type { ValuesOf } from '../contract/environment.ts';

export interface NetworkSettings {
  readonly node: string;
  /** Peers of different runs have nothing to say to each other. */
  readonly run: string;
  /** IPv4 address to listen on: the others reach this node there. */
  readonly address: string;
  /** 0 = any free one. */
  readonly port: number;
  readonly discovery: 'directory' | 'broadcast';
  /** Where the directory listens; undefined with `broadcast`. */
  readonly directory: { readonly host: string; readonly port: number } | undefined;
  /** Connections each peer sees to itself; others may connect to it besides. */
  readonly neighbours: number;
  /** How many peers hold each record: all but one may be lost at once. */
  readonly recordReplicas: number;
  /** Undefined where users have no rights. */
  readonly access: AccessSettings | undefined;
}

/** What a node of the network is told of it. */
export type NetworkVariables = ValuesOf<typeof networking> & {
  readonly run: string;
  readonly node: string;
  readonly access?: AccessSettings | undefined;
};

export function networkSettings(told: NetworkVariables): NetworkSettings {
  const { tracker: host } = told;
  return {
    node: told.node,
    run: told.run,
    address: told.networkAddress ?? ownAddress(),
    port: told.networkPort,
    discovery: host === undefined ? 'broadcast' : 'directory',
    directory: host === undefined ? undefined : { host, port: told.trackerNetworkPort },
    neighbours: told.neighbours,
    recordReplicas: told.recordReplicas,
    access: told.access,
  };
}

/** The first IPv4 address that others can reach; the loopback address where there is none. */
export function ownAddress(): string {
  const all = Object.values(networkInterfaces()).flatMap((addresses) => addresses ?? []);
  return all.find(({ family, internal }) => family === 'IPv4' && !internal)?.address ?? '127.0.0.1';
}
