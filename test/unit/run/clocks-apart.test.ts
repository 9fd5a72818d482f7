// A run on two hosts whose clocks are seconds off ours and off each other, on the fake engine: who is told what of them.
import { beforeAll, expect, it, vi } from 'vitest';
import type { ContainerSpec } from '../../../orchestrator/engine/engine.ts';
import type { FakeEngine } from '../../../orchestrator/engine/fake/create-fake-engine.ts';
import { runOnStandIns, type StandInRun } from './stand-in-run.ts';

// Nothing is on its way to this Prometheus.
vi.mock(import('../../../orchestrator/measure/measure-load.ts'), async (original) => ({
  ...(await original()),
  settle: async () => {},
}));

const FIRST_AHEAD_MS = 7000;
const OTHER_AHEAD_MS = 12_000;
/** By so much a clock that gives whole milliseconds may be misread. */
const MISREAD_MS = 3;

const launched: ContainerSpec[][] = [[], []];
let run: StandInRun;
/** When the load began, by our clock. */
let startMs: number;

function keep(engine: FakeEngine, specs: ContainerSpec[]): void {
  const launch = engine.launch.bind(engine);
  engine.launch = (spec, signal) => {
    specs.push(spec);
    return launch(spec, signal);
  };
}

beforeAll(async () => {
  run = await runOnStandIns({
    lastsMs: 1500,
    hosts: ['box1', 'box2'],
    clocksAheadMs: [FIRST_AHEAD_MS, OTHER_AHEAD_MS],
    prepare: (engines) => engines.forEach((engine, nth) => keep(engine, launched[nth] ?? [])),
  });
  const begun = run.events.find(({ type }) => type === 'load-started');
  startMs = (begun?.atMs ?? 0) - (begun?.offsetMs ?? 0);
}, 60_000);

const within = (value: number, of: number, byMs: number) =>
  expect(Math.abs(value - of)).toBeLessThanOrEqual(byMs);

it('puts on record how far each is ahead', () => {
  const started = run.events.find((event) => event.type === 'run-started');
  const [first = 0, other = 0] = (started?.hosts ?? []).map(({ clockOffsetMs }) => clockOffsetMs);
  expect(Math.abs(first - FIRST_AHEAD_MS)).toBeLessThanOrEqual(MISREAD_MS);
  expect(Math.abs(other - OTHER_AHEAD_MS)).toBeLessThanOrEqual(MISREAD_MS);
});

it('tells nodes and generators how far their host is ahead of the first one, and those there nothing', () => {
  const told = (specs: readonly ContainerSpec[]) =>
    specs
      .filter(({ name }) => /-servers-\d$|-k6-\d$/.test(name))
      .flatMap(({ env }) => [
        env['TOPOLAB_CLOCK_AHEAD_MS'],
        env['K6_PROMETHEUS_RW_HEADERS_topolab_clock_ahead_ms'],
      ]);
  const [onFirst = [], onOther = []] = launched;
  expect(new Set(told(onFirst))).toEqual(new Set([undefined]));
  const aheadMs = told(onOther).map(Number);
  expect(aheadMs.length).toBeGreaterThanOrEqual(2);
  for (const each of aheadMs) within(each, OTHER_AHEAD_MS - FIRST_AHEAD_MS, MISREAD_MS);
});

it('asks Prometheus for the load by the clock of the first, and tells it its own times by that', () => {
  const asked = run.agent.requests.flatMap(({ path }) => {
    const [, query] = /\/query_range\?(.*)$/.exec(path) ?? [];
    return query === undefined ? [] : [Number(new URLSearchParams(query).get('start')) * 1000];
  });
  within(Math.min(...asked), startMs + FIRST_AHEAD_MS, MISREAD_MS);
  const told = run.agent.requests.flatMap(({ body }) => {
    const [, seconds] = /^topolab_action_started_timestamp_seconds\{.*\} (\S+)$/m.exec(body) ?? [];
    return seconds === undefined ? [] : [Number(seconds) * 1000];
  });
  const acted = run.events.find((event) => event.type === 'action-started');
  expect(told.length).toBeGreaterThan(0);
  within(told[0] ?? 0, startMs + (acted?.startedMs ?? Number.NaN) + FIRST_AHEAD_MS, 100);
});
