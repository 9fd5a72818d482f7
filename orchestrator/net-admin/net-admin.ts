// The helper container through which the networks of a run's nodes are changed from outside: links shaped, packets dropped. It sees the host's
// processes, to enter their network namespaces, and nothing of Docker. Only runs that need it have one.
import { type Engine, Label, type Labels, type RunningContainer } from '../engine/engine.ts';
import { TopolabError } from '../errors.ts';
import { CONTROL_GROUPS } from '../faults/disk-slow/throttle-script.ts';
import type { KernelFeature } from '../faults/kind/host-need.ts';
import { endsDelay, usesDelayProgram } from '../faults/link/delay-script.ts';
import { parseDelays, type ToldDelays } from '../delays/delays.ts';
import type { PlacedNeed } from '../plan/host-needs.ts';
import { kernelTrials, lackedBy, requireKernel } from './kernel-trials.ts';
import { netAdminSeccomp } from './net-admin-seccomp.ts';
import { networkBatch, parseNetworkBatch, type ScriptOutcome } from './network-batch.ts';
import { type NetworkTask, ScriptQueue } from './script-queue.ts';

const changesAtOnce = 50;
/** Fewer, for they run at the same time. */
const looksAtOnce = 10;
const memoryBytes = 128 * 2 ** 20;
const REPORTS_WITHIN_SECONDS = '10';
/** Exit code of a command whose container was killed (SIGKILL). */
const KILLED = 137;
/** Its socket is there some milliseconds after its start; on a busy host, later. */
const AWAIT_PROGRAM =
  'for try in $(seq 50); do topolab-delay report >/dev/null 2>&1 && exit 0; sleep 0.2; done; topolab-delay report >/dev/null';

/** Finds the first process of each of these containers on the helper's host; those without one are left out. AgentClient.processesOf does. */
export type FindProcesses = (containerIds: readonly string[]) => Promise<ReadonlyMap<string, number>>;

export class NetAdmin {
  readonly container: RunningContainer;
  readonly #engine: Engine;
  readonly #changes: ScriptQueue;
  /** Nothing that changes waits for who looks. */
  readonly #looks: ScriptQueue;
  /** While it is being started again. */
  #comingBack: Promise<void> | undefined;
  /** Names of the nodes whose packets the program has delayed, by address. */
  readonly #delayed = new Map<string, string>();
  /** Names of those whose packets it is to delay now. */
  readonly #delaying = new Set<string>();
  /** Whether the kernel lacks a feature that `checkKernel` has asked it for. */
  lacks: (feature: KernelFeature) => boolean = () => false;

  /** Of the helper's host. */
  readonly processesOf: FindProcesses;

  private constructor(engine: Engine, container: RunningContainer, processesOf: FindProcesses) {
    this.#engine = engine;
    this.container = container;
    this.processesOf = processesOf;
    this.#changes = new ScriptQueue(changesAtOnce, (tasks) => this.#carryOut(tasks, 'one after the other'));
    this.#looks = new ScriptQueue(looksAtOnce, (tasks) => this.#carryOut(tasks, 'together'));
  }

