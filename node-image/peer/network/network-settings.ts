// What a node of the peer-to-peer network is told by its environment. docs/reference/user-interface.md lists the variables.
import { networkInterfaces } from 'node:os';
import type { EnvReader } from '../../env.ts';

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
}

/** Port of the network on every node, and of the directory. */
export const networkPort = 4001;

/** Reads TOPOLAB_RUN, NETWORK_PORT, NETWORK_ADDRESS, TRACKER, TRACKER_NETWORK_PORT, NEIGHBOURS, RECORD_REPLICAS; faults go to the reader. */
export function networkSettings(reader: EnvReader, node: string): NetworkSettings {
  const whole = true;
  const ports = { default: networkPort, min: 0, max: 65_535, whole };
  const host = reader.text('TRACKER');
  return {
    node,
    run: reader.text('TOPOLAB_RUN') ?? 'none',
    address: reader.text('NETWORK_ADDRESS') ?? ownAddress(),
    port: reader.number('NETWORK_PORT', ports),
    discovery: host === undefined ? 'broadcast' : 'directory',
    directory: host === undefined ? undefined : { host, port: reader.number('TRACKER_NETWORK_PORT', ports) },
    neighbours: reader.number('NEIGHBOURS', { default: 3, min: 1, max: 100, whole }),
    recordReplicas: reader.number('RECORD_REPLICAS', { default: 3, min: 1, max: 20, whole }),
  };
}

/** The first IPv4 address that others can reach; the loopback address where there is none. */
export function ownAddress(): string {
  const all = Object.values(networkInterfaces()).flatMap((addresses) => addresses ?? []);
  return all.find(({ family, internal }) => family === 'IPv4' && !internal)?.address ?? '127.0.0.1';
}
