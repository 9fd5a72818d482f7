// The k6 generators of a run: launched paused, started together, awaited, and their summaries kept.
import type { AgentClient } from '../../agent/agent-client.ts';
import type { Containers } from '../../cluster/containers.ts';
import type { ContainerSpec, Labels, RunningContainer } from '../../engine/engine.ts';
import { engineSilent } from '../../engine/engine-silent.ts';
import { messageOf, TopolabError } from '../../errors.ts';
import { type BundledScript, bundleScript, SUMMARY_PATH } from '../../load/bundle-script.ts';
import { checkScript } from '../../load/check-script.ts';
import {
  askedValuesOf,
  type GeneratorContext,
  generatorSpecs,
  inspectionSpec,
} from '../../load/generator-spec.ts';
import { inspectScript, refused, scriptFault } from '../../load/inspect-script.ts';
import { foldedTags, inUsersTerms } from '../../load/k6-log.ts';
import type { ScriptFacts } from '../../load/script-facts.ts';
import { thresholdObjectives } from '../../load/script-thresholds.ts';
import type { LoadWindow } from '../../load/in-k6/settings.ts';
import { type ControlledGenerator, K6Control } from '../../load/k6-control.ts';
import type { ObserversNetwork } from '../../metrics/observers-network.ts';
import { patient } from '../../patience.ts';
import type { Load } from '../../scenario/load/load.ts';
import { baseUrlOf, nodeUrlOf } from '../../scenario/groups/base-url.ts';
import type { Objective } from '../../scenario/objectives/objective.ts';
import type { Scenario } from '../../scenario/scenario.ts';
import type { TakenSecrets } from '../../secrets/take-secrets.ts';
import type { Fleet } from '../../fleet/create-fleet.ts';

/** Virtual users are made before the start; a thousand of them take some seconds on a small machine. */
const READY_WITHIN_MS = 120_000;
/** After the grace of its load k6 runs teardown(), for a minute at most unless the script says otherwise, and flushes its metrics. */
const END_WITHIN_MS = 75_000;
const SETUP_WITHIN_MS = 120_000;
/** k6's exit codes for what is wrong with a script: its options, an exception in its init context. */
const SCRIPT_FAULTS = [104, 107];
/** k6's exit code where a signal ended it. */
const STOPPED_FROM_OUTSIDE = 105;
/** Of whatever SIGKILL ended. */
const KILLED = 137;
/** Longest until the engine has seen the end of one that it was told to kill. */
const DEAD_WITHIN_MS = 60_000;
/** A summary of a thousand metrics takes half a megabyte. */
const MOST_SUMMARY_BYTES = 16 * 2 ** 20;

interface Generator extends ControlledGenerator {
  readonly load: string;
  readonly container: RunningContainer;
  readonly exited: Promise<number>;
}

/** How a generator ended. */
export interface EndedGenerator {
  readonly node: string;
  readonly exitCode: number;
  /** The kernel killed it for lack of memory. */
  readonly outOfMemory?: true;
  /** The script's own load went on after the last phase, and was ended. */
  readonly overran?: true;
  /** It was told to end early. */
  readonly stopped?: true;
}

export interface GeneratorsOptions {
  readonly containers: Containers;
  readonly agent: AgentClient;
  readonly fleet: Pick<Fleet, 'roster' | 'measured'>;
  readonly scenario: Scenario;
  readonly loads: readonly Load[];
  readonly windows: readonly LoadWindow[];
  /** What k6's samples carry as `run`, and what its containers are named after. */
  readonly run: string;
  readonly networkId: string;
  readonly observers: ObserversNetwork;
  readonly labels: Labels;
  readonly secrets: TakenSecrets;
  /** See `GeneratorContext`. */
  readonly imageFor?: (image: string) => string;
  /** Token of a user of the scenario. Default: users have none. */
  readonly tokenOf?: ((user: string) => Promise<string>) | undefined;
  /** What `inspect` finds out, by load: kept here, and known from before. Default: nothing is known. */
  readonly facts?: Map<string, ScriptFacts>;
}

/** Disposing of them removes their containers. A run leaves that to its end, a study has many after one another. */
export class Generators implements AsyncDisposable {
  readonly #options: GeneratorsOptions;
  readonly #control: K6Control;
  readonly #generators: Generator[] = [];
  readonly #scripts = new Map<string, Promise<BundledScript>>();
  readonly #facts: Map<string, ScriptFacts>;
  #isStopped = false;

  constructor(options: GeneratorsOptions) {
    this.#options = options;
    this.#facts = options.facts ?? new Map();
    this.#control = new K6Control(options.agent);
  }

