// What every group of nodes has, whatever its role, once it has been checked and its defaults are filled in.
// Units stand last in names: every duration is in milliseconds, every size in bytes, every rate per second.

import type { ImageTerms } from './image-terms.ts';

/** A health check of the engine's: a command that it runs in the container again and again. */
export interface HealthCommand {
  /** Program and arguments; it ends with 0 where all is well. */
  readonly command: readonly string[];
  readonly intervalMs: number;
  /** A check that takes longer has failed. */
  readonly timeoutMs: number;
  /** Failed checks in a row after which the container is unhealthy. */
  readonly retries: number;
  /** From the start of the container on, failed checks do not count for so long. */
  readonly startPeriodMs: number;
}

/** How Topolab decides that a node is ready for work. Exactly one probe, asked again until it answers or time is up. */
export interface Readiness {
  readonly probe:
    | { readonly kind: 'http'; readonly port: number; readonly path: string }
    | { readonly kind: 'tcp'; readonly port: number }
    /** `pattern` is a JavaScript regular expression, tested against each log line. */
    | { readonly kind: 'log'; readonly pattern: string }
    /** The engine's health check says `healthy`: the image's own HEALTHCHECK, or where it is given this one. */
    | { readonly kind: 'health'; readonly check?: HealthCommand }
    /** Its program has run for so long and not ended. */
    | { readonly kind: 'running'; readonly forMs: number }
    /** Its program has ended by itself with exit code 0. Nodes of such a group are gone before the load begins. */
    | { readonly kind: 'completed' };
  /** How long a node may take from its start. Default 60 s. */
  readonly timeoutMs: number;
}

/** The shape of each node's network link, applied from outside the node. null = not shaped. */
export interface Link {
  /** What leaves the node, in bytes per second. */
  readonly uplinkBytesPerSecond: number | null;
  /** What reaches the node, in bytes per second. */
  readonly downlinkBytesPerSecond: number | null;
  /** Share of packets lost in each direction, 0 to 1. */
  readonly loss: number;
  /** Every packet that reaches the node comes later by so much, in milliseconds. */
  readonly delayMs: number;
  /** The delay varies by up to this much either way, in milliseconds; 0 where there is no delay. */
  readonly jitterMs: number;
}

/** A length of time that is drawn anew each time. */
export type Distribution =
  | { readonly kind: 'fixed'; readonly valueMs: number }
  | { readonly kind: 'exponential'; readonly meanMs: number }
  /** Below a shape of 1 there are many short and few very long times; 1 is exponential. Mean: scale × Γ(1 + 1/shape). */
  | { readonly kind: 'weibull'; readonly shape: number; readonly scaleMs: number };

/** A join or leave of a trace file. */
export interface TraceEvent {
  /** Milliseconds after `fromMs` of the churn. */
  readonly offsetMs: number;
  readonly kind: 'join' | 'leave';
  /** Which of the trace's nodes: the nodes at the start are 1 to `replicas`. null = any (a leave takes one by chance). */
  readonly node: number | null;
}

/** Nodes that come and go by themselves. The plan makes single joins and leaves of it. */
export interface Churn {
  /** Time from one arrival of a new node to the next; null = none arrive. */
  readonly arrivals: Distribution | null;
  /** Time from a node's join (or from `fromMs`) to its leave; null = none leave. */
  readonly sessions: Distribution | null;
  /** Joins and leaves from a trace file, sorted, instead of arrivals and sessions; null = no trace. */
  readonly trace: readonly TraceEvent[] | null;
  /** Churn lets no node leave when no more than these are there: it stays until another has joined. */
  readonly minAlive: number;
  /** Churn lets no node join when these are there already: it is turned away. */
  readonly maxAlive: number;
  /** Share of leaves that are clean (the image's stop signal), 0 to 1; the others are sudden (SIGKILL). */
  readonly cleanShare: number;
  /** Churn happens from here on, in milliseconds after the start of the load. */
  readonly fromMs: number;
  /** No churn from here on. */
  readonly untilMs: number;
}

/** Where the value of a secret is when a command begins. The value itself is never part of a scenario. */
export type SecretSource = (
  | { readonly kind: 'env'; readonly variable: string }
  /** An absolute path, and the folder that it must not lead out of. */
  | {
      readonly kind: 'file';
      readonly file: string;
      readonly within: string;
      /** The one of this name in a file of variables. Absent: the whole file. */
      readonly variable?: string;
    }
) & {
  /** Path of the file that the container finds it in; null = it is an environment variable. */
  readonly path: string | null;
};

/** A file system of its own in memory. */
export interface Disk {
  /** Where it is in the node. */
  readonly path: string;
  readonly sizeBytes: number;
}

/** Name → source. */
export type Secrets = Readonly<Record<string, SecretSource>>;

/** File name → size. Content is generated from the name, the same on every node. */
export type Files = Readonly<Record<string, { readonly sizeBytes: number }>>;

