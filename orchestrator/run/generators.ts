// The k6 generators of a run: launched paused, started together, awaited, and their summaries kept.
import type { AgentClient } from '../agent/agent-client.ts';
import type { ContainerSpec, Engine, Labels, RunningContainer } from '../engine/engine.ts';
import { engineSilent } from '../engine/engine-silent.ts';
import { messageOf, TopolabError } from '../errors.ts';
import { SUMMARY_PATH } from '../load/bundle-script.ts';
import { generatorSpecs } from '../load/generator-spec.ts';
import type { LoadWindow } from '../load/in-k6/settings.ts';
import { type ControlledGenerator, K6Control } from '../load/k6-control.ts';
import type { ObserversNetwork } from '../metrics/observers-network.ts';
import { patient } from '../patience.ts';
import type { Load, Scenario } from '../scenario/scenario.ts';
import type { TakenSecrets } from '../secrets/take-secrets.ts';
import type { Fleet } from './fleet.ts';

/** Virtual users are made before the start; a thousand of them take some seconds on a small machine. */
const READY_WITHIN_MS = 120_000;
/** k6 lets iterations end for 5 s after the last stage, then flushes its metrics. */
const END_WITHIN_MS = 20_000;
/** Longest until the engine has seen the end of one that it was told to kill. */
const DEAD_WITHIN_MS = 60_000;
/** A summary of a thousand metrics takes half a megabyte. */
const MOST_SUMMARY_BYTES = 16 * 2 ** 20;

interface Generator extends ControlledGenerator {
  readonly load: string;
  readonly container: RunningContainer;
  readonly exited: Promise<number>;
}

export interface GeneratorsOptions {
  readonly engine: Engine;
  readonly agent: AgentClient;
  readonly fleet: Fleet;
  readonly scenario: Scenario;
  readonly loads: readonly Load[];
  readonly windows: readonly LoadWindow[];
  /** What k6's samples carry as `run`, and what its containers are named after. */
  readonly run: string;
  readonly networkId: string;
  readonly observers: ObserversNetwork;
  readonly labels: Labels;
  readonly secrets: TakenSecrets;
}

/** Disposing of them removes their containers. A run leaves that to its end, a study has many after one another. */
export class Generators implements AsyncDisposable {
  readonly #options: GeneratorsOptions;
  readonly #control: K6Control;
  readonly #generators: Generator[] = [];

  constructor(options: GeneratorsOptions) {
    this.#options = options;
    this.#control = new K6Control(options.agent);
  }

  /** Launches all of them, paused, with every virtual user made and each script's setup() done. */
  async prepare(signal: AbortSignal): Promise<void> {
    const { agent, fleet, scenario, loads, windows, run, networkId, observers, labels, secrets } =
      this.#options;
    const specs = await Promise.all(
      loads.map(async (load) => {
        const target = scenario.groups.find(({ name }) => name === load.target);
        const port = target?.port ?? 80;
        const baseUrl = `http://${load.target}:${port}`;
        const nodeUrls = fleet.namesOf(load.target).map((name) => `http://${name}:${port}`);
        const own = await generatorSpecs(load, {
          run,
          scenario: scenario.name,
          networkId,
          observers,
          labels,
          baseUrl,
          nodeUrls,
          windows,
          secrets: secrets.of(load.name),
        });
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
    await Promise.all(loads.map(({ name }) => this.#control.setUp(this.#of(name), signal)));
  }

  async #launch(load: string, node: string, spec: ContainerSpec, signal: AbortSignal): Promise<void> {
    const { engine, fleet, observers } = this.#options;
    const container = await engine.launch(spec, signal);
    const host = container.addresses[observers.id] ?? '';
    const generator: Generator = { load, node, host, container, exited: engine.wait(container.id) };
    // Asked for at the end; until then a lost connection must not count as unhandled.
    generator.exited.catch(() => {});
    this.#generators.push(generator);
    fleet.measure({ group: load, node, role: 'generator' }, container);
    await this.#ready(generator, signal);
  }

  /** Fails with the generator's last log lines: they are where k6 says what is wrong with a script. */
  async #ready(generator: Generator, signal: AbortSignal): Promise<void> {
    const { node, container } = generator;
    const ended = await this.#control.ready(generator, patient(READY_WITHIN_MS), generator.exited, signal);
    if (ended === undefined) return;
    const logs = (await this.#options.engine.logs(container.id, { tailLines: 15 })).trimEnd();
    throw new TopolabError(`start generator ${node}: ${ended}\n${logs.replaceAll(/^/gm, '  | ')}`, {
      code: 'generator-not-ready',
      hint: "These are the generator's last log lines; mostly the k6 script is at fault.",
    });
  }

  async start(): Promise<void> {
    await this.#control.start(this.#generators);
  }

  /**
   * Waits until all have ended; those that have not `lastMs` and k6's own time for ending later are killed. Fails with
   * `engine-silent` where even then the engine does not tell their end.
   */
  async end(lastMs = 0): Promise<{ node: string; exitCode: number }[]> {
    return await Promise.all(
      this.#generators.map(async ({ node, container, exited }) => {
        const { promise: lost, reject } = Promise.withResolvers<never>();
        const overdue = setTimeout(() => {
          void this.#options.engine.signal(container.id, 'SIGKILL').catch(() => {});
        }, lastMs + patient(END_WITHIN_MS));
        const given = lastMs + patient(END_WITHIN_MS + DEAD_WITHIN_MS);
        const givenUp = setTimeout(
          () => reject(engineSilent(`see the end of generator ${node}`, given)),
          given,
        );
        try {
          return { node, exitCode: await Promise.race([exited, lost]) };
        } finally {
          clearTimeout(overdue);
          clearTimeout(givenUp);
        }
      }),
    );
  }

  /** Ends them early: k6 finishes what it has begun and still writes its summary. */
  async stop(): Promise<void> {
    await Promise.all(
      this.#generators.map(({ container }) => this.#options.engine.signal(container.id, 'SIGTERM')),
    );
  }

  /** Saves k6's summaries and logs; one that left none is reported to `warn`. */
  async keepResults(
    save: (name: string, content: string) => Promise<void>,
    warn: (message: string) => void,
  ): Promise<void> {
    const { engine } = this.#options;
    await Promise.all(
      this.#generators.map(async ({ node, container }) => {
        try {
          await save(`logs/${node}.log`, await engine.logs(container.id, { tailLines: 20_000 }));
          const summary = await engine.readFile(container.id, SUMMARY_PATH, MOST_SUMMARY_BYTES);
          if (summary === undefined) warn(`generator ${node} left no summary`);
          else await save(`k6/${node}.json`, keptSummary(summary));
        } catch (error) {
          warn(`keep the results of generator ${node}: ${messageOf(error)}`);
        }
      }),
    );
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const { engine, fleet } = this.#options;
    await Promise.all(
      this.#generators.map(async ({ container }) => {
        fleet.stopMeasuring(container);
        await engine.remove(container.id);
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
