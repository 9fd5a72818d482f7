// The engine port: the only way in which the rest of the program launches, changes, inspects and removes containers.
// docker/ implements it on the Docker API, fake/ in memory; test/contract runs the same suite against both, and through the tunnel to a host of a Swarm.
import type { Duplex, Readable } from 'node:stream';
import type { RegistryAuth } from './registry-auth.ts';
import type { SwarmManager } from './swarm-manager.ts';

export type Labels = Readonly<Record<string, string>>;

/** Labels on everything we make, so that it can be found and removed by anyone, at any time. */
export const Label = {
  /** The run a resource belongs to, or `stack` for the long-lived stack. */
  run: 'topolab.run',
  /** The process that carries the run out (run-owner.ts). */
  owner: 'topolab.owner',
  scenario: 'topolab.scenario',
  group: 'topolab.group',
  node: 'topolab.node',
  role: 'topolab.role',
  /** The image by its name: a container that is launched by the image's id, so that it is the one on record, shows only that. */
  image: 'topolab.image',
  /** On images: built here because the named one could not be pulled. */
  substitute: 'topolab.substitute',
  /** On images: built from a folder of somebody's own, for a group that says so. The folder. */
  built: 'topolab.built',
} as const;

export interface EngineDescription {
  /** `docker`, `podman` (through its Docker API) or `fake`. */
  readonly kind: string;
  readonly version: string;
  readonly apiVersion: string;
  readonly os: string;
  readonly kernel: string;
  readonly architecture: string;
  readonly cpus: number;
  readonly memoryBytes: number;
  /** Of the control groups on its host. Absent where the engine does not say, and from runs of earlier versions. */
  readonly cgroupVersion?: 1 | 2;
}

/** How an engine was reached, and what people should know of it before they rely on a run there. */
export interface EngineReach {
  /** The host on which it runs; null = this one. */
  readonly host: string | null;
  /** What that host calls itself; `host` where it has no name. */
  readonly hostName: string;
  /** Whole sentences. */
  readonly remarks: readonly string[];
}

export interface FileToPlace {
  /** Absolute path inside the container; missing folders are made. */
  readonly path: string;
  readonly content: string | Buffer;
  /** Octal permission bits, default 0o644. */
  readonly mode?: number;
  /** Whose it is, by number. Default: root's. */
  readonly owner?: Owner;
}

/** By number. */
export interface Owner {
  readonly user: number;
  readonly group: number;
}

/**
 * What a container of somebody else's image has by default: Docker's own list without NET_RAW (which forges packets of other nodes), MKNOD
 * and AUDIT_WRITE.
 */
export const ordinaryCapabilities = [
  'CHOWN',
  'DAC_OVERRIDE',
  'FOWNER',
  'FSETID',
  'KILL',
  'NET_BIND_SERVICE',
  'SETFCAP',
  'SETGID',
  'SETPCAP',
  'SETUID',
  'SYS_CHROOT',
] as const;

/** A command that the engine runs in a container again and again, to say how it is. */
export interface HealthCheck {
  readonly command: readonly string[];
  readonly intervalMs: number;
  readonly timeoutMs: number;
  /** Failed checks in a row after which it is unhealthy. */
  readonly retries: number;
  /** Failed checks do not count for so long after its start. */
  readonly startPeriodMs: number;
}

