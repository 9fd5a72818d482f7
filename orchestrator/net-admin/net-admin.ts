// The helper container through which the networks of a run's nodes are changed from outside: links shaped, packets dropped. It sees the host's
// processes, to enter their network namespaces, and nothing of Docker. Only runs that need it have one.
import { type Engine, Label, type Labels, type RunningContainer } from '../engine/engine.ts';
import { TopolabError } from '../errors.ts';
import type { KernelFeature } from '../faults/kind/host-need.ts';
import { usesDelayProgram } from '../faults/link/delay-script.ts';
import { parseDelays, type ToldDelays } from '../delays/delays.ts';
import type { PlacedNeed } from '../plan/host-needs.ts';
import { kernelTrials, lackedBy, requireKernel } from './kernel-trials.ts';
import { netAdminSeccomp } from './net-admin-seccomp.ts';
import { networkBatch, type NetworkScript, parseNetworkBatch, type ScriptOutcome } from './network-batch.ts';

/** Of one command. Its text is a single argument, which Linux limits to 128 KiB; a script takes 2 KiB at most. */
const scriptsAtOnce = 50;
const memoryBytes = 128 * 2 ** 20;

/** A script for the network of one container. */
export type NetworkTask = Omit<NetworkScript, 'pid'> & {
  /** The container's id. */
  readonly container: string;
};

/** Finds the first process of each of these containers on the helper's host; those without one are left out. AgentClient.processesOf does. */
export type FindProcesses = (containerIds: readonly string[]) => Promise<ReadonlyMap<string, number>>;

interface Waiting {
  readonly task: NetworkTask;
  readonly resolve: (outcome: ScriptOutcome) => void;
  readonly reject: (error: unknown) => void;
}

export class NetAdmin {
  readonly container: RunningContainer;
  readonly #engine: Engine;
  readonly #waiting: Waiting[] = [];
  #working = false;
  /** Names of the nodes whose packets the program has delayed, by address. */
  readonly #delayed = new Map<string, string>();
  /** Whether the kernel lacks a feature that `checkKernel` has asked it for. */
  lacks: (feature: KernelFeature) => boolean = () => false;

  /** Of the helper's host. */
  readonly processesOf: FindProcesses;

  private constructor(engine: Engine, container: RunningContainer, processesOf: FindProcesses) {
    this.#engine = engine;
    this.container = container;
    this.processesOf = processesOf;
  }

  /** Launches the helper. It goes with everything else that carries the run's label. */
  static async launch(
    engine: Engine,
    spec: {
      readonly run: string;
      readonly image: string;
      readonly labels: Labels;
      readonly processesOf: FindProcesses;
    },
    signal?: AbortSignal,
  ): Promise<NetAdmin> {
    const container = await engine.launch(
      {
        name: `topolab-${spec.run}-netadmin`,
        image: spec.image,
        labels: {
          ...spec.labels,
          [Label.run]: spec.run,
          [Label.group]: 'observers',
          [Label.node]: 'netadmin',
          [Label.role]: 'netadmin',
        },
        env: {},
        cpus: null,
        // It has little to do, and packets are late for as long as it waits for a core.
        cpuWeight: 20,
        memoryBytes,
        // No network of its own: it is told what to do through the engine, and does it in the networks of others.
        hostPid: true,
        readOnlyRoot: true,
        // SYS_PTRACE to find a process's network namespace, SYS_ADMIN to enter it, NET_ADMIN to shape links there.
        capabilities: ['NET_ADMIN', 'SYS_ADMIN', 'SYS_PTRACE'],
        seccomp: netAdminSeccomp,
        user: '0:0',
        // Its server has a thread for each node whose packets it delays, and a bridge carries a thousand.
        pidsLimit: 1152,
        mounts: [{ kind: 'tmpfs', path: '/run', sizeBytes: 2 ** 20 }],
      },
      signal,
    );
    return new NetAdmin(engine, container, spec.processesOf);
  }

  /** Fails with `kernel-lacks`, naming it, where something is needed that the kernel does not have. */
  async checkKernel(needs: readonly PlacedNeed[]): Promise<void> {
    if (needs.length === 0) return;
    const trials = kernelTrials(needs);
    const { stdout, stderr } = await this.#engine.exec(this.container.id, ['sh', '-c', trials]);
    if (!/ (?:has|lacks)$/m.test(stdout)) {
      throw new TopolabError(`ask the kernel what it can do to links: ${stderr.trim() || 'no answer'}`, {
        code: 'links-not-shaped',
        hint: 'The helper enters network namespaces: Docker must grant it NET_ADMIN, SYS_ADMIN and SYS_PTRACE.',
      });
    }
    this.lacks = lackedBy(stdout, needs);
    requireKernel(needs, this.lacks);
  }

  /**
   * Runs a script in a container's network. Calls that come while a command is under way are done together in the next.
   * @param what for the error: `shape the link`.
   * @returns whether the container was still there: one that has gone is no error.
   * @throws TopolabError `links-not-shaped`.
   */
  async inNetwork(task: NetworkTask, what: string): Promise<boolean> {
    const outcome = await new Promise<ScriptOutcome>((resolve, reject) => {
      this.#waiting.push({ task, resolve, reject });
      if (!this.#working) void this.#work();
    });
    if (outcome.kind !== 'failed') return outcome.kind === 'done';
    throw new TopolabError(`${what} of ${task.node}: ${outcome.said}`, { code: 'links-not-shaped' });
  }

  /**
   * What became of the packets that the program delayed, since it was asked the last time; nothing where none ever was.
   * Rejects where the helper has gone.
   */
  async delays(): Promise<readonly ToldDelays[]> {
    if (this.#delayed.size === 0) return [];
    const { stdout, stderr, exitCode } = await this.#engine.exec(this.container.id, [
      'topolab-delay',
      'report',
    ]);
    if (exitCode !== 0)
      throw new TopolabError(`ask how packets were delayed: ${stderr.trim()}`, { code: 'links-not-shaped' });
    return parseDelays(stdout).map((told) => ({ ...told, node: this.#delayed.get(told.node) ?? told.node }));
  }

  /** Carries out a shell script of at most 128 KiB in the helper. Resolves with what it wrote to standard output. */
  async run(script: string): Promise<string> {
    return (await this.#engine.exec(this.container.id, ['sh', '-c', script])).stdout;
  }

  async #work(): Promise<void> {
    this.#working = true;
    // Whoever calls in the same turn comes along.
    await Promise.resolve();
    for (;;) {
      const batch = this.#waiting.splice(0, scriptsAtOnce);
      if (batch.length === 0) break;
      try {
        await this.#carryOut(batch);
      } catch (error) {
        for (const { reject } of batch) reject(error);
      }
    }
    this.#working = false;
  }

  async #carryOut(batch: readonly Waiting[]): Promise<void> {
    const pids = await this.processesOf([...new Set(batch.map(({ task }) => task.container))]);
    const there = batch.flatMap(({ task: { node, container, address, script }, resolve }) => {
      const pid = pids.get(container);
      if (pid !== undefined) return [{ script: { node, pid, address, script }, resolve }];
      resolve({ kind: 'gone' });
      return [];
    });
    if (there.length === 0) return;
    const scripts = there.map(({ script }) => script);
    for (const { node, address, script } of scripts)
      if (usesDelayProgram(script)) this.#delayed.set(address, node);
    const outcomes = parseNetworkBatch(await this.run(networkBatch(scripts)), there.length);
    for (const [index, { resolve }] of there.entries())
      resolve(outcomes[index] ?? { kind: 'failed', said: 'the helper gave no answer' });
  }
}
