// What a scenario means once it has been checked and its defaults are filled in: the value everything else reads.
// The zod schema in schema.ts describes what people write; resolve-scenario.ts turns that into this.
// Units stand last in names: every duration is in milliseconds, every size in bytes, every rate per second.

import type { CapacityQuestion } from './capacity-question.ts';

export type Role = 'server' | 'client' | 'peer' | 'tracker' | 'balancer' | 'store';

/** How Topolab decides that a node is ready for work. Exactly one probe, asked again until it answers or time is up. */
export interface Readiness {
  readonly probe:
    | { readonly kind: 'http'; readonly port: number; readonly path: string }
    | { readonly kind: 'tcp'; readonly port: number }
    /** `pattern` is a JavaScript regular expression, tested against each log line. */
    | { readonly kind: 'log'; readonly pattern: string }
    /** The image's own HEALTHCHECK reports `healthy`. */
    | { readonly kind: 'health' };
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
  /** Added to every packet that leaves the node, in milliseconds; needs the kernel's netem. */
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
  /** Share of leaves that are clean (SIGTERM), 0 to 1; the others are sudden (SIGKILL). */
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
  | { readonly kind: 'file'; readonly file: string; readonly within: string }
) & {
  /** Path of the file that the container finds it in; null = it is an environment variable. */
  readonly path: string | null;
};

/** Name → source. */
export type Secrets = Readonly<Record<string, SecretSource>>;

/** File name → size. Content is generated from the name, the same on every node. */
export type Files = Readonly<Record<string, { readonly sizeBytes: number }>>;

interface GroupCommon {
  readonly name: string;
  /** Image reference as given to Docker. Groups without one get the default image of their role. */
  readonly image: string;
  /** True where the user brings an image of their own instead of the role's default one. */
  readonly foreignImage: boolean;
  /** Nodes at the start of the run, 0 to 500. */
  readonly replicas: number;
  /** CPU limit of each node in cores (0.2 = a fifth of a core); null = no limit. */
  readonly cpus: number | null;
  /** Memory limit of each node; null = no limit. */
  readonly memoryBytes: number | null;
  readonly env: Readonly<Record<string, string>>;
  readonly secrets: Secrets;
  /** Linux capabilities beside those that its image has by default (run/node-spec.ts), without `CAP_`. */
  readonly capabilities: readonly string[];
  /** Programs may get more rights than the one that starts them. Default false. */
  readonly newPrivileges: boolean;
  /** Most processes and threads of each node; null = by its image. */
  readonly pids: number | null;
  /** Overrides the image's command; null keeps it. */
  readonly command: readonly string[] | null;
  readonly readiness: Readiness;
  /** Time from SIGTERM to SIGKILL when a node leaves. Default 10 s. */
  readonly stopGraceMs: number;
  /** The TCP port on which a node of this group serves its users. */
  readonly port: number;
  /** Path of the node's own Prometheus exposition and its port; null where it has none. */
  readonly metrics: { readonly port: number; readonly path: string } | null;
  /** Of each node at its start; null = not shaped. */
  readonly link: Link | null;
  /** null = nodes stay. Always null for trackers, balancers and stores. */
  readonly churn: Churn | null;
}

export interface ServerGroup extends GroupCommon {
  readonly role: 'server';
  /** CPU time each request costs a server, in milliseconds of CPU (not wall-clock) time; 0 = none. */
  readonly requestCostMs: number;
  /** The store group in which the servers keep records and relay events; null = in the server's own memory. */
  readonly store: string | null;
  /** Files the servers offer. */
  readonly files: Files;
  /** Hybrid: the tracker group where servers announce torrents of their files, with themselves as web seeds; null = none. */
  readonly tracker: string | null;
}

/** Answers its user by asking the servers. */
export interface ClientGroup extends GroupCommon {
  readonly role: 'client';
  /** The server or balancer group it asks. */
  readonly asks: string;
  /** Hybrid: also exchanges pieces of files with other clients; the servers seed over HTTP and the tracker introduces. */
  readonly helps: boolean;
  /** The tracker group; never null with `helps`, always null without. */
  readonly tracker: string | null;
  /** Files it may ask for: those of the servers that it asks. */
  readonly files: Files;
}

export type PeerService = 'files' | 'events' | 'records';

