import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { Probe } from '../../../orchestrator/capacity/probe.ts';
import type { Deployment } from '../../../orchestrator/run/deployment/deployment.ts';
import { runProbe } from '../../../orchestrator/study/run-probe.ts';
import { makeStudy } from '../../fixtures/make-study.ts';

const unhandled = vi.fn<(reason: unknown) => void>();

beforeEach(() => {
  unhandled.mockReset();
  process.on('unhandledRejection', unhandled);
});

afterEach(() => {
  vi.useRealTimers();
  process.off('unhandledRejection', unhandled);
});

const { scenario, question } = makeStudy({ question: { sizes: [1], targetRate: null } }).description;
const probe = { number: 1, trial: 1, rate: 10, settleMs: 0, measureMs: 60_000 } as Probe;

/** By then Node has told of what nobody awaits. */
const nextTurn = () => new Promise((resolve) => setImmediate(resolve));

function probeWith(generators: Record<string, () => Promise<unknown>>, signal: AbortSignal) {
  const all = { prepare: async () => {}, start: async () => {}, [Symbol.asyncDispose]: async () => {} };
  const deployment = {
    clockOffsetMs: 0,
    lost: new AbortController().signal,
    generators: () => ({ ...all, ...generators }),
    prometheus: { queryInstant: async () => [] },
  } as unknown as Deployment;
  return runProbe(probe, {
    deployment,
    scenario,
    question,
    run: 'tested-1',
    facts: new Map(),
    events: [],
    signal,
  });
}

it('is an error where the engine is lost while it goes on', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout'] });
  const end = () => Promise.reject(new Error('engine lost'));
  const probed = probeWith({ end }, new AbortController().signal);
  probed.catch(() => {});
  await nextTurn();
  await vi.advanceTimersByTimeAsync(1000);
  await expect(probed).rejects.toThrow('engine lost');
  expect(unhandled).not.toHaveBeenCalled();
});

it('is an error where its generators can’t be told to end', async () => {
  const lost = Promise.withResolvers<never>();
  const stop = () => Promise.reject(new Error('engine silent'));
  const interrupted = AbortSignal.abort(new Error('interrupted'));
  await expect(probeWith({ end: () => lost.promise, stop }, interrupted)).rejects.toThrow('engine silent');
  lost.reject(new Error('engine lost'));
  await nextTurn();
  expect(unhandled).not.toHaveBeenCalled();
});