/** How far two zones are from each other: so much longer takes each packet from a node of the one to a node of the other, in milliseconds. */
export interface Between {
  readonly zones: readonly [string, string];
  readonly delayMs: number;
  /** The delay varies evenly by so much either way. */
  readonly jitterMs: number;
}

/** The same, seen from the nodes of a group. */
export interface Distance {
  /** Another zone. */
  readonly zone: string;
  readonly delayMs: number;
  readonly jitterMs: number;
}

/** What the nodes of a group run, and how that is told to be ready and measured. An update gives the group another one. */
export interface Program extends ImageTerms {
  /** Image reference as given to Docker. Groups without one get the default image of their role. */
  readonly image: string;
  /** True where the user brings an image of their own instead of the role's default one. */
  readonly foreignImage: boolean;
  /** Of Topolab's own program; 1 where there is only one, and for other images. */
  readonly version: number;
  readonly env: Readonly<Record<string, string>>;
  /** Overrides the image's command; null keeps it. */
  readonly command: readonly string[] | null;
  readonly readiness: Readiness;
  /** Path of the node's own Prometheus exposition and its port; null where it has none. */
  readonly metrics: { readonly port: number; readonly path: string } | null;
}

/** What is copied into each node before it starts. `from`: an absolute path, and the folder that it must not lead out of. */
export type Copy = (
  | {
      readonly kind: 'file';
      readonly from: string;
      readonly within: string;
      /** A folder that takes the place of what the image has there. Absent: its files are laid over those of the image. */
      readonly alone?: {
        /** Paths below it that stay as the image has them. */
        readonly kept: readonly string[];
      };
    }
  | { readonly kind: 'text'; readonly text: string }
) & {
  /** Where it is in the node. */
  readonly path: string;
  /** Permission bits of the files; null = as they can be run here or not. */
  readonly mode: number | null;
  /** Numbers of user and group. */
  readonly owner: { readonly user: number; readonly group: number };
};

/** A volume of the run, which all nodes that name it share. */
export interface VolumeMount {
  readonly path: string;
  readonly volume: string;
  readonly readOnly: boolean;
}

export interface Ulimit {
  readonly soft: number;
  readonly hard: number;
}

/** How a container is made beside what runs in it. null = as the image or the engine has it. */
export interface ContainerSettings {
  readonly entrypoint: readonly string[] | null;
  readonly user: string | null;
  readonly workdir: string | null;
  readonly copies: readonly Copy[];
  readonly volumes: readonly VolumeMount[];
  readonly tmpfs: readonly Disk[];
  readonly shmBytes: number | null;
  readonly ulimits: Readonly<Record<string, Ulimit>>;
  readonly stopSignal: string | null;
  /** Host names beside the group's and the node's. */
  readonly aliases: readonly string[];
}

export const ordinaryContainer: ContainerSettings = {
  entrypoint: null,
  user: null,
  workdir: null,
  copies: [],
  volumes: [],
  tmpfs: [],
  shmBytes: null,
  ulimits: {},
  stopSignal: null,
  aliases: [],
};

/** What an image is built from. */
export interface Build {
  /** The folder that is sent to the engine, absolute, and the one that it must not lead out of. */
  readonly context: string;
  readonly within: string;
  /** Relative to that folder, or the text itself. */
  readonly dockerfile: { readonly path: string } | { readonly text: string };
  /** The stage at which it ends; null = the last one. */
  readonly target: string | null;
  readonly args: Readonly<Record<string, string>>;
}

export interface GroupCommon extends Program {
  readonly name: string;
  /** From what its image is built before a run; absent where it is not. */
  readonly build?: Build;
  /** Nodes at the start of the run, 0 to 10,000. */
  readonly replicas: number;
  /** CPU limit of each node in cores (0.2 = a fifth of a core); null = no limit. */
  readonly cpus: number | null;
  /** Memory limit of each node; null = no limit. */
  readonly memoryBytes: number | null;
  readonly secrets: Secrets;
  readonly container: ContainerSettings;
  /** Groups that have to be ready before its first node is launched. */
  readonly after: readonly string[];
  /** Linux capabilities beside those that its image has by default (`capabilities` of its role), without `CAP_`. */
  readonly capabilities: readonly string[];
  /** Programs may get more rights than the one that starts them. Default false. */
  readonly newPrivileges: boolean;
  /** Most processes and threads of each node; null = by its image. */
  readonly pids: number | null;
  /** Time from the image's stop signal to SIGKILL when a node leaves. Default 10 s. */
  readonly stopGraceMs: number;
  /** The TCP port on which a node of this group serves its users. */
  readonly port: number;
  /** What fails together with other groups: a room, a site, a region; null = none. */
  readonly zone: string | null;
  /** Of each node; null = what it writes is on its host's disk, or nowhere. */
  readonly disk: Disk | null;
  /** Of each node at its start; null = not shaped. */
  readonly link: Link | null;
  /** How far the zones are that are far from its own. */
  readonly distances: readonly Distance[];
  /** null = nodes stay. Always null for groups of a single node. */
  readonly churn: Churn | null;
}