/** Answers its user with the peer-to-peer network. */
export interface PeerGroup extends GroupCommon {
  readonly role: 'peer';
  /** How peers find each other: through the tracker, or by multicast in the local network. */
  readonly discovery: 'directory' | 'broadcast';
  /** The tracker group: BitTorrent tracker and libp2p bootstrap. Never null with `directory`, always null with `broadcast`. */
  readonly tracker: string | null;
  /** The first `seeders` nodes of the group hold all files from the start. */
  readonly seeders: number;
  /** Files of the network that this group's peers know of. */
  readonly files: Files;
  /** What the peers offer; libp2p is loaded only for events and records. */
  readonly services: readonly PeerService[];
}

/** The directory: BitTorrent tracker and libp2p bootstrap node in one. */
export interface TrackerGroup extends GroupCommon {
  readonly role: 'tracker';
}

export interface BalancerGroup extends GroupCommon {
  readonly role: 'balancer';
  /** The group whose nodes it balances; it follows them as they join and leave. */
  readonly balances: string;
  readonly algorithm: 'roundrobin' | 'leastconn';
  /** How it finds out by itself that a server hangs or is gone; null = not at all. */
  readonly healthCheck: HealthCheck | null;
  readonly timeouts: {
    readonly connectMs: number;
    readonly serverMs: number;
    readonly clientMs: number;
    readonly queueMs: number;
  };
  readonly retry: Retry;
}

/** A server that begins to hang is found to be down after fall × (intervalMs + timeoutMs) at the latest. */
export interface HealthCheck {
  /** Of the servers: a GET of `path`, or where that is null whether it takes TCP connections. */
  readonly path: string | null;
  readonly port: number;
  readonly intervalMs: number;
  readonly timeoutMs: number;
  /** Failed checks in a row after which a server is down. */
  readonly fall: number;
  /** Checks in a row that must go well until it is up again. */
  readonly rise: number;
  /** What becomes of the requests that a server has when it goes down. */
  readonly onDown: 'keep' | 'cut';
}

export interface Retry {
  /** How often a request is tried again, 0 or more. */
  readonly times: number;
  /** Words of HAProxy's `retry-on`, statuses among them; none = never. */
  readonly on: readonly string[];
  /** Which requests may be sent a second time; where no connection came about, any may. */
  readonly methods: 'idempotent' | 'all';
  /** Whether each retry goes to another server. */
  readonly elsewhere: boolean;
}

export interface StoreGroup extends GroupCommon {
  readonly role: 'store';
}

export type Group = ServerGroup | ClientGroup | PeerGroup | TrackerGroup | BalancerGroup | StoreGroup;

/** A straight ramp to `target` over `durationMs`; a duration of 0 jumps. */
export interface Stage {
  readonly durationMs: number;
  /** Iterations per second (open) or virtual users (closed). */
  readonly target: number;
}

export type LoadModel =
  /** Iterations start at a given rate whether or not earlier ones have ended (k6 ramping-arrival-rate). */
  | {
      readonly kind: 'open';
      readonly startRate: number;
      readonly stages: readonly Stage[];
      /** The most virtual users over all generators; an iteration that finds none free is dropped and counted. */
      readonly maxVirtualUsers: number;
    }
  /** A given number of virtual users, each starting its next iteration when the last one ended (k6 ramping-vus). */
  | { readonly kind: 'closed'; readonly startVirtualUsers: number; readonly stages: readonly Stage[] }
  /**
   * One user at each node of the target group that is there at the start: as many virtual users, each running `iterations`
   * (k6 per-vu-iterations). The script gets their names as __ENV.NODES, separated by commas.
   */
  | { readonly kind: 'each-node'; readonly iterations: number; readonly maxDurationMs: number }
  /** The script's own `options` decide. Offered load is then unknown to Topolab. */
  | { readonly kind: 'script' };

export interface Load {
  readonly name: string;
  /** Absolute path of the k6 script on the machine that runs Topolab. */
  readonly scriptPath: string;
  /** The script as the scenario names it. */
  readonly script: string;
  /** The group that receives the load. */
  readonly target: string;
  readonly model: LoadModel;
  /** Number of k6 containers that share the load by execution segments, 1 to 32. */
  readonly generators: number;
  /** k6 image. */
  readonly image: string;
  /** CPU limit of each generator in cores; null = no limit. */
  readonly cpus: number | null;
  readonly memoryBytes: number | null;
  /** Absolute paths of files that the script open()s by names that it computes. */
  readonly files: readonly string[];
  /** Longest that iterations may go on after the end of the load; what has not ended then counts as failed. Default 5 s. */
  readonly graceMs: number;
  /** Handed to the script as __ENV. */
  readonly env: Readonly<Record<string, string>>;
  readonly secrets: Secrets;
}

