// The helper container through which the links of a run's nodes are shaped from outside. It sees the host's processes, to enter
// their network namespaces, and nothing of Docker. Only runs that shape links have one.
import { type Engine, Label, type Labels, type RunningContainer } from '../engine/engine.ts';
import { TopolabError } from '../errors.ts';
import { parseDelays, type ToldDelays } from '../measure/delays.ts';
import type { DelayWay } from './delay/delay-way.ts';
import { delayWayOf, kernelTrials, requireKernel } from './kernel-features.ts';
import { netAdminSeccomp } from './net-admin-seccomp.ts';
import { linkBatch, type LinkOutcome, type LinkTarget, parseLinkBatch } from './link-batch.ts';
import type { ShapedLink } from './shaped-links.ts';

/** Of one command. Its text is a single argument, which Linux limits to 128 KiB; a link takes 1.5 KiB at most. */
const targetsAtOnce = 50;
const memoryBytes = 128 * 2 ** 20;

interface Waiting {
  readonly target: LinkTarget;
  readonly resolve: (outcome: LinkOutcome) => void;
  readonly reject: (error: unknown) => void;
}

export class NetAdmin {
  readonly container: RunningContainer;
  readonly #engine: Engine;
  readonly #waiting: Waiting[] = [];
  #working = false;
  /** What the kernel can do, once it was asked. */
  #trials: Promise<string> | undefined;
  /** Names of the nodes whose packets the program has delayed, by address. */
  readonly #delayed = new Map<string, string>();

  private constructor(engine: Engine, container: RunningContainer) {
    this.#engine = engine;
    this.container = container;
  }

  /** Launches the helper. It goes with everything else that carries the run's label. */
  static async launch(
    engine: Engine,
    spec: { readonly run: string; readonly image: string; readonly labels: Labels },
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
    return new NetAdmin(engine, container);
  }

  /** Fails with `kernel-lacks`, naming it, where these links need something that the kernel does not have. */
  async checkKernel(links: readonly ShapedLink[]): Promise<void> {
    requireKernel(await this.#askKernel(), links);
  }

  /**
   * Gives a container its link; null takes it away. Calls that come while a command is under way are done together in the next.
   * @returns whether the container was still there: one that has gone is no error.
   * @throws TopolabError `links-not-shaped`.
   */
  async shape(target: LinkTarget): Promise<boolean> {
    if (target.pid === 0) return false;
    const outcome = await new Promise<LinkOutcome>((resolve, reject) => {
      this.#waiting.push({ target, resolve, reject });
      if (!this.#working) void this.#work();
    });
    if (outcome.kind !== 'failed') return outcome.kind === 'shaped';
    throw new TopolabError(`shape the link of ${target.node}: ${outcome.said}`, { code: 'links-not-shaped' });
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

  /** Carries out a shell script of at most 128 KiB in the helper. */
  readonly run = async (script: string): Promise<void> => {
    await this.#engine.exec(this.container.id, ['sh', '-c', script]);
  };

  #askKernel(): Promise<string> {
    this.#trials ??= this.#tryKernel();
    return this.#trials;
  }

  async #tryKernel(): Promise<string> {
    const { stdout, stderr } = await this.#engine.exec(this.container.id, ['sh', '-c', kernelTrials()]);
    if (stdout.includes('has')) return stdout;
    throw new TopolabError(`ask the kernel what it can do to links: ${stderr.trim() || 'no answer'}`, {
      code: 'links-not-shaped',
      hint: 'The helper enters network namespaces: Docker must grant it NET_ADMIN, SYS_ADMIN and SYS_PTRACE.',
    });
  }

  /** Asks the kernel only where one of these links is delayed. */
  async #delayWay(targets: readonly LinkTarget[]): Promise<DelayWay> {
    if (!targets.some(({ link }) => link !== null && link.delayMs > 0)) return 'netem';
    return delayWayOf(await this.#askKernel()) ?? 'netem';
  }

  async #work(): Promise<void> {
    this.#working = true;
    // Whoever calls in the same turn comes along.
    await Promise.resolve();
    for (;;) {
      const batch = this.#waiting.splice(0, targetsAtOnce);
      if (batch.length === 0) break;
      const targets = batch.map(({ target }) => target);
      try {
        const way = await this.#delayWay(targets);
        const script = linkBatch(targets, way);
        for (const { node, address, link } of targets) {
          if (way === 'program' && link !== null && link.delayMs > 0) this.#delayed.set(address, node);
        }
        const { stdout } = await this.#engine.exec(this.container.id, ['sh', '-c', script]);
        const outcomes = parseLinkBatch(stdout, batch.length);
        for (const [index, { resolve }] of batch.entries()) {
          resolve(outcomes[index] ?? { kind: 'failed', said: 'the helper gave no answer' });
        }
      } catch (error) {
        for (const { reject } of batch) reject(error);
      }
    }
    this.#working = false;
  }
}
