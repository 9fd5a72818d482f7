// What faults ask of the run that they hurt: the one door through which a kind reaches nodes, whatever engine they run on.

import type { ruleOf } from '../targets/target.ts';
import type { Pressure } from '../pressure/pressure.ts';
import type { PressureFigures } from '../pressure/pressure-figures.ts';
import type { KernelFeature } from './host-need.ts';
import type { Answer } from './sighting.ts';

/** How a program dies again and again. */
export interface CrashLoop {
  /** From each start to the next death. */
  readonly afterMs: number;
  /** From the first death to the start after it; twice as long after each further one. */
  readonly backOffMs: number;
  /** It grows no longer than that. */
  readonly maxBackOffMs: number;
}

/** Nodes go by their names. For one that has gone, or goes meanwhile, nothing happens, and that is no error. */
export interface FaultHost {
  /**
   * SIGKILL, as when the power goes. Nobody is told; the node's log is kept. `rule` says how it was chosen.
   * @returns whether the node was there.
   */
  kill(node: string, rule: ReturnType<typeof ruleOf>): Promise<boolean>;
  /**
   * Lets a node leave in an orderly way, and another one join in its place on a host that takes containers. Resolves when both is done.
   * @returns whether the node was there.
   */
  move(node: string): Promise<boolean>;
  /**
   * Ends a node's program by the signal by which its image wants to be stopped, and kills it where it goes on for longer than `graceMs` (0 = kills it at once;
   * null = its group's own grace). The node stays, with its files, and balancers are not told. Resolves when it has ended. Ends a crash loop.
   */
  stop(node: string, graceMs: number | null): Promise<void>;
  /** Starts a node's program where it has ended because of a fault, and ends a crash loop. Resolves when it runs; that it gets ready is not waited for. */
  start(node: string): Promise<void>;
  /** Lets a node's program die, and again after each of its starts, until `start` or `stop`. Resolves when it has died for the first time. */
  crash(node: string, loop: CrashLoop): Promise<void>;
  /** Freezes all processes of a node: they keep memory and connections, and answer nothing. */
  pause(node: string): Promise<void>;
  /** Undoes `pause`; nothing happens where it is not paused. */
  resume(node: string): Promise<void>;
  /** Of these nodes in the network of the run, in their order. Those that have gone are left out. */
  addressesOf(nodes: readonly string[]): readonly string[];
  /** Whether the host's kernel lacks a feature that the fault has named among its needs. */
  lacks(feature: KernelFeature): boolean;
  /**
   * Runs a shell script (`sh -e`) in the node's network namespace, as its superuser; `$dev` is the node's interface, `$1` its address and `$2` its process id. Those of many nodes that are
   * asked for at once are carried out together.
   * @param task for the error: `shape the link`.
   * @throws TopolabError `links-not-shaped`.
   */
  inNetwork(node: string, script: string, task: string): Promise<void>;
  /**
   * Puts this pressure on a node's resources from within, and no other; none ends it. It counts toward the node's limits, and ends with the node, with
   * the run, or when nobody has asked about it for two minutes.
   * @throws TopolabError `not-pressed`, with what could not be had.
   */
  press(node: string, pressure: Pressure): Promise<void>;

  // Looking, for `look`: it changes nothing, and nothing that changes waits for it.

  /** Whether its container runs, by the engine's word; a paused one does. */
  isRunning(node: string): Promise<boolean>;
  /** Whether the engine has said that the node's program ended, since it was last to be stopped or to crash: by now it may run again. */
  sawEnd(node: string): boolean;
  /** Whether the kernel has frozen all of its processes; undefined where it has none. */
  isFrozen(node: string): Promise<boolean | undefined>;
  /** Connects to the node from another container in its network. @param port null = the one on which it serves its users. */
  connect(node: string, port: number | null): Promise<Answer>;
  /** Asks it from there as its readiness is asked, where that is over HTTP; otherwise connects. */
  ask(node: string): Promise<Answer>;
  /** Whether `ask` asks a program of the node; otherwise its kernel answers. */
  asksOverHttp(node: string): boolean;
  /**
   * Address of a container in the network of the run that no fault hits: its kernel refuses connections to `closedPort` at once, which is an
   * answer. '' where there is none.
   */
  readonly witness: { readonly address: string; readonly closedPort: number };
  /** As `inNetwork`, for scripts that only look, of many nodes at the same time. Resolves with what it wrote, at most 3 KiB; undefined where the node has gone. */
  lookInNetwork(node: string, script: string): Promise<string | undefined>;
  /** What the program that presses on it from within has used and holds, a fifth of a second later; undefined where none runs there. */
  pressureOn(node: string): Promise<PressureFigures | undefined>;
  /** By how much the clock that programs of the node read is ahead, at least and at most, milliseconds; undefined where it could not be read. For Topolab's own images. */
  clockOf(node: string): Promise<{ readonly leastMs: number; readonly mostMs: number } | undefined>;
}