/** What to launch. Limits of null mean none. */
export interface ContainerSpec {
  /** Unique on the engine: `topolab-<run>-<node>`. */
  readonly name: string;
  readonly image: string;
  /** Which one of an image for several platforms: `linux/arm64`. Left out: the engine's own. */
  readonly platform?: string;
  readonly labels: Labels;
  readonly env: Readonly<Record<string, string>>;
  /** An empty one: none, not even the image's. */
  readonly entrypoint?: readonly string[];
  readonly command?: readonly string[];
  readonly cpus: number | null;
  /** How much of the CPU it gets where all want it: so many times what another container does. Default 1. */
  readonly cpuWeight?: number;
  /** null = no limit of its own: the engine then gives it no more than half of its host's memory. */
  readonly memoryBytes: number | null;
  /** Network to join and the DNS names it answers to there. Absent: none at all, except for published ports. */
  readonly network?: { readonly id: string; readonly aliases: readonly string[] };
  /** Networks to join beside that one, before it starts. */
  readonly alsoIn?: readonly { readonly id: string; readonly aliases: readonly string[] }[];
  /** Name of the running container whose network interfaces it shares, loopback included; in place of `network`. */
  readonly networkOf?: string;
  /** Read-only root, no capabilities, no new privileges, an unprivileged user, a tmpfs at /tmp. */
  readonly hardened?: boolean;
  /** Run in the host's pid and cgroup namespaces, to read every container's counters. */
  readonly hostPid?: boolean;
  /** All that it has. Default: `ordinaryCapabilities`, or none where it is hardened. */
  readonly capabilities?: readonly string[];
  /** A program in it may get more than the one that starts it, by setuid or file capabilities. Default false. */
  readonly newPrivileges?: boolean;
  /** Its root file system can't be written to. Default: as `hardened` says. */
  readonly readOnlyRoot?: boolean;
  /** A seccomp profile in Docker's JSON form. Default: Docker's own. */
  readonly seccomp?: string;
  readonly user?: string;
  /** Where its program is started. Default: the image's WORKDIR. */
  readonly workdir?: string;
  /** The signal of `stop`. Default: the image's STOPSIGNAL, or SIGTERM. */
  readonly stopSignal?: string;
  /** In place of the image's HEALTHCHECK. */
  readonly healthCheck?: HealthCheck;
  /** Size of /dev/shm. Default: the engine's, 64 MiB. */
  readonly shmBytes?: number;
  /** Limits of each process by name, as `ulimit` has them: `nofile`. Default: the engine's. */
  readonly ulimits?: Readonly<Record<string, { readonly soft: number; readonly hard: number }>>;
  /** Most processes and threads in the container, 1 or more. Default 4096, or 64 where it is hardened. */
  readonly pidsLimit?: number;
  /** Placed before the start; not possible with `hardened`. */
  readonly files?: readonly FileToPlace[];
  readonly mounts?: readonly (
    | { readonly kind: 'volume'; readonly volume: string; readonly path: string; readonly readOnly?: boolean }
    | { readonly kind: 'bind'; readonly source: string; readonly path: string; readonly readOnly: boolean }
    | { readonly kind: 'tmpfs'; readonly path: string; readonly sizeBytes: number }
    /** A folder of the container's own, empty but for the files that are placed in it, whatever its image has there. Removed with the container. */
    | { readonly kind: 'folder'; readonly path: string; readonly owner: Owner }
    /** What the image has there, though it is within such a folder. */
    | { readonly kind: 'image-folder'; readonly path: string }
  )[];
  /** Ports published on loopback. hostPort 0 = any free one. */
  readonly publish?: readonly { readonly containerPort: number; readonly hostPort: number }[];
  readonly restart?: 'no' | 'unless-stopped';
  /** Hears what the container writes, from its first byte on, whether or not the line has ended; until it ends or the signal aborts. */
  readonly output?: {
    readonly onText: (source: 'stdout' | 'stderr', text: string) => void;
    readonly signal: AbortSignal;
  };
  /** Where the engine's own socket is to be in the container: whoever has it rules the host. Only the reaper does. */
  readonly engineSocket?: string;
}

/** A container that has been started. Only such a one can be resized, signalled or stopped. */
export interface RunningContainer {
  readonly id: string;
  readonly name: string;
  readonly labels: Labels;
  /** Address on the network it was launched in; '' where it has none. */
  readonly address: string;
  /** Bits of that network's addresses that all of them share: 16 in 10.0.0.2/16; 0 where it has no address. */
  readonly prefixLength: number;
  /** Addresses by network id, that one's included. */
  readonly addresses: Readonly<Record<string, string>>;
  /** Published ports: container port → host port on loopback. */
  readonly ports: Readonly<Record<number, number>>;
}

export interface ContainerState {
  readonly running: boolean;
  /** Its processes are frozen. A paused one runs. */
  readonly paused: boolean;
  readonly address: string;
  readonly exitCode: number | null;
  readonly outOfMemory: boolean;
  readonly health: 'none' | 'starting' | 'healthy' | 'unhealthy';
}