/** A named stretch of a run. Phases follow each other without gaps from offset 0 to the end of the run. */
export interface Phase {
  readonly name: string;
  readonly startMs: number;
  readonly endMs: number;
}

export type Change =
  /** Set the number of nodes, or change it by a number. */
  | { readonly kind: 'scale'; readonly group: string; readonly to: number }
  | { readonly kind: 'scale'; readonly group: string; readonly by: number }
  /** Change the limits of every running node of a group, and of those that join later. null = as before. */
  | {
      readonly kind: 'resize';
      readonly group: string;
      readonly cpus: number | null;
      readonly memoryBytes: number | null;
    }
  /** Change the link of every running node of a group, and of those that join later. What is left out stays as it was. */
  | { readonly kind: 'link'; readonly group: string; readonly link: Partial<Link> }
  /** Kill nodes (SIGKILL) that a rule chooses. */
  | {
      readonly kind: 'kill';
      /** Where to look for them; null (only with `best-connected`) = all peers and clients that help. */
      readonly group: string | null;
      readonly rule: KillRule;
      /** How many nodes, 1 or more; fewer where there are fewer. */
      readonly count: number;
      /** As many new nodes join this long after; null = they stay dead. */
      readonly replaceAfterMs: number | null;
    };

/**
 * Which nodes a kill takes: by chance, the newest or oldest by join, the tracker, the peers with the most connections
 * (known only at run time), or the first of those that hold all files from the start.
 */
export type KillRule = 'random' | 'newest' | 'oldest' | 'tracker' | 'best-connected' | 'seeder';

export interface TimelineEntry {
  /** When, as offsets from the start of the load. `every` fires at from, from+every, … strictly before until. */
  readonly schedule:
    | { readonly kind: 'at'; readonly atMs: number }
    | { readonly kind: 'every'; readonly everyMs: number; readonly fromMs: number; readonly untilMs: number };
  readonly change: Change;
  /** Where it stands in the scenario: `timeline[0]`. */
  readonly source: string;
}

export type Measure =
  /** `percentile` (0 < p < 100) of the time an HTTP request took, in milliseconds. */
  | { readonly kind: 'latency'; readonly percentile: number }
  /** The larger of two shares, 0 to 1: failed requests of all, failed iterations (an exception, or cut off) of all. */
  | { readonly kind: 'errors' }
  /** Iterations started as a share of iterations the load model asked for, 0 to 1. */
  | { readonly kind: 'delivered' }
  /** Requests answered successfully per second, averaged over the window. */
  | { readonly kind: 'served' }
  /** Checks of the script that passed, as a share of those made, 0 to 1. `check`: the one of this name; null = all together. */
  | { readonly kind: 'checks'; readonly check: string | null }
  /** Any PromQL that yields one number at the end of the window; see docs for the placeholders. */
  | { readonly kind: 'promql'; readonly expr: string };

export type Comparison = 'below' | 'atMost' | 'atLeast' | 'above';

export interface Objective {
  /** For people: given in the scenario, or made from the measure: `p95 latency of users in peak`. */
  readonly name: string;
  readonly measure: Measure;
  readonly comparison: Comparison;
  /** In milliseconds (latency), share 0 to 1 (errors, delivered, checks), per second (served), or the query's own unit. */
  readonly bound: number;
  /** The phase it is measured over; null = the whole run. */
  readonly phase: string | null;
  /** The load it is measured on; null = all loads together. */
  readonly load: string | null;
}

export interface Scenario {
  /** Lower-case letters, digits and hyphens, at most 40. */
  readonly name: string;
  readonly description: string;
  /** Seeds everything that is random. Default 1. */
  readonly seed: number;
  /** Length of the measured part, in milliseconds: the sum of the phases. */
  readonly durationMs: number;
  /** In launch order: a group comes after those it depends on. */
  readonly groups: readonly Group[];
  readonly loads: readonly Load[];
  readonly phases: readonly Phase[];
  readonly timeline: readonly TimelineEntry[];
  readonly objectives: readonly Objective[];
  /** What `topolab capacity` answers; null where the scenario asks nothing. */
  readonly capacity: CapacityQuestion | null;
  readonly network: {
    /** False: a LAN without internet. Nothing gets out; broadcast and multicast work. Default true. */
    readonly internet: boolean;
  };
  /** Values of the scenario's parameters in force, for reports: numbers, or text as written (`64MiB`). */
  readonly parameters: Readonly<Record<string, string | number>>;
}
