// What a group of nodes means once it has been checked and its defaults are filled in.
// Units stand last in names: every duration is in milliseconds, every size in bytes, every rate per second.

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
  /** Linux capabilities beside those that its image has by default (fleet/node-spec.ts), without `CAP_`. */
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