export interface NetworkSpec {
  readonly name: string;
  readonly labels: Labels;
  /**
   * False: a LAN of its own. Its containers reach each other, by multicast and broadcast too, and nothing else: no other
   * network, not the engine's host, no internet. Default true.
   */
  readonly internet?: boolean;
  /**
   * True: its containers reach each other and nothing else, and nothing else reaches them; multicast and broadcast are dropped, and no
   * port of theirs can be published. For what has no need of more. Default false.
   */
  readonly closed?: boolean;
  /**
   * True: containers on any host of the engine's Swarm can be launched in it, and reach each other. Multicast and broadcast are dropped, and
   * without `internet` nothing else can be reached, as on a LAN. Default false.
   */
  readonly spansHosts?: boolean;
}

export interface Network {
  readonly id: string;
  readonly name: string;
}

/** A network that was just made. */
export interface NewNetwork extends Network {
  /** The addresses of its containers lie in these: `172.20.0.0/16`. */
  readonly subnets: readonly string[];
}

/** Something seen on a labelled container, pushed by the engine as it happens. */
export interface ContainerEvent {
  readonly kind: 'started' | 'exited' | 'out-of-memory';
  readonly containerId: string;
  readonly labels: Labels;
  readonly exitCode: number | null;
  /** Engine host's clock, milliseconds since 1970. */
  readonly atMs: number;
}

export interface ExecResult {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** What an image is, whatever its tag comes to name tomorrow. */
export interface ImageIdentity {
  /** Hash of its content and settings: `sha256:…`. */
  readonly id: string;
  /** Under which registries know it: `haproxy@sha256:…`. Empty for one that was built here and never pushed. */
  readonly repoDigests: readonly string[];
  /** What it was built for: `linux/arm64/v8`. Left out in records of earlier versions. */
  readonly platform?: string;
}

export interface PullOptions {
  readonly onProgress: (line: string) => void;
  readonly signal?: AbortSignal | undefined;
  /** Left out: as somebody who is not logged in. */
  readonly auth?: RegistryAuth | undefined;
  /** `linux/arm64`. Left out: that of the engine. */
  readonly platform?: string | undefined;
}

export interface Images {
  has(ref: string): Promise<boolean>;
  /**
   * Undefined where there is no such image.
   * @param platform which one of an image for several platforms, where the engine keeps such. Left out: its own.
   */
  identity(ref: string, platform?: string): Promise<ImageIdentity | undefined>;
  /**
   * From now on this connection launches the image with that id for the reference, whatever the reference comes to name. Resolves with false where
   * the engine has no image with that id: it then launches what the reference names.
   */
  hold(ref: string, id: string): Promise<boolean>;
  /** Labels of an image that is there, or undefined. */
  labels(ref: string): Promise<Labels | undefined>;
  /** Pulls from its registry. Fails with code `image-not-pulled` where that cannot be done. */
  pull(ref: string, options: PullOptions): Promise<void>;
  /** Builds from a tar stream that holds a Dockerfile. Fails with code `image-build-failed` and the last output lines. */
  build(
    ref: string,
    context: Readable,
    options: {
      readonly labels?: Labels;
      readonly buildArgs?: Readonly<Record<string, string>>;
      /** Path of the Dockerfile in the context. Default: Dockerfile. */
      readonly dockerfile?: string;
      /** The stage at which it ends. Default: the last one. */
      readonly target?: string;
      /** Default: the engine's own. */
      readonly platform?: string;
      readonly onProgress: (line: string) => void;
      readonly signal?: AbortSignal;
    },
  ): Promise<void>;
  /** Makes an image from a tar stream of a root file system. */
  importRootFs(ref: string, tar: Readable, labels: Labels, signal?: AbortSignal): Promise<void>;
  /** Images as one tar stream, in which layers that several of them have come once. Fails with `image-not-saved`. */
  save(refs: readonly string[], signal?: AbortSignal): Promise<Readable>;
  /** Takes in what `save` gives, under the same names. Fails with `image-not-loaded`. */
  load(tar: Readable, signal?: AbortSignal): Promise<void>;
}

export interface Leftovers {
  readonly containers: readonly { readonly id: string; readonly name: string; readonly labels: Labels }[];
  readonly networks: readonly { readonly id: string; readonly name: string; readonly labels: Labels }[];
  readonly volumes: readonly { readonly name: string; readonly labels: Labels }[];
}

/**
 * Any call may fail with `engine-silent` where the engine does not answer: only those that follow something that goes on (`wait`,
 * `watch`, `followLogs`, an open stream, a command under way) wait without a bound of their own.
 */
export interface Engine extends AsyncDisposable {
  readonly description: EngineDescription;
  readonly reach: EngineReach;
  readonly images: Images;
  /** The Swarm that it is a manager of; undefined where it is none. */
  readonly swarm: SwarmManager | undefined;

