// What a scenario means once it has been checked and its defaults are filled in: the value everything else reads.
// The zod schema in schema.ts describes what people write; resolve-scenario.ts turns that into this.
// Units stand last in names: every duration is in milliseconds, every size in bytes, every rate per second.

export type Role = 'server' | 'balancer' | 'store';

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
  /** Overrides the image's command; null keeps it. */
  readonly command: readonly string[] | null;
  readonly readiness: Readiness;
  /** Time from SIGTERM to SIGKILL when a node leaves. Default 10 s. */
  readonly stopGraceMs: number;
  /** The TCP port on which a node of this group serves its users. */
  readonly port: number;
  /** Path of the node's own Prometheus exposition and its port; null where it has none. */
  readonly metrics: { readonly port: number; readonly path: string } | null;
}

export interface ServerGroup extends GroupCommon {
  readonly role: 'server';
  /** CPU time each request costs a server, in milliseconds of CPU (not wall-clock) time; 0 = none. */
  readonly requestCostMs: number;
  /** The store group in which the servers keep records and relay events; null = in the server's own memory. */
  readonly store: string | null;
  /** Files the servers offer: name → size. Content is generated from the name, the same on every server. */
  readonly files: Readonly<Record<string, { readonly sizeBytes: number }>>;
}

export interface BalancerGroup extends GroupCommon {
  readonly role: 'balancer';
  /** The group whose nodes it balances; it follows them as they join and leave. */
  readonly balances: string;
  readonly algorithm: 'roundrobin' | 'leastconn';
}

export interface StoreGroup extends GroupCommon {
  readonly role: 'store';
}

export type Group = ServerGroup | BalancerGroup | StoreGroup;

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
  /** Handed to the script as __ENV. */
  readonly env: Readonly<Record<string, string>>;
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
    };

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
  /** Failed requests as a share of all requests, 0 to 1. */
  | { readonly kind: 'errors' }
  /** Iterations started as a share of iterations the load model asked for, 0 to 1. */
  | { readonly kind: 'delivered' }
  /** Requests answered successfully per second, averaged over the window. */
  | { readonly kind: 'served' }
  /** Any PromQL that yields one number at the end of the window; see docs for the placeholders. */
  | { readonly kind: 'promql'; readonly expr: string };

export type Comparison = 'below' | 'atMost' | 'atLeast' | 'above';

export interface Objective {
  /** For people: given in the scenario, or made from the measure: `p95 latency of users in peak`. */
  readonly name: string;
  readonly measure: Measure;
  readonly comparison: Comparison;
  /** In milliseconds (latency), share 0 to 1 (errors, delivered), per second (served), or the query's own unit. */
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
}