  /**
   * Has k6 look at each script, before the system under test is launched. Returns warnings; fails with `script-invalid` or `script-too-long`,
   * both with exit 2. Without this step a script's own options are not known beforehand.
   */
  async inspect(signal: AbortSignal): Promise<string[]> {
    const { containers, scenario, loads } = this.#options;
    const warnings: string[] = [];
    for (const load of loads) {
      const replicas = scenario.groups.find(({ name }) => name === load.target)?.replicas ?? 0;
      const planned = Array.from({ length: replicas }, (_, index) => `${load.target}-${index + 1}`);
      const spec = inspectionSpec(load, await this.#scriptOf(load), this.#contextOf(load, planned));
      const facts = await inspectScript(containers, load, spec, signal);
      warnings.push(...checkScript(load, facts, scenario.durationMs));
      this.#facts.set(load.name, facts);
    }
    return warnings;
  }

  /** The thresholds of all scripts as objectives. Known once they have been inspected. */
  get thresholds(): Objective[] {
    const judged = this.#options.loads.filter(({ thresholds = true }) => thresholds);
    return judged.flatMap(({ name }) => thresholdObjectives(name, this.#facts.get(name)?.thresholds ?? []));
  }

  /** Launches all of them, paused, with every virtual user made and each script's setup() done. */
  async prepare(signal: AbortSignal): Promise<void> {
    const { agent, fleet, loads, tokenOf } = this.#options;
    const specs = await Promise.all(
      loads.map(async (load) => {
        const userToken = load.user === undefined ? undefined : await tokenOf?.(load.user);
        const context = { ...this.#contextOf(load, fleet.roster.namesOf(load.target)), userToken };
        const facts = this.#facts.get(load.name);
        const own = generatorSpecs(load, await this.#scriptOf(load), context, facts);
        return own.map((each) => ({ ...each, load: load.name }));
      }),
    );
    await agent.admit(specs.flat().map(({ admitted }) => admitted));
    // The first failure ends the others, and all have ended before it is told: none may be launched after a clean-up.
    const failed = new AbortController();
    const goOn = AbortSignal.any([signal, failed.signal]);
    await Promise.all(
      specs.flat().map(async ({ load, node, spec }) => {
        try {
          await this.#launch(load, node, spec, goOn);
        } catch (error) {
          failed.abort(error);
        }
      }),
    );
    goOn.throwIfAborted();
    await Promise.all(loads.map((load) => this.#setUp(load, signal)));
  }

  async #setUp(load: Load, signal: AbortSignal): Promise<void> {
    const generators = this.#of(load.name);
    const timeoutMs = this.#facts.get(load.name)?.setupTimeoutMs ?? SETUP_WITHIN_MS;
    const problem = await this.#control.setUp(generators, timeoutMs, signal);
    if (problem === undefined) return;
    throw scriptFault(load, inUsersTerms(problem, load.scriptPath).split('\n'), 'its setup() failed');
  }

  #scriptOf(load: Load): Promise<BundledScript> {
    let script = this.#scripts.get(load.name);
    if (script === undefined) this.#scripts.set(load.name, (script = bundleScript(load)));
    return script;
  }

  #contextOf(load: Load, nodes: readonly string[]): GeneratorContext {
    const { scenario, windows, run, networkId, observers, labels, secrets, imageFor } = this.#options;
    return {
      run,
      scenario: scenario.name,
      networkId,
      observers,
      labels,
      baseUrl: baseUrlOf(load.target, scenario.groups),
      nodes,
      nodeUrls: nodes.map((node) => nodeUrlOf(node, load.target, scenario.groups)),
      windows,
      askedTags: scenario.objectives.flatMap(({ tags = {} }) => Object.keys(tags)),
      askedValues: scenario.objectives.flatMap(askedValuesOf),
      secrets: secrets.of(load.name),
      imageFor,
    };
  }

  async #launch(load: string, node: string, spec: ContainerSpec, signal: AbortSignal): Promise<void> {
    const { containers, fleet, observers } = this.#options;
    const container = await containers.launch(spec, signal);
    const host = container.addresses[observers.id] ?? '';
    const generator: Generator = { load, node, host, container, exited: containers.wait(container.id) };
    // Asked for at the end; until then a lost connection must not count as unhandled.
    generator.exited.catch(() => {});
    this.#generators.push(generator);
    fleet.measured.add({ group: load, node, role: 'generator' }, container);
    await this.#ready(generator, signal);
  }

  /** Fails with the generator's last log lines: they are where k6 says what is wrong with a script. */
  async #ready(generator: Generator, signal: AbortSignal): Promise<void> {
    const { node, container } = generator;
    const ended = await this.#control.ready(generator, patient(READY_WITHIN_MS), generator.exited, signal);
    if (ended === undefined) return;
    const log = await this.#options.containers.logs(container.id, { tailLines: 200 });
    const load = this.#options.loads.find(({ name }) => name === generator.load);
    const exitCode = ended.exitCode;
    if (load !== undefined && exitCode !== null && SCRIPT_FAULTS.includes(exitCode)) {
      throw refused(load, log, ended.why);
    }
    const logs = log.trimEnd().split('\n').slice(-15).join('\n');
    throw new TopolabError(`start generator ${node}: ${ended.why}\n${logs.replaceAll(/^/gm, '  | ')}`, {
      code: 'generator-not-ready',
      hint: "These are the generator's last log lines; usually the k6 script is the cause.",
    });
  }

  async start(): Promise<void> {
    await this.#control.start(this.#generators);
  }

  /**
   * Waits until all have ended but those whose host was lost, of whom nobody hears; those that have not `lastMs` and k6's own time for ending later are killed. Fails with
   * `engine-silent` where even then the engine does not tell their end.
   */
  async end(lastMs = 0): Promise<EndedGenerator[]> {
    const ended = await Promise.all(
      this.#generators.map(async ({ node, container, exited, ...generator }): Promise<EndedGenerator[]> => {
        const load = this.#options.loads.find(({ name }) => name === generator.load);
        const graceMs = load?.graceMs ?? 0;
        const { promise: lost, reject } = Promise.withResolvers<never>();
        const send = (signal: 'SIGTERM' | 'SIGKILL') =>
          void this.#options.containers.signal(container.id, signal).catch(() => {});
        let overran = false;
        const tooLong = setTimeout(() => {
          if (!this.#goesOn(load)) return;
          overran = true;
          send('SIGTERM');
        }, lastMs + graceMs);
        const overdue = setTimeout(() => send('SIGKILL'), lastMs + graceMs + patient(END_WITHIN_MS));
        const given = lastMs + graceMs + patient(END_WITHIN_MS + DEAD_WITHIN_MS);
        const givenUp = setTimeout(
          () => reject(engineSilent(`see the end of generator ${node}`, given)),
          given,
        );
        try {
          const exitCode = await Promise.race([exited, lost]);
          const outOfMemory = exitCode === KILLED && (await this.#ranOutOfMemory(container.id));
          const stopped = this.#isStopped && exitCode === STOPPED_FROM_OUTSIDE;
          return [
            {
              node,
              exitCode,
              ...(outOfMemory ? { outOfMemory } : {}),
              ...(overran ? { overran } : {}),
              ...(stopped ? { stopped } : {}),
            },
          ];
        } catch (error) {
          if (error instanceof TopolabError && error.code === 'host-gone') return [];
          throw error;
        } finally {
          clearTimeout(tooLong);
          clearTimeout(overdue);
          clearTimeout(givenUp);
        }
      }),
    );
    return ended.flat();
  }

  async #ranOutOfMemory(id: string): Promise<boolean> {
    const state = await this.#options.containers.inspect(id).catch(() => undefined);
    return state?.outOfMemory === true;
  }

  /** A script's own scenarios may last longer than the run; of any other load k6 knows the end. */
  #goesOn(load: Load | undefined): boolean {
    if (load?.model.kind !== 'script') return false;
    const lastMs = this.#options.scenario.durationMs + load.graceMs;
    return (this.#facts.get(load.name)?.scenarios ?? []).some(
      ({ endMs, graceMs }) => endMs === null || endMs + graceMs > lastMs,
    );
  }

