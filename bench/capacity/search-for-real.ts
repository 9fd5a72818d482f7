// One real capacity search on the known queue, by the command that people use: its own containers, k6, Prometheus, six trials.
import { hostOfEngine } from '../../orchestrator/cluster/host.ts';
import { fileURLToPath } from 'node:url';
import { prepareEngine, prepareEnvironment } from '../../orchestrator/commands/prepare-engine.ts';
import type { SearchResult } from '../../orchestrator/capacity/search-result.ts';
import { loadScenario } from '../../orchestrator/scenario/load-scenario.ts';
import type { CapacityQuestion } from '../../orchestrator/scenario/capacity/capacity-question.ts';
import { readStudy } from '../../orchestrator/study/read-study.ts';
import { inOwnFolder, settings } from '../harness/run-once.ts';
import type { KnownQueue } from './known-queue.ts';

const file = fileURLToPath(new URL('known-queue.yaml', import.meta.url));

/** Values of the file's parameters, by service time in milliseconds. */
const cases: Readonly<Record<number, Readonly<Record<string, string>>>> = {
  10: { from: '50/s', to: '400/s', below: '300ms', settle: '1s', measure: '8s' },
  150: { from: '2/s', to: '32/s', below: '1s', settle: '2s', measure: '8s' },
  1000: { from: '0.5/s', to: '4/s', below: '3s', settle: '4s', measure: '10s' },
};

export const serviceTimesMs: readonly number[] = Object.keys(cases).map(Number);

function valuesFor(serviceMs: number): Record<string, string> {
  return { 'service-ms': String(serviceMs), ...cases[serviceMs] };
}

export interface KnownQuestion {
  readonly queue: KnownQueue;
  readonly question: CapacityQuestion;
}

/** What is known of the queue that is searched, and how. */
export async function knownQuestion(serviceMs: number): Promise<KnownQuestion> {
  const { objectives, capacity } = await loadScenario(file, { set: valuesFor(serviceMs) });
  const [objective] = objectives;
  if (objective?.measure.kind !== 'latency' || capacity === null)
    throw new Error(`${file} is no question about a percentile of latency`);
  const { percentile } = objective.measure;
  const queue = { servers: 1, serviceMs, service: 'constant', percentile, boundMs: objective.bound } as const;
  return { queue, question: capacity };
}

/** Gets the images, so that searches that begin at once need not. */
export async function prepareSearches(signal: AbortSignal): Promise<void> {
  const options = {
    setup: true,
    progress: { setupStep: () => {}, imageStep: () => {}, note: () => {} },
    signal,
  };
  await using engine = await prepareEngine(options);
  await prepareEnvironment({ hosts: [hostOfEngine(engine)] }, await loadScenario(file), options);
}

/** @param seed lays the grids of the search. Fails with the last lines of the command where it gave no answer. */
export async function searchForReal(
  serviceMs: number,
  seed: number,
  signal: AbortSignal,
): Promise<Pick<SearchResult, 'capacity' | 'loadMs' | 'trials' | 'sentences'>> {
  const sets = settings(valuesFor(serviceMs));
  const args = ['capacity', file, ...sets, '--seed', String(seed), '--no-check', '--studies'];
  const { answer } = await inOwnFolder(args, signal, readStudy);
  const [size] = answer.sizes;
  if (size === undefined) throw new Error('the study measured no size');
  return size.result;
}
