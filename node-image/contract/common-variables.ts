// Variables that several programs have, in groups of what they are for. docs/reference/user-interface.md tells what they mean to people.
import { hostname } from 'node:os';
import { fileSizes } from './file-sizes.ts';
import { flag, number, someOf, text, textOr, wholeNumber } from './variables.ts';

/** The port on which a node serves its users where nobody says another one. */
export const defaultPort = 8080;
/** Longest that a node may take to end, milliseconds: half of the longest grace that a scenario can give it. */
export const mostDrainMs = 1_800_000;
/** Port of the peer-to-peer network on every node, and of its directory. */
export const networkPort = 4001;

/** Most peers that can be told to hold each record. */
export const mostRecordReplicas = 20;

const mostPort = 65_535;
/** The versions there are of the programs that users ask: 1 to this. */
export const mostVersion = 2;

/** A port to listen on; 0 = any free one. */
export const port = (name: string, standard: number) =>
  wholeNumber(name, { default: standard, min: 0, max: mostPort });

/** Every node that users ask has these. */
export const everyNode = {
  run: textOr('TOPOLAB_RUN', () => 'none'),
  /** Its name in events, metrics and logs. */
  node: textOr('NODE_NAME', hostname),
  /** Which version of its program it is. From 2 on, every answer to a user says so. */
  version: wholeNumber('TOPOLAB_VERSION', { default: 1, min: 1, max: mostVersion }),
  port: port('PORT', defaultPort),
  /** Longest time from SIGTERM to the end. */
  drainMs: number('DRAIN_MS', { default: 5000, min: 0, max: mostDrainMs }),
};

/** Who has it may invite nodes here. */
export const enrolmentKey = text('ENROLMENT_KEY');
/** The invitation with which a node enrols itself; without it, it needs none. */
export const invitation = text('INVITATION');

export type PeerService = 'files' | 'events' | 'records';

export const services = someOf<PeerService>('SERVICES', ['files', 'events', 'records'], ['files']);

/** Host of the tracker; without it nodes find each other by multicast. */
export const tracker = text('TRACKER');

/** Of nodes that share files with each other. */
export const fileSharing = {
  files: fileSizes('FILES', 'on-disk'),
  tracker,
  /** Whether this node holds all of them from the start. */
  seeder: flag('SEEDER'),
  /** Where files lie. */
  filesFolder: textOr('FILES_FOLDER', () => '/tmp/files'),
  /** A download in which nothing has come for this long is given up. */
  fetchStallMs: number('FETCH_STALL_MS', { default: 30_000, min: 100, max: 3_600_000 }),
  /** Most connections to other nodes at once. */
  swarmNeighbours: wholeNumber('SWARM_NEIGHBOURS', { default: 24, min: 1, max: 1000 }),
};

/** Of nodes of the libp2p network. */
export const networking = {
  tracker,
  /** IPv4 address to listen on: the others reach this node there. */
  networkAddress: text('NETWORK_ADDRESS'),
  networkPort: port('NETWORK_PORT', networkPort),
  trackerNetworkPort: port('TRACKER_NETWORK_PORT', networkPort),
  /** Connections that each peer sees to itself; others may connect to it besides. */
  neighbours: wholeNumber('NEIGHBOURS', { default: 3, min: 1, max: 100 }),
  /** How many peers hold each record: all but one may be lost at once. */
  recordReplicas: wholeNumber('RECORD_REPLICAS', { default: 3, min: 1, max: mostRecordReplicas }),
};
