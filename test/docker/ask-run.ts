// Asks the Prometheus of a real run what dashboards ask it.
import { vi } from 'vitest';
import { connectDocker } from '../../orchestrator/engine/docker/connect-docker.ts';
import type { RangeSeries } from '../../orchestrator/metrics/prometheus-client.ts';
import type { RunProgress } from '../../orchestrator/run/options/run-options.ts';
import type { RunResult } from '../../orchestrator/run/run-scenario.ts';
import { runFixture } from './run-fixture.ts';

/** Expression → the numbers it gave, in order of time; or why it could not be asked. */
export type Answers = ReadonlyMap<string, readonly number[] | string>;

/** The last completion of a file is scraped up to a second after the load has ended, and stored a moment later: on a busy host, much later. */
const LAST_SAMPLES_WITHIN_MS = 10_000;
const ASK_AGAIN_MS = 1000;

/**
 * Runs a fixture, and asks when its load has ended: what gives nothing then, again until the last samples are there.
 * @param lacking what the run is to have no samples for: asked last, and once.
 */
export async function askRun(
  name: string,
  expressions: readonly string[],
  lacking: ReadonlySet<string> = new Set(),
): Promise<{ readonly result: RunResult; readonly answers: Answers }> {
  await using engine = await connectDocker();
  const answers = new Map<string, readonly number[] | string>();
  let running: RunProgress | undefined;
  let asked = Promise.resolve();
  // The run keeps its nodes' logs between the end of the load and that of Prometheus: there it waits until all is asked.
  const logs = engine.logs.bind(engine);
  vi.spyOn(engine, 'logs').mockImplementation(async (...which) => {
    await asked;
    return await logs(...which);
  });
  const askAll = async (of: RunProgress) => {
    const askFor = async (some: readonly string[]) => {
      for (const expr of some) answers.set(expr, await ask(expr, of).catch(String));
    };
    const wanted = expressions.filter((each) => !lacking.has(each));
    await askFor(wanted);
    const endMs = Date.now() + LAST_SAMPLES_WITHIN_MS;
    const unanswered = () => wanted.filter((each) => answers.get(each)?.length === 0);
    while (unanswered().length > 0 && Date.now() < endMs) {
      await new Promise((resolve) => setTimeout(resolve, ASK_AGAIN_MS));
      await askFor(unanswered());
    }
    await askFor(expressions.filter((each) => lacking.has(each)));
  };
  const result = await runFixture(engine, name, {
    // As if a suite ran it, for its dashboard.
    place: { suite: 'charts', part: 'work', column: 'one', trial: 1 },
    onProgress: (begun) => {
      running = begun;
    },
    onEvent: (event) => {
      if (event.type === 'load-ended' && running !== undefined) asked = askAll(running);
    },
  });
  return { result, answers };
}

/** Fills Grafana's variables as Grafana does with one run chosen and the dashboard's least interval of 1 s. */
export function filled(expr: string, run: string): string {
  return expr
    .replaceAll('$__rate_interval', '5s')
    .replaceAll('$__range', '60s')
    .replaceAll('$scenario', '.*')
    .replaceAll('$suite', '.+')
    .replaceAll('$run', run);
}

async function ask(expr: string, running: RunProgress): Promise<number[]> {
  const { prometheus, run, startMs, clockOffsetMs } = running;
  const start = (startMs + clockOffsetMs) / 1000;
  const end = (Date.now() + clockOffsetMs) / 1000;
  return numbersIn(await prometheus.queryRange(filled(expr, run), start, end, 1));
}

/** NaN is what a ratio of nothing to nothing gives. */
function numbersIn(series: readonly RangeSeries[]): number[] {
  return series
    .flatMap(({ points, histograms }) => [...points.map(([, value]) => value), ...histograms.map(() => 1)])
    .filter((value) => !Number.isNaN(value));
}