  /** Fails with `network-not-created`. */
  createNetwork(spec: NetworkSpec): Promise<NewNetwork>;
  /** Disconnects whatever is still attached, then removes it. A network that is gone already is not an error. */
  removeNetwork(id: string): Promise<void>;
  /** Resolves with the address that a running container has got there. */
  connect(networkId: string, containerId: string, aliases: readonly string[]): Promise<string>;
  /** Not an error where either is gone or they were not connected. */
  disconnect(networkId: string, containerId: string): Promise<void>;
  createVolume(spec: { readonly name: string; readonly labels: Labels }): Promise<void>;
  removeVolume(name: string): Promise<void>;

  /**
   * Creates, fills and starts one container. At most a bounded number at once; further calls wait their turn.
   * Where any step fails, or the signal aborts, what was made is removed before the error is thrown
   * (codes `image-not-found`, `port-taken`, `container-not-started`, `no-engine-socket`); only a silent engine is not asked for that.
   */
  launch(spec: ContainerSpec, signal?: AbortSignal): Promise<RunningContainer>;
  inspect(id: string): Promise<ContainerState | undefined>;
  /**
   * Starts a container again that has stopped, with the files that it has written, and says how it is reached from now on: perhaps at other addresses.
   * Not an error where it runs. Fails with `container-gone` where there is none.
   */
  start(id: string): Promise<RunningContainer>;
  /** Changes limits of a running container at once. Fails with `container-gone` where it no longer runs. */
  resize(
    id: string,
    limits: { readonly cpus: number | null; readonly memoryBytes: number | null },
  ): Promise<void>;
  /** Freezes its processes: they keep memory and connections, and do nothing. Not an error where it is paused or does not run. */
  pause(id: string): Promise<void>;
  /** Undoes `pause`. Not an error where it is not paused. */
  resume(id: string): Promise<void>;
  /** Sends a signal (`SIGTERM`, `SIGKILL`, …). Not an error where the container is gone. */
  signal(id: string, signal: string): Promise<void>;
  /** The image's stop signal (STOPSIGNAL, SIGTERM by default), then SIGKILL after graceMs. Returns when it has stopped. Not an error where it is gone. */
  stop(id: string, graceMs: number): Promise<void>;
  /** Kills if running and removes, with its anonymous volumes. Not an error where it is gone. */
  remove(id: string): Promise<void>;
  /** stdout and stderr as text, the last `tailLines` of it where given. '' where the container is gone. */
  logs(id: string, options?: { readonly tailLines?: number }): Promise<string>;
  /** Log lines as they come, from the container's latest start on; ends when the container stops or the signal aborts. */
  followLogs(id: string, signal: AbortSignal): AsyncIterable<string>;
  exec(id: string, argv: readonly string[]): Promise<ExecResult>;
  /** Runs a command and gives its standard input and output as one byte stream; its stderr is dropped. */
  openStream(id: string, argv: readonly string[]): Promise<Duplex>;
  /**
   * A file's content out of a container, also a stopped one. Undefined where there is no such file. Fails with `file-too-large` where it is
   * larger than `mostBytes`, by default 64 MiB.
   */
  readFile(id: string, path: string, mostBytes?: number): Promise<Buffer | undefined>;
  /** Resolves with the exit code when the container has stopped. */
  wait(id: string, signal?: AbortSignal): Promise<number>;

  /**
   * Starts, exits and out-of-memory kills of the containers that carry all these labels, until the signal aborts.
   * Resolves as soon as it watches: everything that happens afterwards is seen.
   */
  watch(labels: Labels, onEvent: (event: ContainerEvent) => void, signal: AbortSignal): Promise<void>;
  /** Everything that carries a label of ours; with `run` only that run's. */
  list(run?: string): Promise<Leftovers>;
}