  /** Launches the helper. It goes with everything else that carries the run's label. */
  static async launch(
    engine: Engine,
    spec: {
      readonly run: string;
      readonly image: string;
      readonly labels: Labels;
      readonly processesOf: FindProcesses;
      /** It has the host's control groups, to set limits for the disks of nodes. Never with version 1, where they are a way to the whole host. Default: false. */
      readonly controlGroups?: boolean;
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
        mounts: [
          { kind: 'tmpfs', path: '/run', sizeBytes: 2 ** 20 },
          ...(spec.controlGroups
            ? [{ kind: 'bind', source: '/sys/fs/cgroup', path: CONTROL_GROUPS, readOnly: false } as const]
            : []),
        ],
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
    const outcome = await this.#changes.add(task);
    if (outcome.kind !== 'failed') return outcome.kind === 'done';
    throw new TopolabError(`${what} of ${task.node}: ${outcome.said}`, { code: 'links-not-shaped' });
  }

  /**
   * Runs a script in a container's network that only looks and writes what it saw, 3 KiB at most; several at the same time.
   * @returns what it wrote, its lines in one; undefined where the container has gone.
   * @throws TopolabError `not-looked`.
   */
  async look(task: NetworkTask): Promise<string | undefined> {
    const outcome = await this.#looks.add(task);
    if (outcome.kind === 'failed')
      throw new TopolabError(`look into the network of ${task.node}: ${outcome.said}`, {
        code: 'not-looked',
      });
    return outcome.kind === 'gone' ? undefined : outcome.said;
  }

  /**
   * What became of the packets that the program delayed, since it was asked the last time; nothing where none ever was.
   * Rejects where the helper has gone.
   */
  async delays(): Promise<readonly ToldDelays[]> {
    if (this.#delayed.size === 0) return [];
    // A program that hangs must not keep who waits for its figures.
    const { stdout, stderr, exitCode } = await this.#engine.exec(this.container.id, [
      'timeout',
      REPORTS_WITHIN_SECONDS,
      'topolab-delay',
      'report',
    ]);
    if (exitCode !== 0)
      throw new TopolabError(`ask how packets were delayed: ${stderr.trim()}`, { code: 'links-not-shaped' });
    return parseDelays(stdout).map((told) => ({ ...told, node: this.#delayed.get(told.node) ?? told.node }));
  }

  /**
   * Carries out a shell script of at most 128 KiB in the helper, which is started again where it has died: the script then runs once more from its
   * beginning. Resolves with what it wrote to standard output.
   */
  async run(script: string): Promise<string> {
    const argv = ['sh', '-c', script];
    try {
      const { stdout, exitCode } = await this.#engine.exec(this.container.id, argv);
      if (exitCode !== KILLED || (await this.#isThere())) return stdout;
    } catch (error) {
      if (await this.#isThere()) throw error;
    }
    await this.comeBack();
    return (await this.#engine.exec(this.container.id, argv)).stdout;
  }

  /** Starts the helper again after it has died; resolves once its program answers. What it had delayed is not delayed any more. */
  async comeBack(): Promise<void> {
    this.#comingBack ??= this.#comeBack().finally(() => {
      this.#comingBack = undefined;
    });
    await this.#comingBack;
  }

  async #comeBack(): Promise<void> {
    await this.#engine.start(this.container.id);
    const { exitCode, stderr } = await this.#engine.exec(this.container.id, ['sh', '-c', AWAIT_PROGRAM]);
    if (exitCode !== 0)
      throw new TopolabError(`start the helper again: ${stderr.trim()}`, { code: 'links-not-shaped' });
  }

  /** Nodes whose packets its program is to delay, by name: they become ready in any order. */
  delayedNodes(): readonly string[] {
    return [...this.#delaying].toSorted((one, other) => one.localeCompare(other, 'en', { numeric: true }));
  }

  async #isThere(): Promise<boolean> {
    return (await this.#engine.inspect(this.container.id))?.running === true;
  }

  async #carryOut(
    tasks: readonly NetworkTask[],
    how: Parameters<typeof networkBatch>[1],
  ): Promise<readonly ScriptOutcome[]> {
    const pids = await this.processesOf([...new Set(tasks.map(({ container }) => container))]);
    const there = tasks.flatMap((task) => {
      const pid = pids.get(task.container);
      return pid === undefined ? [] : [{ task, pid }];
    });
    const scripts = there.map(({ task: { node, address, script }, pid }) => ({ node, pid, address, script }));
    for (const { node, address, script } of scripts) {
      if (usesDelayProgram(script)) {
        this.#delayed.set(address, node);
        this.#delaying.add(node);
      } else if (endsDelay(script)) this.#delaying.delete(node);
    }
    const output = scripts.length === 0 ? '' : await this.run(networkBatch(scripts, how));
    const outcomes = new Map(
      parseNetworkBatch(output, there.length).map((outcome, index) => [there[index]?.task, outcome]),
    );
    return tasks.map((task) => outcomes.get(task) ?? { kind: 'gone' });
  }
}