  /** Ends them early: k6 finishes what it has begun and still writes its summary. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    await Promise.all(
      this.#generators.map(({ container }) => this.#options.containers.signal(container.id, 'SIGTERM')),
    );
  }

  /** Saves k6's summaries and logs; one that left none is reported to `warn`. */
  async keepResults(
    save: (name: string, content: string) => Promise<void>,
    warn: (message: string) => void,
  ): Promise<void> {
    const { containers } = this.#options;
    const folded = new Set<string>();
    await Promise.all(
      this.#generators.map(async ({ node, container }) => {
        try {
          const log = await containers.logs(container.id, { tailLines: 20_000 });
          await save(`logs/${node}.log`, log);
          for (const tag of foldedTags(log)) folded.add(tag);
          const summary = await containers.readFile(container.id, SUMMARY_PATH, MOST_SUMMARY_BYTES);
          if (summary === undefined) warn(`generator ${node} left no summary`);
          else await save(`k6/${node}.json`, keptSummary(summary));
        } catch (error) {
          warn(`keep the results of generator ${node}: ${messageOf(error)}`);
        }
      }),
    );
    for (const tag of folded) {
      warn(
        `The script gives tag ${tag} too many values, and each adds time series. Further values were counted as "(others)".`,
      );
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const { containers, fleet } = this.#options;
    await Promise.all(
      this.#generators.map(async ({ container }) => {
        fleet.measured.remove(container);
        await containers.remove(container.id);
      }),
    );
  }

  get count(): number {
    return this.#generators.length;
  }

  #of(load: string): Generator[] {
    return this.#generators.filter((generator) => generator.load === load);
  }
}

/** Without what setup() returned: mostly tokens of users that it has logged in. Fails where it is no JSON. */
function keptSummary(summary: Buffer): string {
  const data: unknown = JSON.parse(summary.toString('utf8'));
  return JSON.stringify(data, (key, value: unknown) => (key === 'setup_data' ? undefined : value));
}
