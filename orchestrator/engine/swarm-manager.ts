// The part of the engine port that only a manager of a Docker Swarm has: which machines there are, and one service that runs on each.
import type { RegistryAuth } from './registry-auth.ts';

type Labels = Readonly<Record<string, string>>;

/** A machine of the Swarm, as its managers know it. */
export interface SwarmNode {
  readonly id: string;
  /** What it calls itself. Two may have the same name. */
  readonly hostName: string;
  /** Those that somebody gave it: `docker node update --label-add zone=east`. */
  readonly labels: Labels;
  readonly isManager: boolean;
  /** Whether its engine answers. */
  readonly isReady: boolean;
  /** Whether new containers may come to it: `pause` and `drain` are somebody's will that they don't. */
  readonly availability: 'active' | 'pause' | 'drain';
  /** What images have to be made for: `linux/x86_64`. Left out where it is not known. */
  readonly platform?: string;
  readonly cpus: number;
  readonly memoryBytes: number;
  /** Kept free there for the tasks of services. */
  readonly reserved: { readonly cpus: number; readonly memoryBytes: number };
}

/** One container on every machine that takes containers, kept there by the Swarm. Hardened, and in no network but its own. */
export interface GlobalServiceSpec {
  /** Of the service; its network is called alike. */
  readonly name: string;
  readonly labels: Labels;
  readonly image: string;
  readonly command: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly memoryBytes: number;
  /** Where the engine's own socket is to be in each container: whoever has it rules the host. */
  readonly engineSocket: string;
  /** With which the hosts ask the image's registry, where they lack the image. Left out: as somebody who is not logged in. */
  readonly auth?: RegistryAuth | undefined;
}

/** A service that is there, whoever made it. */
export interface SwarmService {
  readonly name: string;
  readonly labels: Labels;
  /** When the Swarm took it, as a text that sorts by that; its managers take one after the other. */
  readonly createdAt: string;
}

export interface SwarmTask {
  readonly nodeId: string;
  /** As the Swarm calls it: `preparing`, `running`, `rejected`, … */
  readonly state: string;
  /** What went wrong; '' where nothing did. */
  readonly error: string;
  readonly containerId: string | undefined;
  /** In the network of its service; '' until it has one. */
  readonly address: string;
}

/** Any call fails with `swarm-without-leader` where too few of the managers are up to agree on anything. */
export interface SwarmManager {
  /** This engine's own. */
  readonly nodeId: string;
  nodes(): Promise<readonly SwarmNode[]>;
  /** Makes the service and its network. Fails with `service-not-created`, leaving nothing. */
  createGlobalService(spec: GlobalServiceSpec): Promise<void>;
  /** Every service that has this label. */
  servicesWith(label: string): Promise<readonly SwarmService[]>;
  /** The latest task on each machine. */
  tasksOf(service: string): Promise<readonly SwarmTask[]>;
  /** The service and its network. Not an error where either is gone. */
  removeGlobalService(name: string): Promise<void>;
}
